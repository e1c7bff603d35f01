import { expect, test } from 'vitest'

import { numberText, parseExact } from '../../../adapters/rest/exact-json.ts'

test.each([
  '0',
  '7',
  '-7',
  '-0',
  '999999999999999',
  '-999999999999999',
  '9007199254740993',
  '12345678901234567890',
  '1.50',
  '1.0',
  '1e3',
  '1E-3',
  '-0.10',
])('keeps the text of %s', (text) => {
  const parsed = parseExact(`{"before":"1397/09","value":[${text}]}`)
  const value: unknown = Reflect.get(Object(parsed), 'value')
  expect(numberText(Array.isArray(value) ? value[0] : undefined)?.text).toBe(text)
})

test.each(['"7"', 'true', 'null', '[]'])('%s is no number', (text) => {
  expect(numberText(parseExact(text))).toBeUndefined()
})

test.each(['', '{', '01', '{"a":1}x', '1.'])('is undefined for %j, which is not JSON', (text) => {
  expect(parseExact(text)).toBeUndefined()
})
