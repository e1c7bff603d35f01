// The closed vocabulary of repairs: every row reads one habit of old systems and writes it again.
// In: a value of the contract. Out: ours. The enum `Normaliser` of the mapping directives is made from this table.

import { toAsciiDigits } from '../../schema/scalars/digits.ts'
import { toMobileNumber } from '../../schema/scalars/mobile-number.ts'
import { isNationalId } from '../../schema/scalars/national-id.ts'
import { toPostCode } from '../../schema/scalars/post-code.ts'
import { fromDang, toDang } from './dang.ts'
import * as jalali from './jalali.ts'
import { type Normaliser, NUMERIC, TEXT, textRow } from './normaliser.ts'
import { toPersianText } from './persian-text.ts'
import { readPlate } from './plate.ts'

const YES: ReadonlySet<string> = new Set(['بلی', 'بله', '1', 'Y', 'y', 'true'])
const NO: ReadonlySet<string> = new Set(['خیر', '0', 'N', 'n', 'false'])
const NO_DATE =
  /^(0*|0{4}[/-]0{1,2}[/-]0{1,2}|1300[/-]0?1[/-]0?1|13000101|9{4,8}|9999[/-]99[/-]99)$/

const TABLE = {
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
    decode: (text) => (/^\s*(-|—|null|NULL)?\s*$/.test(text) ? null : text),
  }),
  ZERO_IS_ABSENT: textRow({
    quirks: ['Q16', 'Q25'],
    description: '0 and -1 where no such number can be: there is no value.',
    accepts: [...NUMERIC, 'double'],
    gives: 'same',
    decode: (text) => (/^(0+|-1)$/.test(toAsciiDigits(text)) ? null : text),
  }),
  PERSIAN_TEXT: textRow({
    quirks: ['Q7', 'Q21'],
    description: 'Arabic ي ك to ی ک, no tatweel, no-break blanks or doubled blanks; ZWNJ kept.',
    accepts: TEXT,
    gives: 'string',
    decode: toPersianText,
  }),
  BASE64_TEXT: textRow({
    quirks: ['Q10'],
    description: 'Text as base64 of UTF-8 bytes.',
    accepts: ['string', 'binary'],
    gives: 'string',
    decode: fromBase64,
    encode: (text) => Buffer.from(text, 'utf8').toString('base64'),
  }),
  NATIONAL_ID: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'National id: lost leading zeros restored, check digit verified.',
    accepts: NUMERIC,
    gives: 'string',
    decode: toNationalId,
    encode: (text) => (isNationalId(text) ? text : undefined),
  }),
  POST_CODE: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'Postcode of ten digits, with or without dash.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => toPostCode(toAsciiDigits(text)),
  }),
  MOBILE: textRow({
    quirks: ['Q8', 'Q11'],
    description: 'Mobile number to +989…; to the system as 09….',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => toMobileNumber(toAsciiDigits(text)),
    encode: (text) => toMobileNumber(text)?.replace('+98', '0'),
  }),
  PLATE: textRow({
    quirks: ['Q7', 'Q8'],
    description: 'Vehicle plate to `12ع345-11`: two digits, letter, three digits, dash, province.',
    accepts: TEXT,
    gives: 'string',
    decode: readPlate,
  }),
  JALALI_YYYYMMDD: jalaliDate(['Q3', 'Q30'], 'Compact Jalali date `13520312`', {
    read: jalali.readCompact,
    write: ({ year, month, day }) => `${year}${jalali.two(month)}${jalali.two(day)}`,
  }),
  JALALI_SLASHED: jalaliDate(['Q1', 'Q2'], 'Jalali date `1397/09/07` or `1396/9/7`', {
    read: jalali.readSlashed,
    write: jalali.toDisplay,
  }),
  JALALI_SHORT: jalaliDate(
    ['Q4'],
    'Jalali date with a two-digit year of the 1300s, `97/9/7`, `970907`',
    {
      read: jalali.readShort,
      write: writeShort,
    },
  ),
  JALALI_TEXT: textRow({
    quirks: ['Q1', 'Q2', 'Q3', 'Q30'],
    description: 'Jalali date for display, as exact as is known: `1352/03/12`, `1352/03`, `1352`.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => {
      const read = readAny(text)
      return read && jalali.toDisplay(read)
    },
  }),
  JALALI_MONTH: textRow({
    quirks: ['Q1', 'Q2'],
    description: 'Jalali month `1397/09` for display, from `1397/9`, `139709` or `1397-09`.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => {
      const read = jalali.readMonth(toAsciiDigits(text).trim())
      return read && jalali.toDisplay(read)
    },
  }),
  JALALI_MONTH_START: monthEdge('first'),
  JALALI_MONTH_END: monthEdge('last'),
  APPROXIMATE: {
    quirks: ['Q30'],
    description: 'True when the month or day of a Jalali date is unknown (00).',
    accepts: NUMERIC,
    gives: 'boolean',
    decode: (raw) => {
      const read = typeof raw === 'boolean' ? undefined : readAny(String(raw))
      return read && (read.month === 0 || read.day === 0)
    },
    encode: () => undefined,
  },
  SENTINEL_DATE: textRow({
    quirks: ['Q25'],
    description: 'Zeros, 9999 and 1300/01/01 mean that there is no date.',
    accepts: NUMERIC,
    gives: 'same',
    decode: (text) => (NO_DATE.test(toAsciiDigits(text).trim()) ? null : text),
  }),
  ISO_DATE: textRow({
    quirks: ['Q6'],
    description: 'The day of a Gregorian date or local date-time; time and zone are dropped.',
    accepts: ['string', 'date', 'dateTime'],
    gives: 'date',
    decode: toIsoDay,
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
  RIAL: textRow({
    quirks: ['Q8', 'Q13'],
    description: 'Rial with commas or Persian separators to an exact integer.',
    accepts: NUMERIC,
    gives: 'exact',
    decode: toInteger,
  }),
  TOMAN: textRow({
    quirks: ['Q13', 'Q14'],
    description: 'Toman to Rial, ten to one.',
    accepts: NUMERIC,
    gives: 'exact',
    decode: (text) => {
      const toman = toInteger(text)
      return toman === undefined ? undefined : (BigInt(toman) * 10n).toString()
    },
    encode: (text) => (/^-?[0-9]*0$/.test(text) ? (BigInt(text) / 10n).toString() : undefined),
  }),
  WHOLE_NUMBER: {
    quirks: ['Q8', 'Q13', 'Q31'],
    description: 'A whole number given as `12.0`, `1,200` or in Persian digits.',
    accepts: ['string', 'int', 'exact', 'double'],
    gives: 'int',
    decode: toWholeNumber,
    encode: (value, type) =>
      typeof value !== 'number' ? undefined : type === 'string' ? String(value) : value,
  },
  DECIMAL_TEXT: textRow({
    quirks: ['Q8', 'Q13'],
    description:
      'A decimal number in any digits, with `.`, `٫` or `/` before the fraction: `۸۶٫45`, `12/5`.',
    accepts: [...NUMERIC, 'double'],
    gives: 'exact',
    decode: toDecimal,
  }),
  DANG_TEXT: textRow({
    quirks: ['Q8'],
    description: 'Share of a plot in words, «سه دانگ» or «یک و نیم دانگ», to decimal dang of six.',
    accepts: TEXT,
    gives: 'exact',
    decode: toDang,
    encode: fromDang,
  }),
} as const satisfies Record<string, Normaliser>

export type NormaliserName = keyof typeof TABLE
export const NORMALISERS: Readonly<Record<NormaliserName, Normaliser>> = TABLE

export function isNormaliserName(name: string): name is NormaliserName {
  return Object.hasOwn(NORMALISERS, name)
}

interface DateForm {
  readonly read: (text: string) => jalali.JalaliParts | undefined
  readonly write: (parts: jalali.JalaliParts) => string | undefined
}

function jalaliDate(quirks: readonly string[], what: string, form: DateForm): Normaliser {
  return textRow({
    quirks,
    description: `${what} to ISO 8601; null when month or day is unknown (00).`,
    accepts: NUMERIC,
    gives: 'date',
    decode: (text) => {
      const read = form.read(toAsciiDigits(text).trim())
      return read && jalali.toIsoDate(read)
    },
    encode: (text) => {
      const parts = jalali.fromIsoDate(text)
      return parts && form.write(parts)
    },
  })
}

function monthEdge(edge: 'first' | 'last'): Normaliser {
  return textRow({
    quirks: ['Q1', 'Q2'],
    description: `The ${edge} day of a Jalali month \`1397/09\`, in ISO 8601.`,
    accepts: NUMERIC,
    gives: 'date',
    decode: (text) => {
      const read = jalali.readMonth(toAsciiDigits(text).trim())
      return read && jalali.toMonthEdge(read, edge)
    },
    encode: (text) => {
      const parts = jalali.fromIsoDate(text)
      return parts && `${parts.year}/${jalali.two(parts.month)}`
    },
  })
}

function readAny(text: string): jalali.JalaliParts | undefined {
  const ascii = toAsciiDigits(text).trim()
  return jalali.readCompact(ascii) ?? jalali.readSlashed(ascii) ?? jalali.readMonth(ascii)
}

function writeShort({ year, month, day }: jalali.JalaliParts): string | undefined {
  if (year < 1300 || year > 1399) return undefined
  return [year - 1300, month, day].map(jalali.two).join('/')
}

function fromBase64(text: string): string | undefined {
  const bare = text.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bare, 'base64'))
  } catch {
    return undefined
  }
}

