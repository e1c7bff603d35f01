// What is kept, for whom, how long, and when it is given although it is old.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { ReplyCache } from '../../../adapters/resilience/reply-cache.ts'
import type { SystemErrorCode } from '../../../schema/errors.ts'
import { after, asking, aSystem, type Behave, fail, outcomeOf } from './a-system.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const operations = {
  read: { kind: 'query', freshness: '10s', stale: '1m' },
  soon: { kind: 'query', freshness: '10s', refresh: '20s' },
  plain: { kind: 'query' },
  weather: { kind: 'query', public: true, freshness: '10s' },
  write: { kind: 'mutation' },
} as const

function counting(): Behave {
  return async (_, count) => ({ n: count })
}

const SECOND = 1_000

describe('an answer', () => {
  test.each([
    ['of an operation that declares it fresh is given again', 'read', ['a', 'a'], 1],
    ['is not given on another authority', 'read', ['a', 'b'], 2],
    ['is not kept for those without authority', 'read', [undefined, undefined], 2],
    ['is not kept where nothing is declared', 'plain', ['a', 'a'], 2],
    ['of what is public is given to everybody', 'weather', ['a', undefined], 1],
    ['of a write is never kept', 'write', ['a', 'a'], 2],
  ])('%s', async (_, operation, [one, two], calls) => {
    const { adapter, sent } = aSystem(counting(), { operations })
    await adapter.call(operation, { id: '1' }, asking('r-1', one))
    const second = await adapter.call(operation, { id: '1' }, asking('r-2', two))
    expect(sent).toHaveLength(calls)
    expect(second).toMatchObject(
      calls === 1 ? { via: 'cache', askedBy: 'r-1', value: { n: 1 } } : { value: { n: 2 } },
    )
    expect(second.stale).toBeUndefined()
  })

  test('tells when the system gave it, and is asked anew after its time', async () => {
    const { adapter } = aSystem(counting(), { operations })
    const { at } = await adapter.call('read', {}, asking('r-1', 'a'))
    await vi.advanceTimersByTimeAsync(9_999)
    expect(await adapter.call('read', {}, asking('r-2', 'a'))).toMatchObject({ at, via: 'cache' })
    await vi.advanceTimersByTimeAsync(1)
    const third = await adapter.call('read', {}, asking('r-3', 'a'))
    expect(third).toEqual({ value: { n: 2 }, at: Date.now() })
  })

  test('"no record" is an answer as any other', async () => {
    const { adapter, sent } = aSystem(async () => ({}), { operations })
    for (const id of ['r-1', 'r-2']) await adapter.call('read', {}, asking(id, 'a'))
    expect(sent).toHaveLength(1)
  })

  test('that is a fault is not kept', async () => {
    const { adapter, sent } = aSystem(
      (_, count) => (count === 1 ? fail('SYSTEM_REFUSED') : Promise.resolve({ n: count })),
      { operations },
    )
    await outcomeOf(adapter.call('read', {}, asking('r-1', 'a')))
    expect(await adapter.call('read', {}, asking('r-2', 'a'))).toMatchObject({ value: { n: 2 } })
    expect(sent).toHaveLength(2)
  })

  test('is forgotten when something is written, even by a call that failed', async () => {
    const { adapter, sent } = aSystem(
      ({ operation }) => (operation === 'write' ? fail('SYSTEM_TIMEOUT') : Promise.resolve({})),
      { operations },
    )
    await adapter.call('read', {}, asking('r-1', 'a'))
    await outcomeOf(adapter.call('write', {}, asking('r-2', 'a')))
    await vi.advanceTimersByTimeAsync(1)
    await adapter.call('read', {}, asking('r-3', 'a'))
    expect(sent.map(({ operation }) => operation)).toEqual(['read', 'write', 'read'])
  })

  test('that was asked before a write and came after it is not kept', async () => {
    const { adapter, sent } = aSystem(
      (each) => after(each.operation === 'write' ? 50 : 100, each, { n: 1 }),
      { operations },
    )
    const asked = ['read', 'write'].map((each) => adapter.call(each, {}, asking('r-1', 'a')))
    await vi.advanceTimersByTimeAsync(100)
    await Promise.all(asked)
    await outcomeOf(adapter.call('read', {}, asking('r-2', 'a')), 100)
    expect(sent).toHaveLength(3)
  })

  test.each(['read', 'plain'])(
    'of "%s" that is under way since before a write is not joined after it',
    async (read) => {
      const { adapter, sent } = aSystem(
        (each, count) => after(each.operation === 'write' ? 50 : 300, each, { n: count }),
        { operations },
      )
      const before = adapter.call(read, {}, asking('r-1', 'a'))
      await vi.advanceTimersByTimeAsync(1)
      await outcomeOf(adapter.call('write', {}, asking('r-1', 'a')), 50)
      const later = await outcomeOf(adapter.call(read, {}, asking('r-2', 'a')), 400)
      expect(sent.map(({ operation }) => operation)).toEqual([read, 'write', read])
      expect(await before).toMatchObject({ value: { n: 1 } })
      expect(later).toMatchObject({ value: { n: 3 } })
    },
  )
})

