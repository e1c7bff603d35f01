import { expect, test } from 'vitest'

import { toBytes, toMilliseconds } from '../../adapters/units.ts'

test.each([
  ['500ms', 500],
  ['6s', 6_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('%s is %i ms', (text, ms) => {
  expect(toMilliseconds(text)).toBe(ms)
})

test.each([
  ['256KB', 262_144],
  ['2MB', 2_097_152],
])('%s is %i bytes', (text, bytes) => {
  expect(toBytes(text)).toBe(bytes)
})

test.each(['6', 's', '6 s', '-6s', '6KB'])('%j is no duration', (text) => {
  expect(() => toMilliseconds(text)).toThrow('not a duration')
})
