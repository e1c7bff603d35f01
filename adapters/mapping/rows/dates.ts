// Days, months and years, of both calendars. An impossible day is refused; an unknown one is null, not the first.

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'
import * as jalali from '../jalali.ts'
import { type Normaliser, NUMERIC, readingRow, textRow } from '../normaliser.ts'

const NO_DATE =
  /^(?:0*|13000101|9{4,8}|(?:0{4}[/-]0{1,2}[/-]0{1,2}|0001-01-01|1300[/-]0?1[/-]0?1|9999[/-]99[/-]99)(?:[ T]00:00(?::00(?:\.0+)?)?)?)$/

export const DATE_ROWS = {
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
      read: (text) => jalali.readShort(text, '1300s'),
      write: (parts) => writeShort(parts, '1300s', '/'),
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
    only: 'reading',
    decode: (raw) => {
      const read = typeof raw === 'boolean' ? undefined : readAny(String(raw))
      return read && (read.month === 0 || read.day === 0)
    },
    encode: () => undefined,
  },
  SENTINEL_DATE: textRow({
    quirks: ['Q25'],
    description:
      'Zeros, 9999, 1300/01/01 and 0001-01-01, at midnight too, mean that there is no date.',
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
  JALALI_SHORT_RECENT: jalaliDate(
    ['Q4'],
    'Jalali date with a two-digit year, 50 to 99 of the 1300s and 00 to 49 of the 1400s, `97/9/7`, `050901`',
    {
      read: (text) => jalali.readShort(text, 'from 1350'),
      write: (parts) => writeShort(parts, 'from 1350', '/'),
    },
  ),
  JALALI_YYMMDD_RECENT: jalaliDate(['Q4'], 'The same, written `970907` without separators', {
    read: (text) => jalali.readShort(text.padStart(6, '0'), 'from 1350'),
    write: (parts) => writeShort(parts, 'from 1350', ''),
  }),
  JALALI_DAY_FIRST: jalaliDate(
    ['Q5'],
    'Jalali date that begins with its day, `28/12/95` (a year from 1350 to 1449) or `28/12/1395`',
    {
      read: jalali.readDayFirst,
      write: ({ year, month, day }) => `${jalali.two(day)}/${jalali.two(month)}/${year}`,
    },
  ),
  GREGORIAN_SLASHED: gregorianDate('year first, `2018/11/28`, `2018.1.8`, `20181128`', {
    read: (text) => /^([0-9]{4})([/.-]?)([0-9]{1,2})\2([0-9]{1,2})$/.exec(text),
    order: [1, 3, 4],
    write: (date) => date.replaceAll('-', '/'),
  }),
  GREGORIAN_DAY_FIRST: gregorianDate('day first, `28/11/2018`, `8.1.2018`', {
    read: (text) => /^([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})$/.exec(text),
    order: [4, 3, 1],
    write: (date) => date.split('-').toReversed().join('/'),
  }),
  MIXED_DATE: readingRow({
    quirks: ['Q1', 'Q2', 'Q3'],
    description:
      'Jalali or Gregorian date, told apart by its year (1200 to 1499, 1800 to 2199), to ISO 8601.',
    accepts: [...NUMERIC, 'date'],
    gives: 'date',
    decode: toMixedDate,
  }),
} as const satisfies Record<string, Normaliser>

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

interface GregorianForm {
  readonly read: (text: string) => RegExpExecArray | null
  /** Groups of year, month, day. */
  readonly order: readonly [number, number, number]
  readonly write: (date: string) => string
}

function gregorianDate(what: string, { read, order, write }: GregorianForm): Normaliser {
  return textRow({
    quirks: ['Q1', 'Q5'],
    description: `Gregorian date, ${what}, to ISO 8601.`,
    accepts: [...NUMERIC, 'date'],
    gives: 'date',
    decode: (text) => {
      const match = read(toAsciiDigits(text).trim())
      const [year, month, day] = order.map((group) => Number(match?.[group]))
      return toGregorian(year, month, day)
    },
    encode: (date) => (jalali.fromIsoDate(date) === undefined ? undefined : write(date)),
  })
}

/** A year of the other calendar is no year here. */
function toGregorian(year = 0, month = 0, day = 0): string | undefined {
  if (!(year >= 1800 && year <= 2199)) return undefined
  const date = `${year}-${jalali.two(month)}-${jalali.two(day)}`
  return jalali.fromIsoDate(date) === undefined ? undefined : date
}

function toMixedDate(text: string): string | null | undefined {
  const ascii = toAsciiDigits(text).trim()
  const persian = jalali.readCompact(ascii) ?? jalali.readSlashed(ascii)
  if (persian !== undefined) return jalali.toIsoDate(persian)
  const [, year, month, day] = (
    /^([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})$/.exec(ascii) ??
    /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(ascii) ??
    []
  ).map(Number)
  return toGregorian(year, month, day)
}

function readAny(text: string): jalali.JalaliParts | undefined {
  const ascii = toAsciiDigits(text).trim()
  return jalali.readCompact(ascii) ?? jalali.readSlashed(ascii) ?? jalali.readMonth(ascii)
}

function writeShort(
  { year, month, day }: jalali.JalaliParts,
  century: jalali.Century,
  separator: string,
): string | undefined {
  const short = jalali.toShortYear(year, century)
  return short && [short, jalali.two(month), jalali.two(day)].join(separator)
}

function toIsoDay(text: string): string | undefined {
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:$|T|Z|[+-])/.exec(text)
  return match?.[1] !== undefined && jalali.fromIsoDate(match[1]) !== undefined
    ? match[1]
    : undefined
}