describe('a stale answer', () => {
  test.each<[SystemErrorCode, boolean]>([
    ['SYSTEM_TIMEOUT', true],
    ['SYSTEM_UNAVAILABLE', true],
    ['SYSTEM_MAINTENANCE', true],
    ['SYSTEM_BUSY', true],
    ['SYSTEM_REPLY_INVALID', true],
    ['SYSTEM_REFUSED', false],
  ])('stands in for %s: %s', async (code, isGiven) => {
    const { adapter } = aSystem(
      (_, count) => (count === 1 ? Promise.resolve({ n: 1 }) : fail(code)),
      { operations },
    )
    const { at } = await adapter.call('read', {}, asking('r-1', 'a'))
    await vi.advanceTimersByTimeAsync(30 * SECOND)
    const given = await outcomeOf(adapter.call('read', {}, asking('r-2', 'a')))
    expect(given).toMatchObject(
      isGiven ? { value: { n: 1 }, at, via: 'cache', stale: true } : { code },
    )
    expect(adapter.state().calls.cacheStale).toBe(isGiven ? 1 : 0)
  })

  test('is given when the system is slower than its deadline, and not after its time', async () => {
    const { adapter } = aSystem(
      (each, count) => (count === 1 ? Promise.resolve({ n: 1 }) : after(5_000, each)),
      { operations },
    )
    await adapter.call('read', {}, asking('r-1', 'a'))
    await vi.advanceTimersByTimeAsync(68 * SECOND)
    const late = outcomeOf(adapter.call('read', {}, asking('r-2', 'a')), SECOND)
    expect(await late).toMatchObject({ stale: true })
    await vi.advanceTimersByTimeAsync(SECOND)
    const tooLate = outcomeOf(adapter.call('read', {}, asking('r-3', 'a')), SECOND)
    expect(await tooLate).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
  })

  test('is not given to one who has left', async () => {
    const { adapter } = aSystem(
      (each, count) => (count === 1 ? Promise.resolve({ n: 1 }) : after(500, each)),
      { operations },
    )
    await adapter.call('read', {}, asking('r-1', 'a'))
    await vi.advanceTimersByTimeAsync(30 * SECOND)
    const caller = new AbortController()
    const call = outcomeOf(adapter.call('read', {}, asking('r-2', 'a', caller.signal)))
    caller.abort()
    expect(await call).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
  })

  test('is given at once where it may be refreshed, and asked anew once', async () => {
    const { adapter, sent } = aSystem((each, count) => after(100, each, { n: count }), {
      operations,
    })
    await outcomeOf(adapter.call('soon', {}, asking('r-1', 'a')), 100)
    await vi.advanceTimersByTimeAsync(15 * SECOND)
    const given = await Promise.all(
      ['r-2', 'r-3', 'r-4'].map((id) => adapter.call('soon', {}, asking(id, 'a'))),
    )
    expect(given).toMatchObject(given.map(() => ({ value: { n: 1 }, stale: true })))
    await vi.advanceTimersByTimeAsync(100)
    expect(sent).toHaveLength(2)
    const fresh = await adapter.call('soon', {}, asking('r-5', 'a'))
    expect(fresh).toMatchObject({ value: { n: 2 }, via: 'cache' })
    expect(fresh.stale).toBeUndefined()
  })

  test('stays while it cannot be refreshed, and nobody hears of it', async () => {
    const { adapter } = aSystem(
      (_, count) => (count === 1 ? Promise.resolve({ n: 1 }) : fail('SYSTEM_UNAVAILABLE')),
      { operations },
    )
    await adapter.call('soon', {}, asking('r-1', 'a'))
    await vi.advanceTimersByTimeAsync(15 * SECOND)
    for (const id of ['r-2', 'r-3']) {
      expect(await outcomeOf(adapter.call('soon', {}, asking(id, 'a')))).toMatchObject({
        stale: true,
      })
    }
    await vi.advanceTimersByTimeAsync(15 * SECOND)
    expect(await outcomeOf(adapter.call('soon', {}, asking('r-4', 'a')))).toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
    })
  })
})

function entry(textLength = 10) {
  return { reply: { value: {}, at: Date.now() }, askedBy: 'r', textLength }
}

describe('the memory of a cache', () => {
  const lifetime = { freshMs: 10 * SECOND, staleMs: 0, refreshMs: 0 }
  test('holds so many, and the one not asked for longest goes first', () => {
    const cache = new ReplyCache({ entries: 2, bytes: 1e6 }, Date.now)
    for (const name of ['a', 'b']) cache.keep(name, entry(), lifetime)
    cache.find('a')
    cache.keep('c', entry(), lifetime)
    expect(['a', 'b', 'c'].filter((name) => cache.find(name))).toEqual(['a', 'c'])
  })

  test('holds so many bytes, and nothing that is larger than all of it', () => {
    const cache = new ReplyCache({ entries: 1e6, bytes: 100_000 }, Date.now)
    for (let n = 0; n < 1_000; n += 1) cache.keep(`${n}`, entry(1_000), lifetime)
    expect(cache.bytes).toBeLessThanOrEqual(100_000)
    expect(cache.size).toBeGreaterThan(10)
    cache.keep('huge', entry(100_000), lifetime)
    expect(cache.find('huge')).toBeUndefined()
    expect(cache.size).toBeGreaterThan(10)
    cache.clear()
    expect([cache.size, cache.bytes]).toEqual([0, 0])
  })

  test('lets go of what is too old, asked for or not, and then rests', async () => {
    const cache = new ReplyCache({ entries: 10, bytes: 1e6 }, Date.now)
    cache.keep('a', entry(), lifetime)
    await vi.advanceTimersByTimeAsync(61 * SECOND)
    expect([cache.size, cache.bytes, vi.getTimerCount()]).toEqual([0, 0, 0])
  })
})