function toNationalId(text: string): string | undefined {
  const digits = toAsciiDigits(text).trim()
  if (!/^[0-9]{1,10}$/.test(digits)) return undefined
  const full = digits.padStart(10, '0')
  return isNationalId(full) ? full : undefined
}

function toIsoDay(text: string): string | undefined {
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:$|T|Z|[+-])/.exec(text)
  return match?.[1] !== undefined && jalali.fromIsoDate(match[1]) !== undefined
    ? match[1]
    : undefined
}

function toBoolean(raw: boolean | number | string): boolean | undefined {
  if (typeof raw === 'boolean') return raw
  const text = toAsciiDigits(toPersianText(String(raw)))
  return YES.has(text) ? true : NO.has(text) ? false : undefined
}

function toInteger(text: string): string | undefined {
  const bare = toAsciiDigits(text).trim()
  if (!/^-?[0-9]{1,3}([,٬،][0-9]{3})+$|^-?[0-9]+$/.test(bare)) return undefined
  return BigInt(bare.replace(/[,٬،]/g, '')).toString()
}

/** Thousands in groups of three; anything else after a comma would be a guess. */
function toDecimal(text: string): string | undefined {
  const match = /^(-?)([0-9,٬،]+)(?:[.٫/]([0-9]+))?$/.exec(toAsciiDigits(text).trim())
  const [, sign = '', grouped = '', fraction] = match ?? []
  const whole = toInteger(grouped)
  if (whole === undefined) return undefined
  // The sign stays apart: an integer has no minus zero, but -0.5 is not 0.5.
  return fraction === undefined ? BigInt(sign + whole).toString() : `${sign}${whole}.${fraction}`
}

function toWholeNumber(raw: boolean | number | string): number | undefined {
  if (typeof raw === 'boolean') return undefined
  const text = typeof raw === 'number' ? String(raw) : toAsciiDigits(raw).trim()
  const integer = toInteger(text.replace(/[.٫]0+$/, ''))
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : undefined
}
