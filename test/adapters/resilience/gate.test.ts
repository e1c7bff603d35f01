// Whose turn it is, and how a system that says "busy" is spared.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { newCounts } from '../../../adapters/resilience/counts.ts'
import { FairQueue } from '../../../adapters/resilience/fair-queue.ts'
import { Gate } from '../../../adapters/resilience/gate.ts'
import { after, asking, aSystem, fail, outcomeOf } from './a-system.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const NEVER = new AbortController().signal

describe('the queue', () => {
  test('lets callers take turns, and the requests of one caller', () => {
    const queue = new FairQueue<string>()
    for (const item of ['a1', 'a2', 'a3']) queue.push({ caller: 'A', request: 'x' }, item)
    for (const item of ['a4', 'a5']) queue.push({ caller: 'A', request: 'y' }, item)
    queue.push({ caller: 'B', request: 'z' }, 'b1')
    const turns = Array.from({ length: 7 }, () => queue.shift())
    expect(turns).toEqual(['a1', 'b1', 'a4', 'a2', 'a5', 'a3', undefined])
    expect(queue.size).toBe(0)
  })

  test('that is full takes the newest of who has most out for a newcomer who has less', () => {
    const queue = new FairQueue<number>()
    for (let n = 0; n < 5; n += 1) queue.push({ caller: 'A', request: 'x' }, n)
    expect(queue.displace({ caller: 'B', request: 'z' })).toBe(4)
    expect(queue.displace({ caller: 'A', request: 'y' })).toBe(3)
    expect(queue.displace({ caller: 'A', request: 'x' })).toBeUndefined()
    expect(queue.size).toBe(3)
  })

  test('takes nobody out whose share is not larger', () => {
    const queue = new FairQueue<string>()
    queue.push({ caller: 'A', request: 'x' }, 'a')
    queue.push({ caller: 'B', request: 'y' }, 'b')
    expect(queue.displace({ caller: 'C', request: 'z' })).toBeUndefined()
    expect(queue.displace({ caller: 'A', request: 'x' })).toBeUndefined()
  })

  test('forgets who left', () => {
    const queue = new FairQueue<string>()
    const flow = { caller: 'A', request: 'x' }
    queue.push(flow, 'a')
    expect([queue.remove(flow, 'a'), queue.remove(flow, 'a'), queue.size]).toEqual([true, false, 0])
  })
})

describe('one request with five hundred keys', () => {
  const limits = { timeout: '1m', concurrency: 1, queue: 100, reply: '64KB' }
  const operations = { read: { kind: 'query' } } as const

  test('does not starve others, neither by its place in the queue nor by filling it', async () => {
    const { adapter, sent } = aSystem((each) => after(10, each), { limits, operations })
    const keys = Array.from({ length: 500 }, (_, n) =>
      outcomeOf(adapter.call('read', { n }, asking('r-big', 'a'))),
    )
    const other = outcomeOf(adapter.call('read', { n: 'other' }, asking('r-small', 'b')))
    await vi.advanceTimersByTimeAsync(30)
    expect(await other).toMatchObject({ value: {} })
    expect(sent.slice(0, 3).map(({ requestId }) => requestId)).toContain('r-small')
    await vi.advanceTimersByTimeAsync(10_000)
    const refused = (await Promise.all(keys)).filter((each) => each instanceof Error)
    expect(refused).toHaveLength(400)
    expect(refused[0]).toMatchObject({ code: 'SYSTEM_BUSY', detail: { reason: 'queue full' } })
    expect(adapter.state().calls).toMatchObject({ shed: 400, queued: 101, active: 0, waiting: 0 })
  })
})

describe('patience', () => {
  test('in the queue ends after `limits.wait`', async () => {
    const limits = { timeout: '10s', wait: '1s', concurrency: 1, queue: 10, reply: '64KB' }
    const { adapter, sent } = aSystem((each) => after(5_000, each), { limits })
    const calls = [1, 2].map((n) => outcomeOf(adapter.call('write', { n }, asking(`r-${n}`, 'a'))))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await calls[1]).toMatchObject({ code: 'SYSTEM_BUSY', detail: { reason: 'queue late' } })
    await vi.advanceTimersByTimeAsync(4_000)
    expect(await calls[0]).toMatchObject({ value: {} })
    expect(sent).toHaveLength(1)
    expect(adapter.state().calls).toMatchObject({ queueMs: 1_000, shed: 1 })
  })
})

function gate(concurrency = 8) {
  const counts = newCounts()
  const now = Date.now
  return new Gate({ concurrency, queue: 100, waitMs: Infinity, counts, now, random: () => 1 })
}
const entering = () => ({
  caller: 'c',
  request: 'r',
  signal: NEVER,
  endsAt: Date.now() + 60_000,
})

/** How many it takes at once. */
function places(of: Gate): number {
  let count = 0
  while (of.tryEnter()) count += 1
  for (let n = 0; n < count; n += 1) of.leave()
  return count
}

describe('a system that says "busy"', () => {
  test('gets a pause, then half as many at a time, and more again with its answers', async () => {
    const one = gate()
    expect(places(one)).toBe(8)
    one.overrun(undefined)
    expect(places(one)).toBe(0)
    await vi.advanceTimersByTimeAsync(100)
    expect(places(one)).toBe(4)
    for (let n = 0; n < 10; n += 1) one.eased()
    expect(places(one)).toBeGreaterThan(4)
    for (let n = 0; n < 100; n += 1) one.eased()
    expect(places(one)).toBe(8)
  })

  test('several times at once is halved once; again and again it is left one at a time', async () => {
    const one = gate()
    for (let n = 0; n < 8; n += 1) one.overrun(undefined)
    await vi.advanceTimersByTimeAsync(100)
    expect(places(one)).toBe(4)
    for (let n = 0; n < 5; n += 1) {
      one.overrun(undefined)
      await vi.advanceTimersByTimeAsync(5_000)
    }
    expect(places(one)).toBe(1)
  })

  test('is not asked before the time that it named, though never longer than five minutes', async () => {
    const one = gate()
    one.overrun(Date.now() + 2_000)
    await vi.advanceTimersByTimeAsync(1_999)
    expect(places(one)).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(places(one)).toBe(4)
    one.overrun(Date.now() + 86_400_000)
    await vi.advanceTimersByTimeAsync(300_000)
    expect(places(one)).toBe(2)
  })

  test('lets those wait whose time is enough, and refuses the others at once', async () => {
    const one = gate()
    one.overrun(Date.now() + 2_000)
    expect(one.enter({ ...entering(), endsAt: Date.now() + 1_000 })).toBe('late')
    const waiting = one.enter(entering())
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await waiting).toBe('admitted')
  })

  test('is asked once more after the time that it named, and the answer counts', async () => {
    const until = new Date(Date.now() + 300).toISOString()
    const { adapter, sent } = aSystem(
      (_, count) => (count === 1 ? fail('SYSTEM_BUSY', { until }) : Promise.resolve({ n: count })),
      { retries: 1, operations: { read: { kind: 'query' } } },
    )
    const call = outcomeOf(adapter.call('read', {}, asking('r', 'a')))
    await vi.advanceTimersByTimeAsync(299)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(await call).toMatchObject({ value: { n: 2 } })
    expect(adapter.state().calls).toMatchObject({ busy: 1, retried: 1 })
  })
})
