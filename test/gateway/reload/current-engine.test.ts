import { expect, test } from 'vitest'

import type { Engine } from '../../../gateway/engine.ts'
import type { Work } from '../../../gateway/pipeline.ts'
import { CurrentEngine } from '../../../gateway/reload/current-engine.ts'
import type { Answer } from '../../../schema/context.ts'
import { contextOf, federate } from '../support/federation.ts'

/** An engine of which a test decides what its work gives. */
function engine(run: () => Promise<Partial<Work>>) {
  const told = { closed: 0 }
  const { engine: real } = federate({ a: { sdl: 'type Query { a: Int }' } })
  const own: Engine = {
    ...real,
    run: async (request, context, readOnly) => {
      const work: Work = {
        request,
        context,
        readOnly,
        trusted: false,
        accepts: { later: true, events: true },
      }
      return Object.assign(work, await run())
    },
    close: async () => {
      told.closed += 1
    },
  }
  return { told, own }
}

async function* endless(): AsyncGenerator<Answer> {
  yield { data: { a: 1 } }
  await new Promise(() => {})
}

async function* later() {
  yield { path: [], label: undefined, data: { a: 1 } }
}

const asked = (current: CurrentEngine) =>
  current.run({ query: '{ a }' }, contextOf(current.engine), false)

test('an engine is closed when its last request is done, and not before', async () => {
  const { promise, resolve } = Promise.withResolvers<Partial<Work>>()
  const old = engine(() => promise)
  const current = new CurrentEngine(old.own, { graceMs: 1000 })
  const running = asked(current)
  current.replace(engine(async () => ({})).own)
  expect(old.told.closed).toBe(0)
  resolve({})
  await running
  expect(old.told.closed).toBe(1)
})

test('a request that fails lets go of its engine, too', async () => {
  const old = engine(() => Promise.reject(new RangeError('no')))
  const current = new CurrentEngine(old.own, { graceMs: 1000 })
  await expect(asked(current)).rejects.toThrow(RangeError)
  current.replace(engine(async () => ({})).own)
  expect(old.told.closed).toBe(1)
})

test('parts that still come keep their engine', async () => {
  const old = engine(async () => ({ answer: { data: {} }, later: later() }))
  const current = new CurrentEngine(old.own, { graceMs: 1 })
  const work = await asked(current)
  current.replace(engine(async () => ({})).own)
  expect([old.told.closed, current.openStreams]).toEqual([0, 1])
  const parts: unknown[] = []
  for await (const part of work.later ?? []) parts.push(part)
  expect(parts).toHaveLength(1)
  expect([old.told.closed, current.openStreams]).toEqual([1, 0])
})

test('a subscription of a replaced engine goes on for a while, then is told to come again', async () => {
  const old = engine(async () => ({ events: endless() }))
  const current = new CurrentEngine(old.own, { graceMs: 30 })
  const work = await asked(current)
  current.replace(engine(async () => ({})).own)
  const events: Answer[] = []
  for await (const event of work.events ?? []) events.push(event)
  expect(events).toMatchObject([
    { data: { a: 1 } },
    { errors: [{ extensions: { code: 'CONFLICT' } }] },
  ])
  expect(old.told.closed).toBe(1)
})

test('an engine that comes after the end is closed at once', async () => {
  const current = new CurrentEngine(engine(async () => ({})).own, { graceMs: 1000 })
  await current.close()
  const late = engine(async () => ({}))
  current.replace(late.own)
  expect(late.told.closed).toBe(1)
})

test('closing waits for the engine that answers', async () => {
  const last = engine(async () => ({}))
  const current = new CurrentEngine(last.own, { graceMs: 1000 })
  await current.close()
  expect(last.told.closed).toBe(1)
})
