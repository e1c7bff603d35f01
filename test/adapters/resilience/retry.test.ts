import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ExtraCalls } from '../../../adapters/resilience/extra-calls.ts'
import { asking, aSystem, fail, outcomeOf } from './a-system.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a tenth of the calls may be such that nobody asked for, after a reserve of ten', () => {
  const extra = new ExtraCalls()
  expect(Array.from({ length: 12 }, () => extra.take()).filter(Boolean)).toHaveLength(10)
  let taken = 0
  for (let n = 0; n < 1_000; n += 1) {
    extra.earn()
    if (extra.take()) taken += 1
  }
  expect(taken).toBeGreaterThanOrEqual(99)
  expect(taken).toBeLessThanOrEqual(100)
})

test('a system that fails every call gets at most a tenth more by retries', async () => {
  const { adapter, sent } = aSystem(() => fail('SYSTEM_UNAVAILABLE'), {
    retries: 3,
    breaker: { failures: 1_000_000, halfOpenAfter: '10s' },
    operations: { read: { kind: 'query' } },
  })
  for (let n = 0; n < 300; n += 1) {
    await outcomeOf(adapter.call('read', { n }, asking('r', 'a')), 1_000)
  }
  expect(sent.length).toBeLessThanOrEqual(300 + 30 + 10)
  expect(sent.length).toBeGreaterThan(320)
})

test.each([
  [0, [0, 0, 0]],
  [0.5, [0, 100, 300]],
  [0.999, [0, 199.8, 599.4]],
])('pauses are by chance, up to a length that doubles (%d)', async (chance, expected) => {
  const at: number[] = []
  const from = Date.now()
  const { adapter } = aSystem(
    () => {
      at.push(Date.now() - from)
      return fail('SYSTEM_UNAVAILABLE')
    },
    { retries: 2, operations: { read: { kind: 'query' } } },
    { random: () => chance },
  )
  await outcomeOf(adapter.call('read', {}, asking('r', 'a')), 1_000)
  expect(at).toHaveLength(3)
  for (const [index, ms] of expected.entries())
    expect(Math.abs((at[index] ?? 0) - ms)).toBeLessThan(3)
})
