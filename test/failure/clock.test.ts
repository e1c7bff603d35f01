// Clocks are set back now and then, and a store is in other hands: neither may hold anybody up.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Reply } from '../../adapters/adapter.ts'
import { Breaker } from '../../adapters/resilience/breaker.ts'
import { newCounts } from '../../adapters/resilience/counts.ts'
import { Gate } from '../../adapters/resilience/gate.ts'
import { Rate } from '../../adapters/resilience/rate.ts'
import { ReplyCache } from '../../adapters/resilience/reply-cache.ts'
import type { News, SharedState } from '../../adapters/resilience/shared/shared-state.ts'
import { TimeBox } from '../../adapters/resilience/shared/time-box.ts'
import { asking, aSystem, fail, outcomeOf } from '../adapters/resilience/a-system.ts'

const HOUR = 3_600_000
let time = 0
const now = () => time

beforeEach(() => {
  time = 1_700_000_000_000
})

describe('a clock that is set back by an hour', () => {
  test('does not make a rest of the breaker longer', () => {
    const opened = vi.fn<(until: number) => void>()
    const breaker = new Breaker({ system: 'sys', failures: 1, restMs: 10_000, now, opened })
    breaker.settle(breaker.admit('read'), 'unwell')
    expect(() => breaker.admit('read')).toThrow(
      expect.objectContaining({ code: 'SYSTEM_UNAVAILABLE' }),
    )
    time -= HOUR
    expect(breaker.admit('read').probes).toHaveLength(1)
  })

  test('does not make a pause longer that a system has asked for', () => {
    const limits = { concurrency: 2, queue: 1, waitMs: 1_000 }
    const gate = new Gate({ ...limits, counts: newCounts(), now, random: () => 0 })
    gate.overrun(time + 2_000)
    expect(gate.tryEnter()).toBe(false)
    time -= HOUR
    expect(gate.tryEnter()).toBe(true)
  })

  test('holds no pace up, and lets no burst through', () => {
    const rate = new Rate({ calls: 2, perMs: 1_000, now })
    expect([rate.turn(0), rate.turn(0), rate.turn(0)]).toEqual([0, 0, undefined])
    time -= HOUR
    expect([rate.turn(0), rate.turn(1_000)]).toEqual([undefined, 1_000])
    time += 1_000
    expect(rate.turn(0)).toBe(0)
  })

  test('does not make an answer younger than it is', () => {
    const cache = new ReplyCache({ entries: 10, bytes: 10_000 }, now)
    const lifetime = { freshMs: 60_000, staleMs: 0, refreshMs: 0 }
    cache.keep('a', { reply: { value: {}, at: time }, askedBy: 'r', textLength: 2 }, lifetime)
    expect(cache.find('a')).toBeDefined()
    time -= HOUR
    expect(cache.find('a')).toBeUndefined()
    expect(cache.bytes).toBe(0)
  })

  test('leaves the store of the copies alone no longer', async () => {
    const options = { withinMs: 100, failures: 1, restMs: 1_000, now, changed: () => undefined }
    const box = new TimeBox(options)
    await box.ask(() => Promise.reject(new RangeError('gone')))
    expect(await box.ask(async () => 1)).toBeUndefined()
    time -= HOUR
    expect(await box.ask(async () => 1)).toBe(1)
  })
})

test('calls that were under way together and are refused with a time halve the calls once', () => {
  const gate = new Gate({
    concurrency: 16,
    queue: 0,
    waitMs: Infinity,
    counts: newCounts(),
    now,
    random: () => 0,
  })
  for (let n = 0; n < 16; n += 1) gate.overrun(time + 1_000)
  time += 1_001
  let places = 0
  while (gate.tryEnter()) places += 1
  expect(places).toBe(8)
})

