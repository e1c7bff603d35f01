import { expect, test } from 'vitest'

import type { Value } from '../../../adapters/adapter.ts'
import { LEXICALS } from '../../../adapters/soap/lexical.ts'

test.each<[string, string, Value | undefined]>([
  ['boolean', ' true ', true],
  ['boolean', '0', false],
  ['boolean', 'True', undefined],
  ['int', ' -12 ', -12],
  ['int', '+7', 7],
  ['int', '2147483648', undefined],
  ['int', '1.0', undefined],
  ['int', '', undefined],
  ['byte', '128', undefined],
  ['long', '9007199254740993', '9007199254740993'],
  ['long', '0012345678', '0012345678'],
  ['long', '9223372036854775808', undefined],
  [
    'integer',
    '123456789012345678901234567890123456789012345',
    '123456789012345678901234567890123456789012345',
  ],
  ['unsignedInt', '4294967295', '4294967295'],
  ['unsignedLong', '-1', undefined],
  ['decimal', ' 12.340 ', '12.340'],
  ['decimal', '1e5', undefined],
  ['double', '1e5', 100_000],
  ['double', '-INF', -Infinity],
  ['double', 'abc', undefined],
  ['string', '  00123 ', '  00123 '],
  ['token', '  a \n b ', 'a b'],
  ['normalizedString', 'a\tb', 'a b'],
  ['date', '1980-01-02+05:30', '1980-01-02+05:30'],
  ['date', '1980-00-00', '1980-00-00'],
  ['dateTime', '2009-02-24T14:55:00', '2009-02-24T14:55:00'],
  ['base64Binary', ' YQ== \n', 'YQ=='],
  ['base64Binary', 'a!', undefined],
  ['hexBinary', '0aFF', '0aFF'],
])('reads xs:%s %j', (type, text, expected) => {
  expect(LEXICALS.get(type)?.parse(text)).toEqual(expected)
})

test.each<[string, Value, string | undefined]>([
  ['boolean', true, 'true'],
  ['boolean', '1', '1'],
  ['boolean', 'yes', undefined],
  ['int', 12, '12'],
  ['int', '12', '12'],
  ['int', 1.5, undefined],
  ['int', '12; drop', undefined],
  ['long', '0012345678', '0012345678'],
  ['long', 2 ** 53, undefined],
  ['decimal', '1.50', '1.50'],
  ['decimal', null, undefined],
  ['double', 0.1, '0.1'],
  ['double', Infinity, 'INF'],
  ['string', 'a', 'a'],
  ['string', 5, '5'],
  ['string', 'a\u0000', undefined],
  ['string', ['a'], undefined],
  ['date', '1980-01-02Z', '1980-01-02Z'],
  ['date', '1359/01/02', undefined],
  ['dateTime', '2009-02-24T14:55:00.5+03:30', '2009-02-24T14:55:00.5+03:30'],
  ['base64Binary', 'YQ==', 'YQ=='],
])('writes %s %j', (type, value, expected) => {
  expect(LEXICALS.get(type)?.print(value)).toBe(expected)
})
