import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, expect, test } from 'vitest'

import {
  explain,
  loadWorkingCalendar,
  type WorkingCalendar,
} from '../../../../subgraphs/applications/promise/working-calendar.ts'
import { row, rows } from '../citizens.ts'

const FILE = join(
  import.meta.dirname,
  '../../../../subgraphs/applications/promise/working-calendar.json',
)

let calendar: WorkingCalendar

beforeAll(async () => {
  calendar = await loadWorkingCalendar()
})

// Each counted by hand on the official calendar.
test.each([
  ['a plain week', '2026-11-22T08:30:00Z', 3, '2026-11-25', 0, 0],
  ['over one weekend', '2026-11-22T08:30:00Z', 4, '2026-11-28', 2, 0],
  ['over the birthday of Imam Ali on a Wednesday', '2026-12-22T08:00:00Z', 1, '2026-12-26', 2, 1],
  // Wednesday 27 Esfand; 29 Esfand is a Saturday, 1 to 4 Farvardin Sunday to Wednesday.
  ['over Nowruz of 1406', '2027-03-17T08:00:00Z', 2, '2027-03-28', 4, 5],
  // 29 Esfand is a Friday; 1 to 4 Farvardin hold Eid al-Fitr as well and are counted once.
  ['over Nowruz of 1405', '2026-03-18T08:00:00Z', 1, '2026-03-25', 2, 4],
  ['from a Thursday', '2026-11-26T08:00:00Z', 1, '2026-11-28', 1, 0],
  // 20:45 UTC is a quarter past midnight of the 23rd in Tehran.
  ['from after midnight in Tehran', '2026-11-22T20:45:00Z', 1, '2026-11-24', 0, 0],
])('counts working days %s', (_what, from, ...[days, dueOn, weekly, holidays]) => {
  const promise = calendar.promise(new Date(from), days)
  expect(promise).toMatchObject({ dueOn, weeklyClosedDays: weekly, covered: true })
  expect(promise.holidays).toHaveLength(holidays)
})

test('is due at the end of the day in Tehran', () => {
  expect(calendar.promise(new Date('2026-11-22T08:30:00Z'), 3)).toEqual({
    from: '2026-11-22T08:30:00.000Z',
    norm: { workingDays: 3 },
    calendarVersion: '1404-1406/1',
    computedDueAt: '2026-11-25T20:29:59.000Z',
    dueOn: '2026-11-25',
    weeklyClosedDays: 0,
    holidays: [],
    covered: true,
  })
})

test('is due at once without a norm (TRK-4)', () => {
  const promise = calendar.promise(new Date('2026-11-27T08:30:00Z'), 0)
  expect(promise).toMatchObject({ computedDueAt: promise.from, dueOn: '2026-11-27' })
  expect(explain(promise).en).toBe('Answered at once.')
})

test('says when lunar holidays may move the day', () => {
  const sure = calendar.promise(new Date('2026-11-22T08:30:00Z'), 3)
  const moving = calendar.promise(new Date('2027-06-12T08:00:00Z'), 5)
  const beyond = calendar.promise(new Date('2028-03-15T08:00:00Z'), 5)
  expect(explain(sure)).toEqual({
    fa: '۳ روز کاری پس از پذیرش، تا پایان ۱۴۰۵/۰۹/۰۴؛ ۰ روز تعطیل هفتگی و ۰ تعطیل رسمی شمرده نشد.',
    en: '3 working days after acceptance, until the end of 2026-11-25; 0 weekly closed days and 0 holidays were not counted.',
  })
  expect(moving.holidays.map(({ en, certainty }) => [en, certainty])).toEqual([
    ['Tasua', 'COMPUTED'],
    ['Ashura', 'COMPUTED'],
  ])
  expect(explain(moving).en).toContain('Lunar holidays may move this day.')
  expect(beyond.covered).toBe(false)
  expect(explain(beyond).fa).toContain('جابه‌جا')
  // Solar holidays hold beyond the table as well: 1 to 4 Farvardin 1407 are still closed.
  expect(beyond.dueOn).toBe('2028-03-28')
})

test('has each moving holiday under its right Solar Hijri date, in order, once', async () => {
  const file: unknown = JSON.parse(await readFile(FILE, 'utf8'))
  const moving = rows(row(file)['moving']).map(({ date, jalali }) => ({
    date: String(date),
    jalali: String(jalali),
  }))
  for (const { date, jalali } of moving) {
    const { year, month, day } = Temporal.PlainDate.from(date).withCalendar('persian')
    expect([year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('/')).toBe(
      jalali,
    )
  }
  const dates = moving.map(({ date }) => date)
  expect(dates).toEqual(dates.toSorted())
  for (const year of [1404, 1405, 1406]) {
    const lunar = moving.filter(({ jalali }) => jalali.startsWith(String(year)))
    expect(lunar.length).toBeGreaterThanOrEqual(16)
  }
})

test('refuses a file that is not a calendar', async () => {
  const path = join(tmpdir(), `calendar-${process.pid}.json`)
  const text = (await readFile(FILE, 'utf8')).replace('"friday"', '"fryday"')
  await writeFile(path, text)
  await expect(loadWorkingCalendar(path)).rejects.toThrow('/weeklyClosed/1')
})
