import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Adapter } from '../../../adapters/adapter.ts'
import { withRate } from '../../../adapters/resilience/paced.ts'
import { Rate } from '../../../adapters/resilience/rate.ts'
import { withResilience } from '../../../adapters/resilience/resilience.ts'
import type { SharedRate, SharedState } from '../../../adapters/resilience/shared/shared-state.ts'
import { systemSettings } from '../wire.ts'
import { asking, outcomeOf } from './a-system.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const now = () => Date.now()

test('within no stretch of that length do more calls begin', async () => {
  const rate = new Rate({ calls: 5, perMs: 1_000, now })
  const moments: number[] = []
  for (let n = 0; n < 50; n += 1) {
    // Bursts, pauses and steady calls by turns.
    await vi.advanceTimersByTimeAsync((n * 37) % 200)
    const wait = rate.turn(60_000)
    moments.push(now() + Number(wait))
  }
  for (const [index, moment] of moments.entries()) {
    const fifthAfter = moments[index + 5]
    if (fifthAfter !== undefined) expect(fifthAfter - moment).toBeGreaterThanOrEqual(1_000)
  }
})

test('a turn that would come too late is not taken', () => {
  const rate = new Rate({ calls: 1, perMs: 1_000, now })
  expect([rate.turn(0), rate.turn(999), rate.turn(1_000), rate.turn(1_000)]).toEqual([
    0,
    undefined,
    1_000,
    undefined,
  ])
})

describe('with other copies', () => {
  const asked: SharedRate[] = []
  const sharing = (reply: Awaited<ReturnType<SharedState['turn']>>) => ({
    turn: async (rate: SharedRate) => {
      asked.push(rate)
      return reply
    },
  })

  test.each([
    ['waits as long as they say', 300, 300],
    ['is refused when they say so', 'refused', undefined],
    ['goes on alone when nobody knows', undefined, 0],
  ] as const)('it %s', async (_, reply, expected) => {
    const rate = new Rate({ calls: 2, perMs: 1_000, now, shared: sharing(reply) })
    expect(await rate.turn(500)).toBe(expected)
    expect(asked.at(-1)).toEqual({ calls: 2, perMs: 1_000, mostMs: 500 })
  })

  test('its own pace holds, too, so that it is right when they are gone', async () => {
    const rate = new Rate({ calls: 1, perMs: 1_000, now, shared: sharing(undefined) })
    expect(await rate.turn(5_000)).toBe(0)
    expect(await rate.turn(5_000)).toBe(1_000)
  })
})

describe('calls of a system that counts them', () => {
  const settings = systemSettings({
    limits: {
      timeout: '10s',
      wait: '1500ms',
      concurrency: 8,
      queue: 8,
      reply: '64KB',
      rate: { calls: 1, per: '1s' },
    },
    breaker: { failures: 1, halfOpenAfter: '10s' },
  })

  function paced() {
    const begun: number[] = []
    const from = now()
    const inner: Adapter = {
      call: async () => {
        begun.push(now() - from)
        return { value: {}, at: now() }
      },
    }
    const adapter = withRate(inner, settings.limits, { system: 'sys', now })
    return { begun, adapter: withResilience(adapter, settings, { system: 'sys' }) }
  }

  test('begin one after another; who would wait too long is told so, and it is not the system that is busy', async () => {
    const { adapter, begun } = paced()
    const calls = [1, 2, 3].map((n) => outcomeOf(adapter.call('write', { n }, asking(`r${n}`))))
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await calls[2]).toMatchObject({ code: 'SYSTEM_BUSY', detail: { reason: 'rate' } })
    expect(begun).toEqual([0, 1_000])
    expect(adapter.state()).toMatchObject({
      state: 'up',
      lastErrorCode: undefined,
      calls: { busy: 0, shed: 1 },
    })
  })

  test('whose caller leaves while they wait are not sent', async () => {
    const { adapter, begun } = paced()
    const leaving = new AbortController()
    await adapter.call('write', {}, asking('r1'))
    const call = outcomeOf(adapter.call('write', {}, asking('r2', 'a', leaving.signal)))
    leaving.abort()
    expect(await call).toMatchObject({ code: 'SYSTEM_TIMEOUT', detail: { reason: 'abandoned' } })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(begun).toEqual([0])
    expect(adapter.state()).toMatchObject({ state: 'up', calls: { active: 0 } })
  })
})
