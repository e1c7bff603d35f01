// An invented value in the place of a real one, of the same form: as long, of the same letters and digits, a national id
// that checks, a date that exists. The same real value always becomes the same invented one within a run, and nobody
// can go back without the run's secret, which is kept nowhere.

import { createHmac, randomBytes } from 'node:crypto'

import { isNationalId } from '../../schema/scalars/national-id.ts'

export type ScrubValue = (text: string) => string

const DIGIT_SETS = ['0123456789', '۰۱۲۳۴۵۶۷۸۹', '٠١٢٣٤٥٦٧٨٩']
const LETTER_SETS = [
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  // Without ی ک and their Arabic twins ي ك: those are what a sample is made for, and they stay.
  'ابپتثجچحخدذرزژسشصضطظعغفقگلمنوه',
]
const ALPHABET: ReadonlyMap<string, string> = new Map(
  [...DIGIT_SETS, ...LETTER_SETS].flatMap((set) => Array.from(set, (letter) => [letter, set])),
)
/** Years stay: they say little, and what is checked by them still holds. */
const DATE = /^([12][0-9]{3})([/.-]?)([01]?[0-9])\2([0-3]?[0-9])(?=$|[T Z+]|-[0-9]{2}:)/
/** Shorter texts are codes and flags. */
const SHORTEST = 3

const NOBODY = /^(?:true|false|null|none|yes|بل[یيه]|خ[یي]ر)$/i

export function scrubber(secret: Uint8Array = randomBytes(32)): ScrubValue {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text) ?? invent(text, secret)
    known.set(text, found)
    return found
  }
}

function invent(text: string, secret: Uint8Array): string {
  const { length } = text.trim()
  if (length < SHORTEST || NOBODY.test(text.trim())) return text
  const chance = stream(text, secret)
  const ascii = toAscii(text)
  // A registry that keeps numbers has lost the leading zeros: 4120371 is 0004120371.
  const isLost = /^[1-9][0-9]{6,8}$/.test(ascii) && isNationalId(ascii.padStart(10, '0'))
  if (isLost || isNationalId(ascii)) return likeDigits(text, nationalId(ascii, chance))
  const date = DATE.exec(ascii)
  if (date !== null && isDay(Number(date[3]), Number(date[4]))) {
    const day = `${date[1]}${date[2]}${fit(1 + chance(12), date[3])}${date[2]}${fit(1 + chance(28), date[4])}`
    const kept = text.slice(day.length)
    return likeDigits(text.slice(0, day.length), day) + likeDigits(kept, toAscii(kept))
  }
  return Array.from(text, (letter, index) => swap(letter, index === 0, chance)).join('')
}

function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

/** As wide as it was: one digit stays one digit. */
function fit(value: number, like = ''): string {
  return like.length === 1 ? String(1 + (value % 9)) : String(value).padStart(2, '0')
}

/** A leading zero stays one, and a number as long as it was grows no larger: a 32-bit integer stays one. */
function swap(letter: string, first: boolean, chance: (below: number) => number): string {
  const set = ALPHABET.get(letter)
  if (set === undefined) return letter
  if (set.length > 10 || !first) return set.charAt(chance(set.length))
  const digit = set.indexOf(letter)
  return digit === 0 ? letter : set.charAt(1 + chance(digit))
}

/** As long as it was, and no larger than 32 bits hold if it was not; else of the place codes 900–999, given to nobody. */
function nationalId(old: string, chance: (below: number) => number): string {
  const { length } = old
  const isSmall = length === 10 && Number(old) < 2 ** 31 && !old.startsWith('0')
  for (;;) {
    const first = isSmall ? 1 : length === 10 ? 9 : 1 + chance(9)
    const rest = Array.from({ length: length - 2 }, () => chance(10))
    const head = `${first}${rest.join('')}`
    const whole = Array.from({ length: 10 }, (_, check) => `${head}${check}`)
    const found = whole.find((each) => isNationalId(each.padStart(10, '0')))
    if (found !== undefined) return found
  }
}

function toAscii(text: string): string {
  return text.replaceAll(/[۰-۹٠-٩]/gu, (digit) => {
    const set = ALPHABET.get(digit) ?? digit
    return String(set.indexOf(digit))
  })
}

/** The new digits in the digit sets of the old text. */
function likeDigits(text: string, digits: string): string {
  return Array.from(text, (old, index) => {
    const set = ALPHABET.get(old)
    const digit = Number(digits[index])
    return set !== undefined && set.length === 10 && !Number.isNaN(digit) ? set.charAt(digit) : old
  }).join('')
}

/** Numbers below a bound, that follow from the text and the secret. */
function stream(text: string, secret: Uint8Array): (below: number) => number {
  let block = Buffer.alloc(0)
  let blocks = 0
  let at = 0
  return (below) => {
    if (at + 4 > block.length) {
      block = createHmac('sha256', secret).update(`${blocks++} ${text}`).digest()
      at = 0
    }
    at += 4
    return block.readUInt32BE(at - 4) % below
  }
}
