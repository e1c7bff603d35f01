// Words and flags. In: text of old systems. Out: one spelling, or a known absence.

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'
import { type Normaliser, NUMBERS, NUMERIC, TEXT, textRow } from '../normaliser.ts'
import { toPersianText } from '../persian-text.ts'

const YES: ReadonlySet<string> = new Set(['بلی', 'بله', '1', 'Y', 'y', 'true'])
const NO: ReadonlySet<string> = new Set(['خیر', '0', 'N', 'n', 'false'])
const NOTHING: ReadonlySet<string> = new Set(['', '-', '—', 'null', 'NULL'])
const NINES = /^(?:-9{2,6}(?:\.[09]+)?|9{4,6}(?:\.[09]+)?|999\.9+)$/

export const TEXT_ROWS = {
  DIGITS: textRow({
    quirks: ['Q8'],
    description: 'Persian and Arabic digits to ASCII, blanks around cut.',
    accepts: TEXT,
    gives: 'string',
    decode: (text) => toAsciiDigits(text).trim(),
  }),
  EMPTY: textRow({
    quirks: ['Q16', 'Q25'],
    description: 'Blank text, `-` and `null` as text mean that there is no value.',
    accepts: TEXT,
    gives: 'string',
    decode: (text) => (NOTHING.has(text.trim()) ? null : text),
  }),
  ZERO_IS_ABSENT: textRow({
    quirks: ['Q16', 'Q25'],
    description: '0 and -1 where no such number can be: there is no value.',
    accepts: [...NUMERIC, 'double'],
    gives: 'same',
    decode: (text) => (/^(?:0+|-1)(?:\.0+)?$/.test(toAsciiDigits(text).trim()) ? null : text),
  }),
  PERSIAN_TEXT: textRow({
    quirks: ['Q7', 'Q21'],
    description: 'Arabic ي ك to ی ک, no tatweel, no-break blanks or doubled blanks; ZWNJ kept.',
    accepts: TEXT,
    gives: 'string',
    decode: toPersianText,
  }),
  ARABIC_TEXT: textRow({
    quirks: ['Q7', 'Q9', 'Q21'],
    description:
      'As PERSIAN_TEXT; to the system with Arabic ي ك, as windows-1256 and its kin want.',
    accepts: TEXT,
    gives: 'string',
    decode: toPersianText,
    encode: (text) => text.replaceAll('ی', 'ي').replaceAll('ک', 'ك'),
  }),
  BASE64_TEXT: textRow({
    quirks: ['Q10'],
    description: 'Text as base64 of UTF-8 bytes.',
    accepts: ['string', 'binary'],
    gives: 'string',
    decode: fromBase64,
    encode: (text) => Buffer.from(text, 'utf8').toString('base64'),
  }),
  BOOLEAN_TEXT: {
    quirks: ['Q22'],
    description: 'بلی/خیر, 1/0, Y/N, true/false.',
    accepts: ['string', 'int', 'boolean'],
    gives: 'boolean',
    decode: toBoolean,
    encode: (value, type) => {
      if (typeof value !== 'boolean') return undefined
      if (type === 'boolean') return value
      return type === 'int' ? Number(value) : value ? '1' : '0'
    },
  },
  SENTINEL_NUMBER: textRow({
    quirks: ['Q25'],
    description: '9999, 999.9, -99, -9999 and their like mean that nothing was measured.',
    accepts: NUMBERS,
    gives: 'same',
    decode: (text) => (NINES.test(toAsciiDigits(text).trim()) ? null : text),
  }),
  ENGLISH_TEXT: textRow({
    quirks: ['Q21'],
    description: 'Blanks around cut, doubled and no-break blanks to one, nothing invisible.',
    accepts: TEXT,
    gives: 'string',
    decode: toEnglishText,
  }),
  CODE_TEXT: textRow({
    quirks: ['Q8', 'Q21'],
    description: 'A short code: ASCII digits, capital letters, blanks around cut.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => toEnglishText(toAsciiDigits(text)).toUpperCase(),
  }),
} as const satisfies Record<string, Normaliser>

function fromBase64(text: string): string | undefined {
  const bare = text.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bare, 'base64'))
  } catch {
    return undefined
  }
}

function toBoolean(raw: boolean | number | string): boolean | undefined {
  if (typeof raw === 'boolean') return raw
  const text = toAsciiDigits(toPersianText(String(raw)))
  return YES.has(text) ? true : NO.has(text) ? false : undefined
}

function toEnglishText(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u00ad\ufeff]/g, '')
    .normalize('NFC')
    .replace(/[\s\u00a0\u202f]+/g, ' ')
    .trim()
}
