// A second call for one that takes long.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { after, asking, aSystem, fail, outcomeOf, type Sent } from './a-system.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const operations = {
  read: { kind: 'query', hedgeAfter: '100ms' },
  write: { kind: 'mutation', hedgeAfter: '100ms' },
} as const
const breaker = { failures: 1, halfOpenAfter: '10s' }

/** The first call takes so long, the second answers at once. */
function slowFirst(ms: number) {
  return (each: Sent, count: number) => after(count === 1 ? ms : 0, each, { n: count })
}

test('is sent when there is no answer by then; the first answer counts and the other call is ended', async () => {
  const { adapter, sent } = aSystem(slowFirst(900), { operations, breaker })
  const call = outcomeOf(adapter.call('read', {}, asking('r', 'a')))
  await vi.advanceTimersByTimeAsync(99)
  expect(sent).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2)
  expect(await call).toMatchObject({ value: { n: 2 } })
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, true])
  // The one that was outrun is no fault of the system, and holds no place.
  expect(adapter.state()).toMatchObject({ state: 'up', calls: { hedged: 1, active: 0 } })
})

test.each([
  ['that is answered before', 'read', 50, 1],
  ['that writes', 'write', 500, 1],
])('is not sent for a call %s', async (_, operation, ms, calls) => {
  const { adapter, sent } = aSystem(slowFirst(ms), { operations })
  await outcomeOf(adapter.call(operation, {}, asking('r', 'a')), 1_000)
  expect(sent).toHaveLength(calls)
})

test('is not sent where no place is free', async () => {
  const limits = { timeout: '1s', concurrency: 1, queue: 1, reply: '64KB' }
  const { adapter, sent } = aSystem(slowFirst(500), { operations, limits })
  await outcomeOf(adapter.call('read', {}, asking('r', 'a')), 500)
  expect(sent).toHaveLength(1)
})

test('is not sent after a fault: that is for the retries', async () => {
  const { adapter, sent } = aSystem(() => fail('SYSTEM_UNAVAILABLE'), { operations })
  expect(await outcomeOf(adapter.call('read', {}, asking('r', 'a')), 1_000)).toMatchObject({
    code: 'SYSTEM_UNAVAILABLE',
  })
  expect(sent).toHaveLength(1)
})

test('that fails leaves the first to answer; both that fail are the fault of the first', async () => {
  const { adapter } = aSystem(
    (each, count) => (count === 2 ? fail('SYSTEM_REFUSED') : after(300, each, { n: count })),
    { operations },
  )
  const answered = await outcomeOf(adapter.call('read', {}, asking('r', 'a')), 300)
  expect(answered).toMatchObject({ value: { n: 1 } })
  const { adapter: other } = aSystem(
    (each, count) =>
      count === 2
        ? fail('SYSTEM_REFUSED')
        : after(300, each).then(() => fail('SYSTEM_REPLY_INVALID')),
    { operations },
  )
  expect(await outcomeOf(other.call('read', {}, asking('r', 'a')), 300)).toMatchObject({
    code: 'SYSTEM_REPLY_INVALID',
  })
})

test('ends with the caller, and so does the first', async () => {
  const { adapter, sent } = aSystem((each) => after(900, each), { operations, breaker })
  const caller = new AbortController()
  const call = outcomeOf(adapter.call('read', {}, asking('r', 'a', caller.signal)), 200)
  await vi.advanceTimersByTimeAsync(0)
  caller.abort()
  expect(await call).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, true])
  await vi.advanceTimersByTimeAsync(0)
  expect(adapter.state()).toMatchObject({ state: 'unknown', calls: { active: 0 } })
})

test('and retries together are no more than a tenth of the calls, and a reserve of ten', async () => {
  const { adapter, sent } = aSystem((each) => after(200, each), { operations })
  for (let n = 0; n < 200; n += 1) {
    await outcomeOf(adapter.call('read', { n }, asking('r', 'a')), 200)
  }
  expect(adapter.state().calls.hedged).toBeGreaterThan(20)
  expect(sent.length).toBeLessThanOrEqual(200 + 20 + 10)
})

test('of a try again is not begun when the caller left in the pause before', async () => {
  const { adapter, sent } = aSystem(() => fail('SYSTEM_UNAVAILABLE'), { operations, retries: 2 })
  const caller = new AbortController()
  const call = outcomeOf(adapter.call('read', {}, asking('r', 'a', caller.signal)), 50)
  await vi.advanceTimersByTimeAsync(0)
  caller.abort()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await call).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
  expect(sent).toHaveLength(1)
})
