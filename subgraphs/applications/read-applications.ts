// What a citizen sees of their own applications. In: the citizen, and which. Out: plain data in the shape of
// schema.graphql. Nobody else's row is ever read: the owner stands in every query.

import { sql } from 'kysely'

import type { Applicant } from './acting.ts'
import type { Text } from './form/texts.ts'
import { toSpokenCode } from './ledger/tracking-code.ts'
import { toJalaliDate, toJalaliMoment } from './promise/jalali-display.ts'
import { explain, type Holiday, type PromiseExplanation } from './promise/working-calendar.ts'
import type { Desk } from './store/desk.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** PostgreSQL would answer any other text with an error instead of nothing. */
export function isApplicationId(text: string): boolean {
  return UUID.test(text)
}

interface Which {
  readonly applicant: Applicant
  readonly id?: string
  readonly code?: string
  readonly most?: number
}

/** Newest first. */
export async function readApplications(
  desk: Desk,
  which: Which,
): Promise<ReturnType<typeof toApplication>[]> {
  let query = desk.db
    .selectFrom('application as a')
    .innerJoin('flow_status as s', (join) =>
      join
        .onRef('s.service', '=', 'a.service')
        .onRef('s.version', '=', 'a.flow_version')
        .onRef('s.status', '=', 'a.status'),
    )
    .leftJoin('receipt as r', 'r.application', 'a.id')
    .leftJoin('promise as p', (join) =>
      join.onRef('p.application', '=', 'a.id').on('p.seq', '=', (sub) =>
        sub
          .selectFrom('promise as q')
          .select(({ fn }) => fn.max('q.seq').as('seq'))
          .whereRef('q.application', '=', 'a.id'),
      ),
    )
    .select(['a.id', 'a.service', 'a.status', 'a.started_at', 'a.submitted_at'])
    .select(['s.citizen_fa', 's.citizen_en'])
    .select(['r.code', 'r.accepted_at', 'r.answers_hash', 'p.explanation'])
    .where('a.applicant', '=', which.applicant.nationalId)
  const services = which.applicant.acting?.services
  if (services !== undefined) query = query.where('a.service', 'in', services)
  if (which.id !== undefined) query = query.where('a.id', '=', which.id)
  if (which.code !== undefined) query = query.where('r.code', '=', which.code)
  const rows = await query
    .orderBy('a.started_at', 'desc')
    .orderBy('a.id')
    .limit(which.most ?? 1)
    .execute()
  return rows.map(toApplication)
}

interface ApplicationRow {
  readonly id: string
  readonly service: string
  readonly status: string
  readonly started_at: Date
  readonly submitted_at: Date | null
  readonly citizen_fa: string
  readonly citizen_en: string
  readonly code: string | null
  readonly accepted_at: Date | null
  readonly answers_hash: string | null
  readonly explanation: unknown
}

function toApplication(row: ApplicationRow) {
  const service = { code: row.service }
  const status = { id: row.status, text: { fa: row.citizen_fa, en: row.citizen_en } }
  const receipt = toReceipt(row)
  return {
    id: row.id,
    service,
    status,
    startedAt: row.started_at,
    startedAtJalali: toJalaliMoment(row.started_at),
    submittedAt: row.submitted_at,
    submittedAtJalali: row.submitted_at && toJalaliMoment(row.submitted_at),
    case: receipt && { ...toCode(receipt.trackingCode), service, status, receipt, id: row.id },
  }
}

function toReceipt({ code, accepted_at, answers_hash, explanation }: ApplicationRow) {
  if (code === null || accepted_at === null || !isExplanation(explanation)) return null
  return {
    ...toCode(code),
    acceptedAt: accepted_at,
    acceptedAtJalali: toJalaliMoment(accepted_at),
    answersHash: answers_hash,
    promise: toPromise(explanation),
  }
}

function toCode(code: string) {
  return { trackingCode: code, trackingCodePersian: toSpokenCode(code) }
}

function toPromise(promise: PromiseExplanation) {
  return {
    startsAt: promise.from,
    startsAtJalali: toJalaliMoment(new Date(promise.from)),
    workingDays: promise.norm.workingDays,
    dueOn: promise.dueOn,
    dueOnJalali: toJalaliDate(Temporal.PlainDate.from(promise.dueOn)),
    computedDueAt: promise.computedDueAt,
    calendarVersion: promise.calendarVersion,
    weeklyClosedDays: promise.weeklyClosedDays,
    holidays: promise.holidays.map(toHoliday),
    covered: promise.covered,
    explanation: explain(promise),
  }
}

function toHoliday({ date, fa, en, certainty }: Holiday) {
  const jalali = toJalaliDate(Temporal.PlainDate.from(date))
  return { date, jalali, title: { fa, en }, certainty }
}

// Written by us in the same transaction as the receipt.
function isExplanation(value: unknown): value is PromiseExplanation {
  return typeof value === 'object' && value !== null && 'computedDueAt' in value && 'norm' in value
}

/** By application, the fields of its draft in the order of its form; titles are those of the present form. */
export async function readFields(desk: Desk, applications: readonly string[]) {
  const rows = await desk.db
    .selectFrom('draft_field as f')
    .innerJoin('application as a', 'a.id', 'f.application')
    .select(['f.name', 'f.state', 'f.locked', 'f.value', 'f.provenance', 'f.reason', 'a.service'])
    .select('f.application')
    .where('f.application', 'in', applications)
    .orderBy('f.ordinal')
    .execute()
  const fields = rows.map(({ service, name, provenance, ...row }) => ({
    ...row,
    name,
    title: titleOf(desk, service, name),
    provenance: withJalali(provenance),
  }))
  return Map.groupBy(fields, ({ application }) => application)
}

function titleOf(desk: Desk, service: string, name: string): Text {
  const field = desk.services.get(service)?.form.fields.find((each) => each.name === name)
  return field?.title ?? { fa: name, en: name }
}

function withJalali(provenance: unknown) {
  if (typeof provenance !== 'object' || provenance === null) return null
  const at = 'fetchedAt' in provenance ? String(provenance.fetchedAt) : ''
  return { ...provenance, fetchedAtJalali: toJalaliMoment(new Date(at)) }
}

/** By application, the steps its case has reached, in words for its citizen. */
export async function readSteps(desk: Desk, applications: readonly string[]) {
  const events = await desk.db
    .selectFrom('case_event as e')
    .innerJoin('application as a', 'a.id', 'e.application')
    .innerJoin('flow_status as s', (join) =>
      join
        .onRef('s.service', '=', 'a.service')
        .onRef('s.version', '=', 'a.flow_version')
        .on(sql<boolean>`s.status = e.payload ->> 'status'`),
    )
    .select(['s.status', 's.citizen_fa', 's.citizen_en', 'e.at', 'e.application'])
    .where('e.application', 'in', applications)
    .where('s.kind', '<>', 'start')
    .orderBy('e.seq')
    .execute()
  const steps = events.map(({ application, status, citizen_fa, citizen_en, at }) => ({
    application,
    status: { id: status, text: { fa: citizen_fa, en: citizen_en } },
    at,
    atJalali: toJalaliMoment(at),
  }))
  return Map.groupBy(steps, ({ application }) => application)
}
