import { GraphQLError, parseValue } from 'graphql'
import { describe, expect, test } from 'vitest'

import { parseScalar, SCALARS } from '../../../schema/scalars/scalars.ts'

const ACCEPTED = [
  ['NationalId', '0004120371', '0004120371'],
  ['NationalId', '۰۰۰۴۱۲۰۳۷۱', '0004120371'],
  ['LegalNationalId', '00101234569', '00101234569'],
  ['LegalNationalId', '۱۴۰۰۱۲۳۴۵۰۵', '14001234505'],
  ['DateTime', '2009-02-24T14:55:00+03:30', '2009-02-24T14:55:00+03:30'],
  ['PostCode', '15936-01044', '1593601044'],
  ['MobileNumber', '09000000001', '+989000000001'],
  ['MobileNumber', '+98 900 000 0001', '+989000000001'],
  ['Date', '2017-11-28', '2017-11-28'],
  ['Decimal', '12.50', '12.50'],
  ['Decimal', '-0.1', '-0.1'],
  ['Rial', '9007199254740993', '9007199254740993'],
] as const

const REFUSED = [
  ['NationalId', '4120371'],
  ['NationalId', '0004120372'],
  ['NationalId', '0000000000'],
  ['NationalId', ' 0004120371'],
  ['LegalNationalId', '101234569'],
  ['LegalNationalId', '14001234506'],
  ['LegalNationalId', '11111111111'],
  ['DateTime', '2009-02-24T14:55:00'],
  ['DateTime', '2009-02-24'],
  ['PostCode', '0593601044'],
  ['MobileNumber', '02188888888'],
  ['Date', '2017-11-31'],
  ['Date', '1396/09/07'],
  ['Decimal', '1,5'],
  ['Decimal', '1e5'],
  ['Decimal', '01'],
  ['Rial', '1.0'],
  ['Rial', '-0'],
] as const

describe.each(ACCEPTED)('%s of %j', (name, written, canonical) => {
  const scalar = SCALARS.get(name)!

  test('is canonical as variable, literal and answer', () => {
    expect(scalar.parseValue(written)).toBe(canonical)
    expect(scalar.parseLiteral(parseValue(JSON.stringify(written)))).toBe(canonical)
    expect(scalar.serialize(written)).toBe(canonical)
    expect(parseScalar(name, canonical)).toBe(canonical)
  })
})

test.each(REFUSED)('%s refuses %j without repeating it', (name, written) => {
  const scalar = SCALARS.get(name)!
  for (const refuse of [
    () => scalar.parseValue(written),
    () => scalar.parseLiteral(parseValue(JSON.stringify(written))),
    () => scalar.serialize(written),
  ]) {
    expect(refuse).toThrow(GraphQLError)
    expect(refuse).toThrow(
      expect.objectContaining({
        extensions: { code: 'INPUT_REJECTED' },
        message: expect.not.stringContaining(written),
      }),
    )
  }
})

test('a number literal is read as written, an inexact number is refused', () => {
  const rial = SCALARS.get('Rial')!
  expect(rial.parseLiteral(parseValue('9007199254740993'))).toBe('9007199254740993')
  expect(rial.parseValue(12)).toBe('12')
  expect(() => rial.parseValue(9_007_199_254_740_992)).toThrow(GraphQLError)
  expect(() => rial.parseValue({})).toThrow(GraphQLError)
})

test('a name of Object is no scalar', () => {
  expect(parseScalar('constructor', 'x')).toBeUndefined()
})

test.each([...SCALARS.values()])('$name is described in English and Persian', ({ description }) => {
  expect(description).toMatch(/^[A-Z].* \/ [\u0600-\u06ff]/)
})
