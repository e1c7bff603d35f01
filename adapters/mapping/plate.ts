// Iranian civil plates: two digits, a letter, three digits, and the province code.

import { toAsciiDigits } from '../../schema/scalars/digits.ts'
import { toPersianText } from './persian-text.ts'

const LETTERS = 'الف|[ابپتثجدزژسشصطظعفقکگلمنوهی]|D|S'
const IN_ORDER = new RegExp(`^([0-9]{2}) ?(${LETTERS}) ?([0-9]{3})(?: ?- ?| ?ایران ?| )([0-9]{2})$`)
const PROVINCE_FIRST = new RegExp(`^ایران ?([0-9]{2}) ?-? ?([0-9]{2}) ?(${LETTERS}) ?([0-9]{3})$`)

/** `12ع345-11` from any of the usual orders and digit sets; undefined for anything else. */
export function readPlate(text: string): string | undefined {
  const plain = toAsciiDigits(toPersianText(text)).replace(/\u200c/g, '')
  const inOrder = IN_ORDER.exec(plain)
  if (inOrder !== null) return `${inOrder[1]}${inOrder[2]}${inOrder[3]}-${inOrder[4]}`
  const first = PROVINCE_FIRST.exec(plain)
  return first === null ? undefined : `${first[2]}${first[3]}${first[4]}-${first[1]}`
}
