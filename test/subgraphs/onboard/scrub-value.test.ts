import { describe, expect, test } from 'vitest'

import { isNationalId } from '../../../schema/scalars/national-id.ts'
import { scrubber } from '../../../subgraphs/onboard/scrub-value.ts'

const scrub = scrubber(Buffer.from('a secret of this test'))

test('the same value is always replaced by the same, another run by another', () => {
  expect(scrub('کاوه یکتای')).toBe(scrub('کاوه یکتای'))
  expect(scrub('0912345678901')).not.toBe(scrubber()('0912345678901'))
})

describe('the form stays', () => {
  test.each([
    ['Persian letters', 'کاوه محمدی', /^ک[\p{Script=Arabic}]{3} [\p{Script=Arabic}]{5}$/u],
    [
      'Arabic yeh and kaf',
      'علي كريم',
      /^[\p{Script=Arabic}]{2}ي ك[\p{Script=Arabic}]ي[\p{Script=Arabic}]$/u,
    ],
    ['Latin letters', 'Kaveh', /^[A-Z][a-z]{4}$/],
    ['digits, the first not zero', '2700000', /^[1-9][0-9]{6}$/],
    ['a leading zero', '0990012', /^0[0-9]{6}$/],
    ['Persian digits', '۱۲۳۴۵', /^[۱-۹][۰-۹]{4}$/],
    ['separators', '12,345,678', /^[1-9][0-9],[0-9]{3},[0-9]{3}$/],
    ['a plate', '12ع345-11', /^[1-9][0-9]\p{Script=Arabic}[0-9]{3}-[0-9]{2}$/u],
  ])('%s', (_, text, form) => {
    const scrubbed = scrub(text)
    expect(scrubbed).toMatch(form)
    expect(scrubbed).not.toBe(text)
  })

  test.each(['true', 'بلي', 'خیر', 'ok', '-1', '', '12', '…'])(
    '%j is too short to be anybody',
    (text) => {
      expect(scrub(text)).toBe(text)
    },
  )

  test('a number of ten digits stays below what 32 bits hold, if it was', () => {
    for (let count = 0; count < 50; count++) {
      expect(Number(scrub(String(1_393_070_700 + count)))).toBeLessThan(2 ** 31)
    }
  })

  test('a tatweel, a ZWNJ and a private glyph stay where they are', () => {
    expect(scrub('مـح‌مد\uF076')).toMatch(/^.ـ.‌..\uF076$/u)
  })
})

test.each(['0012345679', '۰۰۱۲۳۴۵۶۷۹'])('a national id %s becomes one that checks', (text) => {
  const digits = scrub(text).replaceAll(/[۰-۹]/gu, (digit) => String('۰۱۲۳۴۵۶۷۸۹'.indexOf(digit)))
  expect(isNationalId(digits)).toBe(true)
  expect(digits).toMatch(/^9/)
})

test('a national id without its zeros stays one without zeros', () => {
  const scrubbed = scrub('4120371')
  expect(scrubbed).toMatch(/^[1-9][0-9]{6}$/)
  expect(isNationalId(scrubbed.padStart(10, '0'))).toBe(true)
})

test.each([
  ['1365/04/17', /^1365\/(0[1-9]|1[0-2])\/(0[1-9]|1[0-9]|2[0-8])$/],
  ['1396/9/7', /^1396\/[1-9]\/[1-9]$/],
  ['13520312', /^1352(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])$/],
  ['2018-11-28T10:00:00', /^2018-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T10:00:00$/],
  ['2018-11-28+02:00', /^2018-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\+02:00$/],
  ['2018-11-28Z', /^2018-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])Z$/],
  ['2018-11-28-05:00', /^2018-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])-05:00$/],
  ['۱۳۹۷/۰۹/۰۷', /^۱۳۹۷\/[۰-۹]{2}\/[۰-۹]{2}$/u],
])('the date %s stays a date of its year', (text, form) => {
  expect(scrub(text)).toMatch(form)
})
