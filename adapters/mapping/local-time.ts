// Times of day that systems write without a zone (Q6). In: text of local time. Out: a moment with the offset that was in
// force there on that day: Tehran had +04:30 in the summers until 1401. The rules are those of the time-zone database.
// A local time that did not exist or came twice, when clocks were changed, is refused: nobody can tell which it was.

import { fromParts, readSlashed, two } from './jalali.ts'

export const TEHRAN = 'Asia/Tehran'

const GREGORIAN = /^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$/
const TIME = /^([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,9}))?)?$/
const COMPACT = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?$/
const APART = /^([0-9/.-]+?)(?:T|\s*[-,،]\s*|\s+)([0-9:.]+)$/
const ZONED = /(?:Z|[+-][0-9]{2}:?[0-9]{2})$/

type ToDate = (text: string) => Temporal.PlainDate | undefined

/** `2009-02-24T14:55:00`, `2009/2/24 14:55`, `20090224145500`; text that has a zone keeps it. */
export function readGregorianTime(text: string, zone: string): string | undefined {
  if (/[0-9]T[0-9]/.test(text) && ZONED.test(text)) return isInstant(text) ? text : undefined
  return toMoment(text, { zone, toDate: toGregorian })
}

/** `1397/09/07 14:55:00`, `1397/9/7-14:55`, `139709071455`. */
export function readJalaliTime(text: string, zone: string): string | undefined {
  return toMoment(text, { zone, toDate: toJalali })
}

/** `2009-02-24T14:55:00` at that place. */
export function writeGregorianTime(moment: string, zone: string): string | undefined {
  return toLocal(moment, zone)?.toString({ smallestUnit: 'second' })
}

/** `1397/09/07 14:55:00` at that place. */
export function writeJalaliTime(moment: string, zone: string): string | undefined {
  const local = toLocal(moment, zone)
  if (local === undefined) return undefined
  const { year, month, day } = local.withCalendar('persian')
  const time = local.toPlainTime().toString({ smallestUnit: 'second' })
  return `${year}/${two(month)}/${two(day)} ${time}`
}

/** `9:5`, `905`, `0905`, `09:05:00` → `09:05` (with seconds where they are not zero). */
export function toClockTime(text: string): string | undefined {
  const match = TIME.exec(text) ?? /^([0-9]{1,2})([0-9]{2})$/.exec(text)
  const time = match === null ? undefined : toTime(match.slice(1))
  if (time === undefined) return undefined
  return time.second === 0 ? time.toString({ smallestUnit: 'minute' }) : time.toString()
}

interface Reading {
  readonly zone: string
  readonly toDate: ToDate
}

function toMoment(text: string, { zone, toDate }: Reading): string | undefined {
  const [day = '', parts] = split(text)
  const date = toDate(day)
  const time = toTime(parts ?? [])
  if (date === undefined || time === undefined) return undefined
  const local = date.withCalendar('iso8601').toPlainDateTime(time)
  try {
    const zoned = local.toZonedDateTime(zone, { disambiguation: 'reject' })
    // Before 1935 Tehran was 3:25:44 ahead; RFC 3339 has no seconds of an offset, so that moment is told in UTC.
    const isWhole = zoned.offset.length === '+03:30'.length
    if (zone === 'UTC' || !isWhole) return zoned.toInstant().toString()
    return `${local.toString()}${zoned.offset}`
  } catch {
    return undefined
  }
}

/** The day, and hour, minute, second, fraction of the time beside it. */
function split(
  text: string,
): readonly [day: string | undefined, time: readonly (string | undefined)[] | undefined] {
  const compact = COMPACT.exec(text)
  if (compact !== null) return [compact.slice(1, 4).join('/'), compact.slice(4)]
  const apart = APART.exec(text)
  return [apart?.[1], TIME.exec(apart?.[2] ?? '')?.slice(1)]
}

function toGregorian(text: string): Temporal.PlainDate | undefined {
  const [, year, month, day] = (GREGORIAN.exec(text) ?? []).map(Number)
  // A year of the other calendar would make a moment six centuries ago.
  if (year === undefined || month === undefined || day === undefined || year < 1800)
    return undefined
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

function toJalali(text: string): Temporal.PlainDate | undefined {
  const parts = readSlashed(text)
  return parts && fromParts(parts)
}

function toTime(parts: readonly (string | undefined)[]): Temporal.PlainTime | undefined {
  const [hour, minute, second = '0', fraction = ''] = parts
  if (hour === undefined || minute === undefined) return undefined
  try {
    const text = `${two(Number(hour))}:${two(Number(minute))}:${two(Number(second))}`
    // Temporal would take a second of 60 for one of 59.
    if (Number(second) > 59) return undefined
    return Temporal.PlainTime.from(fraction === '' ? text : `${text}.${fraction}`)
  } catch {
    return undefined
  }
}

function toLocal(moment: string, zone: string): Temporal.PlainDateTime | undefined {
  try {
    return Temporal.Instant.from(moment).toZonedDateTimeISO(zone).toPlainDateTime()
  } catch {
    return undefined
  }
}

function isInstant(text: string): boolean {
  try {
    Temporal.Instant.from(text)
    return true
  } catch {
    return false
  }
}
