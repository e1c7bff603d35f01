import { GraphQLError, parseValue } from 'graphql'
import { expect, test } from 'vitest'

import { DATE_TIME_SCALAR, JSON_SCALAR } from '../../../schema/scalars/json.ts'

test('DateTime writes a Date in UTC and leaves a moment with zone as it is', () => {
  expect(DATE_TIME_SCALAR.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  for (const text of ['2026-11-22T08:30:00.000Z', '2026-11-22T12:00:00+03:30']) {
    expect(DATE_TIME_SCALAR.serialize(text)).toBe(text)
  }
})

test.each(['5', '2026-11-22', '2026-11-22T08:30:00', 'Sun, 22 Nov 2026 08:30:00 GMT', '', 5, null])(
  'DateTime refuses %j: no moment with zone',
  (written) => {
    for (const refuse of [
      () => DATE_TIME_SCALAR.parseValue(written),
      () => DATE_TIME_SCALAR.serialize(written),
    ]) {
      expect(refuse).toThrow(GraphQLError)
      expect(refuse).toThrow(expect.objectContaining({ extensions: { code: 'INPUT_REJECTED' } }))
    }
  },
)

test('JSON is any value as it is, also with variables inside', () => {
  const value = { a: [1, 'x', null, { b: true }] }
  expect(JSON_SCALAR.serialize(value)).toBe(value)
  expect(JSON_SCALAR.parseValue(value)).toBe(value)
  const literal = JSON_SCALAR.parseLiteral(parseValue('{ a: [1, $x] }'), { x: 'y' })
  expect(JSON.stringify(literal)).toBe('{"a":[1,"y"]}')
})
