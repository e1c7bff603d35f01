// Tracking codes: eleven random digits and a check digit by H. Michael Damm's algorithm, which finds every single wrong
// digit and every swap of neighbours. No leading zero: spreadsheets would lose it.

import { randomInt } from 'node:crypto'

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'

// The totally anti-symmetric quasigroup of order 10 (Damm, 2004).
const TABLE = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const

export function newTrackingCode(): string {
  const body = String(randomInt(1, 10)) + String(randomInt(0, 10 ** 10)).padStart(10, '0')
  return body + check(body)
}

/** Twelve ASCII digits of what a person typed; undefined when it cannot be a tracking code. */
export function readTrackingCode(text: string): string | undefined {
  const code = toAsciiDigits(text).replace(/[\s\u200c\u200e\u200f-]/g, '')
  return /^[1-9][0-9]{11}$/.test(code) && check(code) === '0' ? code : undefined
}

/** `۱۲۳۴ ۵۶۷۸ ۹۰۱۲`. */
export function toSpokenCode(code: string): string {
  return toPersianDigits(code.replace(/(?<=^(?:.{4})+)(?=.)/g, ' '))
}

export function toPersianDigits(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)))
}

// Zero for a number that ends with its own check digit.
function check(digits: string): string {
  let interim = 0
  for (const digit of digits) interim = Number(TABLE[interim]?.[Number(digit)])
  return String(interim)
}
