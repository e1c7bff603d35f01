// Shares of a plot: six dang are the whole. In: words or digits, «سه دانگ», «یک و نیم دانگ». Out: exact decimal text.

import { toAsciiDigits } from '../../schema/scalars/digits.ts'
import { toPersianText } from './persian-text.ts'

const WHOLES: readonly string[] = ['صفر', 'یک', 'دو', 'سه', 'چهار', 'پنج', 'شش']
const PARTS: ReadonlyMap<string, string> = new Map([
  ['نیم', '.5'],
  ['ربع', '.25'],
  ['سه ربع', '.75'],
])

/** Dang as decimal text between 0 and 6; undefined for anything that is not exactly such a phrase. */
export function toDang(text: string): string | undefined {
  const phrase = toAsciiDigits(toPersianText(text))
    .replaceAll('٫', '.')
    .replace(/ ?دانگ( (?:مشاع )?از (?:شش|6) دانگ)?$/, '')
    .trim()
  const [whole = '', part, ...rest] = phrase.split(' و ')
  if (rest.length > 0) return undefined
  if (part !== undefined) return withinSix(WHOLES.indexOf(whole), PARTS.get(part))
  if (PARTS.has(whole)) return `0${PARTS.get(whole)}`
  if (/^[0-6](\.[0-9]{1,12})?$/.test(whole)) return Number(whole) > 6 ? undefined : trimZeros(whole)
  return withinSix(WHOLES.indexOf(whole), '')
}

/** The words for whole and half dang; other fractions have no fixed phrase. */
export function fromDang(text: string): string | undefined {
  if (!/^[0-6](\.[0-9]{1,12})?$/.test(text)) return undefined
  const [whole = '', part = ''] = trimZeros(text).split('.')
  const word = WHOLES[Number(whole)]
  if (word === undefined) return undefined
  if (part === '') return `${word} دانگ`
  const phrase = PARTS.entries().find(([, share]) => share === `.${part}`)?.[0]
  if (phrase === undefined) return undefined
  return whole === '0' ? `${phrase} دانگ` : `${word} و ${phrase} دانگ`
}

function withinSix(whole: number, part: string | undefined): string | undefined {
  if (whole < 0 || part === undefined || (whole === 6 && part !== '')) return undefined
  return `${whole}${part}`
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
