// Text into the bytes of an old charset, as its users type it: windows-1256 has no Persian ی and no Persian digits,
// so there Arabic letters, Latin digits and Latin separators stand for them. Nothing becomes a question mark.

import iconv from 'iconv-lite'

import { arabicLetters } from './legacy-text.ts'

const DIGITS = '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩'
const SEPARATORS: Readonly<Record<string, string>> = { '٬': ',', '٫': '.' }

export function encodeLegacy(text: string, charset: string): Buffer {
  const held = text.replaceAll(/[^\0-\x7f]/gu, (character) =>
    holds(charset, character) ? character : standIn(character),
  )
  return iconv.encode(held, charset)
}

/** Does the charset have this character? */
export function holds(charset: string, character: string): boolean {
  return iconv.decode(iconv.encode(character, charset, NO_MARK), charset) === character
}

const NO_MARK = { addBOM: false } as const

function standIn(character: string): string {
  const digit = DIGITS.indexOf(character)
  if (digit >= 0) return String(digit % 10)
  return SEPARATORS[character] ?? arabicLetters(character)
}
