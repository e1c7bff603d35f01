// Dates as a citizen reads them: Solar Hijri, Tehran time, Persian digits. The ISO value always stands beside it.

import { toPersianDigits } from '../ledger/tracking-code.ts'

export const ZONE = 'Asia/Tehran'

/** `۱۴۰۵/۰۹/۰۱`. */
export function toJalaliDate(date: Temporal.PlainDate): string {
  const { year, month, day } = date.withCalendar('persian')
  return toPersianDigits(`${year}/${two(month)}/${two(day)}`)
}

/** `۱۴۰۵/۰۹/۰۱ ۱۴:۳۰`. */
export function toJalaliMoment(moment: Date): string {
  const local = toTehran(moment)
  const time = toPersianDigits(`${two(local.hour)}:${two(local.minute)}`)
  return `${toJalaliDate(local.toPlainDate())} ${time}`
}

export function toTehran(moment: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(ZONE)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
