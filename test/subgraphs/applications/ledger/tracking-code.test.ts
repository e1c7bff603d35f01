import { expect, test } from 'vitest'

import {
  newTrackingCode,
  readTrackingCode,
  toSpokenCode,
} from '../../../../subgraphs/applications/ledger/tracking-code.ts'

const CODES = Array.from({ length: 200 }, newTrackingCode)

test('draws twelve digits without a leading zero, never the same twice', () => {
  for (const code of CODES) expect(code).toMatch(/^[1-9][0-9]{11}$/)
  expect(new Set(CODES).size).toBe(CODES.length)
})

test('reads what it drew', () => {
  for (const code of CODES) expect(readTrackingCode(code)).toBe(code)
})

test('computes the check digit of Damm: 572 is followed by 4', () => {
  // The worked example of the algorithm's author; eight zeros in front leave the interim digit at 0.
  expect(readTrackingCode('572400000000')).toBeDefined()
  for (const digit of '012356789') expect(readTrackingCode(`572${digit}00000000`)).toBeUndefined()
})

test('finds every single wrong digit', () => {
  for (const code of CODES) {
    for (const wrong of wrongDigits(code)) expect(readTrackingCode(wrong), wrong).toBeUndefined()
  }
})

test('finds every swap of two neighbours', () => {
  for (const code of CODES) {
    for (let place = 0; place < 11; place++) {
      const [left = '', right = ''] = code.slice(place, place + 2)
      const swapped = code.slice(0, place) + right + left + code.slice(place + 2)
      if (left !== right) expect(readTrackingCode(swapped), swapped).toBeUndefined()
    }
  }
})

test.each([
  ['in Persian digits', '۱۲۳۴۵۶۷۸۹۰۱۸'],
  ['in Arabic digits', '١٢٣٤٥٦٧٨٩٠١٨'],
  ['in groups', ' 1234 5678 9018 '],
  ['with dashes', '1234-5678-9018'],
  ['as it is spoken', toSpokenCode('123456789018')],
])('reads a code written %s', (_how, text) => {
  expect(readTrackingCode(text)).toBe('123456789018')
})

test.each(['', '12345678901', '1234567890180', '12345678901a', '012345678901', '😀'])(
  'does not read %j',
  (text) => {
    expect(readTrackingCode(text)).toBeUndefined()
  },
)

test('groups a code for reading aloud', () => {
  expect(toSpokenCode('123456789018')).toBe('۱۲۳۴ ۵۶۷۸ ۹۰۱۸')
})

function wrongDigits(code: string): readonly string[] {
  const places = Array.from({ length: code.length }, (_none, place) => place)
  return places
    .flatMap((place) =>
      '0123456789'.split('').map((digit) => code.slice(0, place) + digit + code.slice(place + 1)),
    )
    .filter((wrong) => wrong !== code)
}
