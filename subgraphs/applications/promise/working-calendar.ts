// Working days. In: a moment and a number of days. Out: the day on which that many working days have passed, with the
// reason why. The calendar is dated data; a promise keeps the version it was made with.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

import { FindingsError } from '../../../adapters/finding.ts'
import { toJalaliDate, toTehran, ZONE } from './jalali-display.ts'

const closed = { additionalProperties: false } as const
const text = { fa: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }
const IsoDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })
const JalaliDate = Type.String({ pattern: '^14[0-9]{2}/[0-9]{2}/[0-9]{2}$' })

const CalendarFile = Type.Object(
  {
    version: Type.String(),
    zone: Type.Literal(ZONE),
    covers: Type.Object({ from: JalaliDate, to: JalaliDate }, closed),
    weeklyClosed: Type.Array(
      Type.Enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']),
    ),
    sources: Type.Array(Type.Object({ of: Type.String(), ...text }, closed)),
    solar: Type.Array(
      Type.Object({ month: Type.Integer(), day: Type.Integer(), ...text }, closed),
      { description: 'The same Solar Hijri day each year.' },
    ),
    moving: Type.Array(
      Type.Object(
        {
          date: IsoDate,
          jalali: JalaliDate,
          ...text,
          basis: Type.Enum(['lunar', 'decree']),
          certainty: Type.Enum(['published', 'computed']),
        },
        closed,
      ),
      { description: 'Lunar holidays cannot be computed exactly: a dated table.' },
    ),
  },
  closed,
)
type CalendarFile = Static<typeof CalendarFile>

export interface Holiday {
  readonly date: string
  readonly fa: string
  readonly en: string
  readonly certainty: 'FIXED' | 'PUBLISHED' | 'COMPUTED'
}

/** Stored with the promise, so that it can be explained after the calendar has changed. */
export interface PromiseExplanation {
  readonly from: string
  readonly norm: { readonly workingDays: number }
  readonly calendarVersion: string
  readonly computedDueAt: string
  readonly dueOn: string
  readonly weeklyClosedDays: number
  readonly holidays: readonly Holiday[]
  /** False when the way leads beyond the years whose moving holidays are known. */
  readonly covered: boolean
}

const FILE = 'working-calendar.json'
const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
const isCalendar = Compile(CalendarFile)

export class WorkingCalendar {
  readonly #file: CalendarFile
  readonly #moving: ReadonlyMap<string, Holiday>

  constructor(file: CalendarFile) {
    this.#file = file
    this.#moving = new Map(
      file.moving.map(({ date, fa, en, certainty }) => [
        date,
        { date, fa, en, certainty: certainty === 'computed' ? 'COMPUTED' : 'PUBLISHED' },
      ]),
    )
  }

  get version(): string {
    return this.#file.version
  }

  /** The weekly closed day, the holiday, or undefined for a working day. */
  closedOn(day: Temporal.PlainDate): 'weekly' | Holiday | undefined {
    const weekday = WEEKDAYS[day.dayOfWeek - 1]
    if (weekday && this.#file.weeklyClosed.includes(weekday)) return 'weekly'
    const jalali = day.withCalendar('persian')
    const solar = this.#file.solar.find(
      (each) => each.month === jalali.month && each.day === jalali.day,
    )
    const date = day.toString()
    if (solar) return { date, fa: solar.fa, en: solar.en, certainty: 'FIXED' }
    return this.#moving.get(date)
  }

  /** Counts from the day after `from`, in Tehran; due at the end of the last day. With no days: at once. */
  promise(from: Date, workingDays: number): PromiseExplanation {
    const start = toTehran(from).toPlainDate()
    let day = start
    let left = workingDays
    let weeklyClosedDays = 0
    const holidays: Holiday[] = []
    while (left > 0) {
      day = day.add({ days: 1 })
      const reason = this.closedOn(day)
      if (reason === undefined) left -= 1
      else if (reason === 'weekly') weeklyClosedDays += 1
      else holidays.push(reason)
    }
    const end = day.toZonedDateTime({ timeZone: ZONE, plainTime: '23:59:59' })
    return {
      from: from.toISOString(),
      norm: { workingDays },
      calendarVersion: this.version,
      computedDueAt:
        workingDays === 0 ? from.toISOString() : new Date(end.epochMilliseconds).toISOString(),
      dueOn: day.toString(),
      weeklyClosedDays,
      holidays,
      covered: this.#covers(start) && this.#covers(day),
    }
  }

  #covers(day: Temporal.PlainDate): boolean {
    const { year, month, day: date } = day.withCalendar('persian')
    const jalali = [year, String(month).padStart(2, '0'), String(date).padStart(2, '0')].join('/')
    return this.#file.covers.from <= jalali && jalali <= this.#file.covers.to
  }
}

/** Throws FindingsError for a file that is not a calendar. */
export async function loadWorkingCalendar(
  path: string = join(import.meta.dirname, FILE),
): Promise<WorkingCalendar> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (isCalendar.Check(value)) return new WorkingCalendar(value)
  const errors = isCalendar.Errors(value)
  throw new FindingsError(
    errors.map(({ instancePath, message }) => ({
      file: FILE,
      message: `${instancePath} ${message}`,
    })),
  )
}

/** The promise in one sentence per language. */
export function explain(promise: PromiseExplanation): { fa: string; en: string } {
  const { norm, weeklyClosedDays, holidays, covered, dueOn } = promise
  const due = toJalaliDate(Temporal.PlainDate.from(dueOn))
  if (norm.workingDays === 0) return { fa: 'پاسخ هم‌اکنون داده می‌شود.', en: 'Answered at once.' }
  const unsure = !covered || holidays.some(({ certainty }) => certainty === 'COMPUTED')
  return {
    fa: `${norm.workingDays.toLocaleString('fa-IR')} روز کاری پس از پذیرش، تا پایان ${due}؛ ${weeklyClosedDays.toLocaleString('fa-IR')} روز تعطیل هفتگی و ${holidays.length.toLocaleString('fa-IR')} تعطیل رسمی شمرده نشد.${unsure ? ' تعطیلات قمری ممکن است این روز را جابه‌جا کند.' : ''}`,
    en: `${norm.workingDays} working days after acceptance, until the end of ${dueOn}; ${weeklyClosedDays} weekly closed days and ${holidays.length} holidays were not counted.${unsure ? ' Lunar holidays may move this day.' : ''}`,
  }
}
