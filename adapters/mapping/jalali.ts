// Dates of the Solar Hijri calendar in the forms systems write them. In: text. Out: parts, ISO 8601, display text.
// An impossible date is no date: nothing is rolled over. The arithmetic is that of Temporal's `persian` calendar.

export interface JalaliParts {
  readonly year: number
  /** 0 where the register does not know it. */
  readonly month: number
  readonly day: number
}

/** Years that a register of living memory can mean; outside it a number is something else. */
const FIRST_YEAR = 1200
const LAST_YEAR = 1499

/** `13520312`, with 00 for an unknown month or day. */
export function readCompact(text: string): JalaliParts | undefined {
  return parts(/^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text))
}

/** `1397/09/07`, `1396/9/7`, also with `-` or `.` between. */
export function readSlashed(text: string): JalaliParts | undefined {
  return parts(/^([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})$/.exec(text))
}

/** Which year a two-digit year is: of the 1300s, or of the hundred years from 1350 on. */
export type Century = '1300s' | 'from 1350'

/** `97/9/7` or `970907`. */
export function readShort(text: string, century: Century): JalaliParts | undefined {
  const match =
    /^([0-9]{2})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})$/.exec(text) ??
    /^([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(text)
  return match === null ? undefined : parts(match, startOf(match[1], century))
}

/** `28/12/95` (from 1350 on), `28/12/1395`. */
export function readDayFirst(text: string): JalaliParts | undefined {
  const match = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2}|[0-9]{4})$/.exec(text)
  const [, day, month, year] = match ?? []
  if (year === undefined) return undefined
  return readSlashed(
    `${year.length === 2 ? startOf(year, 'from 1350') + Number(year) : year}/${month}/${day}`,
  )
}

/** Two digits of the year; undefined when the century would be read as another one. */
export function toShortYear(year: number, century: Century): string | undefined {
  const text = two(year % 100)
  return startOf(text, century) + Number(text) === year ? text : undefined
}

function startOf(year: string | undefined, century: Century): number {
  return century === 'from 1350' && Number(year) < 50 ? 1400 : 1300
}

/** `1397/09`, `1397/9`, `1397-09`, `139709`; month 1 to 12. */
export function readMonth(text: string): JalaliParts | undefined {
  const match = /^([0-9]{4})[/.-]([0-9]{1,2})$/.exec(text) ?? /^([0-9]{4})([0-9]{2})$/.exec(text)
  const month = parts(match)
  return month === undefined || month.month === 0 ? undefined : month
}

/** ISO 8601 date; null when month or day is not known; undefined when there is no such day. */
export function toIsoDate(jalali: JalaliParts): string | null | undefined {
  if (jalali.month === 0 || jalali.day === 0) return null
  return fromParts(jalali)?.withCalendar('iso8601').toString()
}

/** First or last day of the month in ISO 8601. */
export function toMonthEdge(jalali: JalaliParts, edge: 'first' | 'last'): string | undefined {
  const first = fromParts({ ...jalali, day: 1 })
  const day = edge === 'first' ? first : first?.with({ day: first.daysInMonth })
  return day?.withCalendar('iso8601').toString()
}

/** `1352/03/12`, `1352/03`, `1352`: as much as is known; undefined when there is no such day. */
export function toDisplay(jalali: JalaliParts): string | undefined {
  if (toIsoDate(jalali) === undefined) return undefined
  const month = jalali.month === 0 ? [] : [two(jalali.month)]
  const day = jalali.month === 0 || jalali.day === 0 ? [] : [two(jalali.day)]
  return [jalali.year, ...month, ...day].join('/')
}

/** The parts of an ISO 8601 date; undefined when it is none. */
export function fromIsoDate(text: string): JalaliParts | undefined {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return undefined
  try {
    const { year, month, day } = Temporal.PlainDate.from(text).withCalendar('persian')
    return { year, month, day }
  } catch {
    return undefined
  }
}

export function two(number: number): string {
  return String(number).padStart(2, '0')
}

function parts(match: RegExpExecArray | null, century = 0): JalaliParts | undefined {
  if (match === null) return undefined
  const year = century + Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3] ?? 0)
  const possible = year >= FIRST_YEAR && year <= LAST_YEAR && month <= 12 && day <= 31
  return possible ? { year, month, day } : undefined
}

/** Undefined when there is no such day. */
export function fromParts({ year, month, day }: JalaliParts): Temporal.PlainDate | undefined {
  try {
    const fields = { year, month, day, calendar: 'persian' }
    return Temporal.PlainDate.from(fields, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
