import { expect, test } from 'vitest'

import { Stream } from '../../../gateway/reload/stream.ts'

interface Source extends AsyncIterableIterator<number> {
  returned: number
}

/** Gives these, then waits for ever. */
function source(...given: readonly number[]): Source {
  const left = [...given]
  const waiting: ((result: IteratorResult<number>) => void)[] = []
  return {
    returned: 0,
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      const value = left.shift()
      if (value !== undefined) return Promise.resolve({ done: false, value })
      return new Promise((resolve) => waiting.push(resolve))
    },
    return() {
      this.returned += 1
      for (const resolve of waiting) resolve({ done: true, value: undefined })
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

async function* two(): AsyncGenerator<number> {
  yield 1
  yield 2
}

async function* broken(): AsyncGenerator<number> {
  yield 1
  throw new RangeError('no')
}

function watched(parts: AsyncIterable<number>) {
  const told = { ended: 0 }
  return { told, stream: new Stream(parts, { ended: () => (told.ended += 1) }) }
}

test('ends once when it is read to its end', async () => {
  const { stream, told } = watched(two())
  const read: number[] = []
  for await (const part of stream) read.push(part)
  expect(read).toEqual([1, 2])
  await stream.return()
  expect(told.ended).toBe(1)
})

test('ends when its source fails', async () => {
  const { stream, told } = watched(broken())
  await stream.next()
  await expect(stream.next()).rejects.toThrow(RangeError)
  expect(told.ended).toBe(1)
})

test('ends when it is left before it was begun', async () => {
  const parts = source()
  const { stream, told } = watched(parts)
  await stream.return()
  expect([told.ended, parts.returned]).toEqual([1, 1])
})

test('cut off while somebody waits, it gives a last part and lets go of its source', async () => {
  const parts = source(1)
  const { stream, told } = watched(parts)
  const read: number[] = []
  const reading = (async () => {
    for await (const part of stream) read.push(part)
  })()
  await expect.poll(() => read).toEqual([1])
  stream.cut(99)
  await reading
  expect(read).toEqual([1, 99])
  expect([told.ended, parts.returned]).toEqual([1, 1])
})

test('cut off while nobody waits, the last part is there for the next look', async () => {
  const { stream } = watched(source(1, 2))
  await stream.next()
  stream.cut(99)
  expect(await stream.next()).toEqual({ done: false, value: 99 })
  expect(await stream.next()).toEqual({ done: true, value: undefined })
})
