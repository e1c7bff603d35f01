// A fixed handful of random graphs. SEED=7 vitest run test/federation/fuzz tries that one; fuzz.ts looks for more.

import { expect, test } from 'vitest'

import { differenceOf } from './difference.ts'
import { printFailure, shrink, tryUniverse } from './try-universe.ts'

const { SEED } = process.env
const SEEDS = SEED === undefined ? [1, 2, 14, 35, 41, 108, 5013] : [Number(SEED)]

test.each(SEEDS)(
  'subgraphs behind the engine answer as the whole graph would: seed %i',
  async (seed) => {
    const { composed, tried, failures } = await tryUniverse(seed)
    expect(composed).toBe(true)
    expect(tried).toBeGreaterThan(50)
    const [first] = failures
    expect(first && printFailure(await shrink(first))).toBeUndefined()
  },
  120_000,
)

/** Of a comparison that never finds anything, nobody would know. */
test('the comparison finds a lost value, a silent null and an error at a wrong place', () => {
  const whole = { data: { a: { b: null } }, errors: [{ path: ['a', 'b'], message: '' }], done: [] }
  expect(differenceOf(whole, whole)).toBeUndefined()
  expect(differenceOf(whole, { ...whole, data: { a: null } })).toMatch(/^data differ/)
  expect(differenceOf(whole, { ...whole, errors: [] })).toMatch(/^errors explain other places/)
  const wrong = [{ path: ['a'], message: '' }]
  expect(differenceOf(whole, { ...whole, errors: wrong })).toMatch(/^errors explain other places/)
  const twice = [...whole.errors, ...whole.errors]
  expect(differenceOf(whole, { ...whole, errors: twice })).toMatch(/told twice$/)
})
