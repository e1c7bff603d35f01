import { EventEmitter } from 'node:events'

import { expect, test } from 'vitest'

import {
  type Answers,
  type ChannelEnd,
  WorkerChannel,
} from '../../../gateway/workers/worker-channel.ts'

function from(own: EventEmitter, other: EventEmitter): ChannelEnd & EventEmitter {
  return Object.assign(own, {
    send: (message: object) => {
      const copy: unknown = JSON.parse(JSON.stringify(message))
      setImmediate(() => other.emit('message', copy))
    },
  })
}

/** Two ends of one channel; what is sent is copied, as between processes. */
function pair(): readonly [ChannelEnd & EventEmitter, ChannelEnd & EventEmitter] {
  const one = new EventEmitter()
  const two = new EventEmitter()
  return [from(one, two), from(two, one)]
}

function ask(
  answers: Answers,
  kind: string,
  value: unknown = 1,
  withinMs = 20_000,
): Promise<unknown> {
  const [here, there] = pair()
  expect(new WorkerChannel(there, answers)).toBeDefined()
  return new WorkerChannel(here, {}).ask(kind, value, withinMs)
}

test('asks and is answered', async () => {
  expect(await ask({ twice: (value) => Number(value) * 2 }, 'twice', 4)).toBe(8)
})

test.each<[string, Answers, number?]>([
  ['nobody knows the question', {}],
  ['the answer fails', { x: () => Promise.reject(new RangeError('no')) }],
  ['the answer does not come', { x: () => new Promise(() => {}) }, 100],
])('there is no answer if %s', async (_, answers, withinMs) => {
  expect(await ask(answers, 'x', 1, withinMs)).toBeUndefined()
})

test('nobody waits for a process that is gone', async () => {
  const [here] = pair()
  const channel = new WorkerChannel(here, {})
  const asked = channel.ask('x', 1, 60_000)
  here.emit('disconnect')
  expect(await asked).toBeUndefined()
})

test('what others say on the same channel is left alone', async () => {
  const [here, there] = pair()
  const answered: unknown[] = []
  expect(new WorkerChannel(there, { x: (value) => answered.push(value) })).toBeDefined()
  for (const message of ['text', null, { panjareh: 'ready' }, { id: 1, kind: 'x' }]) {
    here.emit('message', message)
    there.emit('message', message)
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(answered).toEqual([])
})
