// Moments: local time without zone, Unix time, times of day.

import { toAsciiDigits } from '../../../schema/scalars/digits.ts'
import {
  readGregorianTime,
  readJalaliTime,
  TEHRAN,
  toClockTime,
  writeGregorianTime,
  writeJalaliTime,
} from '../local-time.ts'
import { type Normaliser, NUMBERS, NUMERIC, textRow } from '../normaliser.ts'

export const MOMENT_ROWS = {
  TEHRAN_TIME: textRow({
    quirks: ['Q6'],
    description:
      'Gregorian local time of Tehran without zone, `2009-02-24T14:55:00`, to a moment with the offset of that day.',
    accepts: [...NUMERIC, 'dateTime'],
    gives: 'dateTime',
    decode: (text) => readGregorianTime(plain(text), TEHRAN),
    encode: (moment) => writeGregorianTime(moment, TEHRAN),
  }),
  TEHRAN_JALALI_TIME: textRow({
    quirks: ['Q1', 'Q2', 'Q6'],
    description:
      'Jalali local time of Tehran, `1397/09/07 14:55`, to a moment with the offset of that day.',
    accepts: NUMERIC,
    gives: 'dateTime',
    decode: (text) => readJalaliTime(plain(text), TEHRAN),
    encode: (moment) => writeJalaliTime(moment, TEHRAN),
  }),
  UTC_TIME: textRow({
    quirks: ['Q6'],
    description: 'Gregorian time without zone that is known to be UTC, to a moment.',
    accepts: [...NUMERIC, 'dateTime'],
    gives: 'dateTime',
    decode: (text) => readGregorianTime(plain(text), 'UTC'),
    encode: (moment) => writeGregorianTime(moment, 'UTC'),
  }),
  EPOCH_SECONDS: textRow({
    quirks: ['Q6'],
    description: 'Seconds since 1970 in UTC, to a moment.',
    accepts: NUMBERS,
    gives: 'dateTime',
    decode: (text) => (/^-?[0-9]{1,11}$/.test(text) ? toMoment(`${text}000`) : undefined),
    encode: (moment) => toEpoch(moment, 1000),
  }),
  EPOCH_MILLISECONDS: textRow({
    quirks: ['Q6'],
    description: 'Milliseconds since 1970 in UTC, also as `/Date(1700000000000+0330)/`.',
    accepts: NUMBERS,
    gives: 'dateTime',
    decode: (text) => toMoment(/^\/Date\((-?[0-9]+)(?:[+-][0-9]{4})?\)\/$/.exec(text)?.[1] ?? text),
    encode: (moment) => toEpoch(moment, 1),
  }),
  CLOCK_TIME: textRow({
    quirks: ['Q2', 'Q8'],
    description: 'Time of day `09:05` from `9:5`, `905`, `0905` or `09:05:00`.',
    accepts: NUMERIC,
    gives: 'string',
    decode: (text) => toClockTime(plain(text)),
  }),
} as const satisfies Record<string, Normaliser>

function plain(text: string): string {
  return toAsciiDigits(text).trim()
}

function toMoment(milliseconds: string): string | undefined {
  if (!/^-?[0-9]{1,15}$/.test(milliseconds)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(Number(milliseconds)).toString()
  } catch {
    return undefined
  }
}

function toEpoch(moment: string, unit: number): string | undefined {
  try {
    const milliseconds = Temporal.Instant.from(moment).epochMilliseconds
    return String(Math.trunc(milliseconds / unit))
  } catch {
    return undefined
  }
}
