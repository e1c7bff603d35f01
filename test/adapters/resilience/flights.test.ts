// Who joins whose question.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { after, asking, aSystem, outcomeOf } from './a-system.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const operations = {
  read: { kind: 'query' },
  weather: { kind: 'query', public: true },
  write: { kind: 'mutation' },
} as const

describe('equal questions of several requests', () => {
  test.each([
    ['on the same authority are one call', 'read', ['a', 'a'], 1],
    ['on another authority are two', 'read', ['a', 'b'], 2],
    ['on none are two', 'read', [undefined, undefined], 2],
    ['are two when one has no authority', 'read', ['a', undefined], 2],
    ['about what is public are one, whoever asks', 'weather', ['a', 'b'], 1],
    ['about what is public are one for nobody in particular', 'weather', [undefined, 'b'], 1],
    ['are as many calls when they write', 'write', ['a', 'a'], 2],
  ])('%s', async (_, operation, [one, two], calls) => {
    const { adapter, sent } = aSystem((each) => after(100, each, { n: 1 }), { operations })
    const asked = [asking('r-1', one), asking('r-2', two)].map((context) =>
      adapter.call(operation, { id: '1' }, context),
    )
    await vi.advanceTimersByTimeAsync(100)
    const [first, second] = await Promise.all(asked)
    expect(sent).toHaveLength(calls)
    expect(first).toEqual({ value: { n: 1 }, at: expect.any(Number) })
    if (calls === 1)
      expect(second).toMatchObject({ via: 'joined', askedBy: 'r-1', value: { n: 1 } })
    else expect(second?.via).toBeUndefined()
    expect(adapter.state().calls).toMatchObject({ asked: 2, sent: calls, joined: 2 - calls })
  })

  test('that name a request id as authority do not join that request', async () => {
    const { adapter, sent } = aSystem((each) => after(100, each), { operations })
    const asked = [asking('r-1'), asking('r-2', 'r-1')].map((context) =>
      adapter.call('read', {}, context),
    )
    await vi.advanceTimersByTimeAsync(100)
    await Promise.all(asked)
    expect(sent).toHaveLength(2)
  })

  test('keep each its own deadline: who leaves takes nobody along', async () => {
    const { adapter, sent } = aSystem((each) => after(100, each, { n: 1 }), { operations })
    const leaving = new AbortController()
    const first = outcomeOf(adapter.call('read', {}, asking('r-1', 'a', leaving.signal)))
    const second = outcomeOf(adapter.call('read', {}, asking('r-2', 'a')))
    leaving.abort(new DOMException('', 'TimeoutError'))
    expect(await first).toMatchObject({ code: 'SYSTEM_TIMEOUT', detail: { reason: 'abandoned' } })
    await vi.advanceTimersByTimeAsync(100)
    expect(await second).toMatchObject({ value: { n: 1 } })
    expect(sent[0]?.signal.aborted).toBe(false)
  })

  test('that come late ask anew instead of sharing an end that is not theirs', async () => {
    const { adapter, sent } = aSystem((each) => after(5_000, each), { operations })
    const first = outcomeOf(adapter.call('read', {}, asking('r-1', 'a')))
    await vi.advanceTimersByTimeAsync(501)
    const second = outcomeOf(adapter.call('read', {}, asking('r-2', 'a')))
    await vi.advanceTimersByTimeAsync(499)
    expect(await first).toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    expect(sent).toHaveLength(2)
    expect(sent[1]?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(501)
    expect(await second).toMatchObject({ code: 'SYSTEM_TIMEOUT', detail: { reason: 'deadline' } })
  })

  test('do not join a call that began before something was written', async () => {
    const { adapter, sent } = aSystem((each) => after(100, each), { operations })
    const before = adapter.call('read', {}, asking('r-1', 'a'))
    const write = adapter.call('write', {}, asking('r-2', 'a'))
    await vi.advanceTimersByTimeAsync(0)
    await vi.advanceTimersByTimeAsync(99)
    await vi.advanceTimersByTimeAsync(1)
    await Promise.all([before, write])
    const reads = [1, 2].map((n) => adapter.call('read', {}, asking(`r-${n}`, 'a')))
    await vi.advanceTimersByTimeAsync(100)
    await Promise.all(reads)
    expect(sent.map(({ operation }) => operation)).toEqual(['read', 'write', 'read'])
  })
})
