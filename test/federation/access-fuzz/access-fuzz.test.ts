// Random demands, operations and callers. SEED=7 vitest run test/federation/access-fuzz tries that one; FROM=1000 TO=2000 many.

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { NOW_MS } from './askers.ts'
import { tryAccess } from './try-access.ts'

const { SEED, FROM = SEED ?? '1', TO = SEED ?? '4' } = process.env
const SEEDS = Array.from({ length: Number(TO) - Number(FROM) + 1 }, (_, at) => Number(FROM) + at)

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS })
})
afterAll(() => {
  vi.useRealTimers()
})

test.each(SEEDS)(
  'nobody reads what the directives deny, and everybody the rest: seed %i',
  async (seed) => {
    const { filtered, answered, failures } = await tryAccess(seed)
    expect(failures[0]).toBeUndefined()
    expect(filtered + answered).toBeGreaterThan(50)
  },
  120_000,
)