describe('whoever writes to the store', () => {
  const operations = { read: { kind: 'query', freshness: '1m' } } as const

  test.each([1e12, -5, Number.NaN])('cannot hold calls back (%d)', async (turn) => {
    const rate = new Rate({ calls: 1, perMs: 1_000, now, shared: hostile(turn).shared })
    expect(await rate.turn(500)).toBe(0)
    expect(await rate.turn(500)).toBeUndefined()
  })

  test('cannot keep answers from being kept', async () => {
    const { shared, tell } = hostile(undefined)
    const { adapter, sent } = aSystem(
      async () => ({}),
      { operations },
      { shared, now: () => Date.now() },
    )
    tell({ kind: 'wrote', at: 1e15 })
    await new Promise((resolve) => setTimeout(resolve, 5))
    await adapter.call('read', {}, asking('r1', 'a'))
    await adapter.call('read', {}, asking('r2', 'a'))
    expect(sent).toHaveLength(1)
  })

  test('cannot bring an answer back that was asked before a write here', async () => {
    const text = JSON.stringify({ value: { n: 0 }, at: Date.now(), by: 'r0' })
    const { shared } = hostile(undefined)
    const read = async () => ({ text, askedAt: time - 1 })
    const { adapter } = aSystem(
      async (_, count) => ({ n: count }),
      { operations: { ...operations, write: { kind: 'mutation' } } },
      { shared: { ...shared, read }, now },
    )
    await adapter.call('write', {}, asking('r1', 'a'))
    expect(await adapter.call('read', {}, asking('r2', 'a'))).toMatchObject({ value: { n: 2 } })
  })

  test('cannot make a copy stop at its first failure for longer than a rest', () => {
    const opened = vi.fn<(until: number) => void>()
    const breaker = new Breaker({ system: 'sys', failures: 3, restMs: 10_000, now, opened })
    breaker.warned(1e15)
    time += 10_001
    breaker.settle(breaker.admit('read'), 'unwell')
    expect(breaker.isOpen).toBe(false)
  })
})

describe('asked anew in the background', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
  afterEach(() => void vi.useRealTimers())

  const operations = { read: { kind: 'query', freshness: '1s', refresh: '1h' } } as const
  const breaker = { failures: 1_000, halfOpenAfter: '10s' }
  const limits = { timeout: '1s', concurrency: 8, queue: 10, reply: '64KB' }

  test('a system in trouble is asked now and then, not by everybody', async () => {
    const { adapter, sent } = aSystem(
      (_, count) => (count === 1 ? Promise.resolve({}) : fail('SYSTEM_UNAVAILABLE')),
      { operations, breaker, retries: 0 },
    )
    const call = () => adapter.call('read', {}, asking('r', 'a'))
    await outcomeOf(call())
    await vi.advanceTimersByTimeAsync(2_000)
    const answers = await ask(100, call)
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ stale: true })))
    expect(sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(5_000)
    await ask(100, call)
    expect(sent).toHaveLength(3)
  })

  test('a system that hangs is asked once at a time', async () => {
    const { adapter, sent } = aSystem(
      (_, count) => (count === 1 ? Promise.resolve({}) : new Promise(() => undefined)),
      { operations, breaker, limits, retries: 0 },
    )
    const call = () => adapter.call('read', {}, asking('r', 'a'))
    await outcomeOf(call())
    await vi.advanceTimersByTimeAsync(2_000)
    await ask(300, call)
    await vi.advanceTimersByTimeAsync(400)
    await ask(10, call)
    expect(sent).toHaveLength(2)
    adapter.close()
  })
})

/** A store that says whatever it likes. */
function hostile(turn: number | 'refused' | undefined) {
  const listeners: ((news: News) => void)[] = []
  const shared: SharedState = {
    nameSecret: new Uint8Array(32),
    read: async () => undefined,
    keep: () => undefined,
    wrote: () => undefined,
    turn: async () => turn,
    tell: () => undefined,
    heard: (listener) => void listeners.push(listener),
  }
  const tell = (news: News) => {
    for (const listener of listeners) listener(news)
  }
  return { shared, tell }
}

async function ask(times: number, call: () => Promise<Reply>): Promise<readonly unknown[]> {
  const all: unknown[] = []
  for (let n = 0; n < times; n += 1) all.push(await outcomeOf(call(), 1))
  return all
}
