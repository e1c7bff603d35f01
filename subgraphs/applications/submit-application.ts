// A citizen submits. In: a draft and its answers. Out: a receipt, or every problem by field. Acceptance is one
// transaction: answers, state, event, tracking code and promise are all there or none is.

import type { Transaction } from 'kysely'
import { DatabaseError } from 'pg'

import { CallerError } from '../../schema/errors.ts'
import type { Service } from '../catalogue/load-service.ts'
import { type Acted, actedUnder, isStartedUnder } from './acted-under.ts'
import { type Applicant, refuseOtherService } from './acting.ts'
import {
  ALREADY_SUBMITTED,
  type Answers,
  completeAnswers,
  type FieldProblem,
  findProblems,
  findUnstorable,
  type LockedValue,
} from './form/check-answers.ts'
import { hashOf } from './ledger/canonical.ts'
import { appendEvent } from './ledger/events.ts'
import { isApplicationId } from './read-applications.ts'
import type { Desk } from './store/desk.ts'
import type { Tables } from './store/tables.ts'

export interface Submission {
  readonly id: string
  readonly applicant: Applicant
  readonly answers: unknown
}

/** Accepted when there is no problem; the same answers again are accepted again, without effect. */
export type SubmissionProblems = readonly FieldProblem[]

const CODE_TRIES = 5
const UNIQUE_VIOLATION = '23505'

/**
 * Throws CallerError: NOT_FOUND for an unknown or foreign draft, CONFLICT when the form has changed since its start,
 * MANDATE_REFUSED for one whose mandate does not allow it.
 */
export async function submitApplication(
  desk: Desk,
  submission: Submission,
): Promise<SubmissionProblems> {
  if (!isAnswers(submission.answers)) {
    const text = 'The answers must be an object of field names and values.'
    throw new CallerError('INPUT_REJECTED', text, { fields: ['answers'] })
  }
  const { answers } = submission
  for (let tries = 1; ; tries++) {
    try {
      return await desk.db
        .transaction()
        .execute((tx) => accept(desk, tx, { ...submission, answers }))
    } catch (error) {
      if (!isTakenCode(error) || tries === CODE_TRIES) throw error
    }
  }
}

async function accept(
  desk: Desk,
  tx: Transaction<Tables>,
  { id, applicant, answers: sent }: Submission & { answers: Answers },
): Promise<SubmissionProblems> {
  const draft = await lockDraft(tx, id, applicant.nationalId)
  refuseOtherService(applicant.acting, draft.service)
  const service = desk.services.get(draft.service)
  const current = service?.version === draft.package_version ? service : undefined
  // Of the present form: answers accepted before it changed are still told to be the same.
  const fields = service?.form.fields ?? []
  const unstorable = findUnstorable(fields, sent)
  if (unstorable.length > 0) return unstorable
  const locked = await readLocked(tx, id)
  const answers = completeAnswers(fields, sent, locked)
  const answers_hash = hashOf(answers)
  if (draft.answers_hash !== null) {
    return draft.answers_hash === answers_hash ? [] : [ALREADY_SUBMITTED]
  }
  if (!current) {
    const text = 'The form has changed since this draft was started: start again.'
    throw new CallerError('CONFLICT', text)
  }
  const problems = findProblems(current.form, answers, { application: id, locked })
  if (problems.length > 0) return problems
  const status = await nextStatus(tx, draft)
  const at = new Date(desk.now())
  const by = await submittedBy(tx, { id, applicant, service: draft.service, at })
  await tx
    .updateTable('application')
    .set({ status, answers: JSON.stringify(answers), answers_hash, submitted_at: at })
    .where('id', '=', id)
    .execute()
  await storeAcceptance(desk, tx, { id, service: current, status, answers_hash, at, locked, by })
  return []
}

interface Submitting {
  readonly id: string
  readonly applicant: Applicant
  readonly service: string
  readonly at: Date
}

async function submittedBy(
  tx: Transaction<Tables>,
  { id, applicant, service, at }: Submitting,
): Promise<Acted> {
  const { acting } = applicant
  const counts = acting !== undefined && !(await isStartedUnder(tx, id, acting.mandate))
  return actedUnder(tx, { applicant, service, application: id, act: 'ACCEPTED', counts, at })
}

interface Acceptance {
  readonly id: string
  readonly service: Service
  readonly status: string
  readonly answers_hash: string
  readonly at: Date
  readonly locked: readonly LockedValue[]
  readonly by: Acted
}

async function storeAcceptance(
  desk: Desk,
  tx: Transaction<Tables>,
  { id: application, service, status, answers_hash, at, locked, by }: Acceptance,
): Promise<void> {
  const code = desk.newCode()
  const promise = desk.calendar.promise(at, service.promise.workingDays)
  await tx
    .insertInto('receipt')
    .values({ application, code, accepted_at: at, answers_hash })
    .execute()
  await tx
    .insertInto('promise')
    .values({
      application,
      seq: 1,
      starts_at: at,
      norm_days: service.promise.workingDays,
      calendar_version: promise.calendarVersion,
      due_at: new Date(promise.computedDueAt),
      explanation: JSON.stringify(promise),
    })
    .execute()
  await appendEvent(tx, {
    application,
    type: 'ACCEPTED',
    at,
    actor: by.actor,
    payload: {
      ...by.told,
      status,
      code,
      answersHash: answers_hash,
      verified: locked.map(({ name }) => name),
      promise: { dueAt: promise.computedDueAt, calendarVersion: promise.calendarVersion },
    },
  })
}

async function lockDraft(tx: Transaction<Tables>, id: string, nationalId: string) {
  const draft = isApplicationId(id)
    ? await tx
        .selectFrom('application')
        .select(['service', 'flow_version', 'package_version', 'status', 'answers_hash'])
        .where('id', '=', id)
        .where('applicant', '=', nationalId)
        .forUpdate()
        .executeTakeFirst()
    : undefined
  if (draft) return draft
  throw new CallerError('NOT_FOUND', 'There is no such application.', { fields: ['id'] })
}

async function readLocked(tx: Transaction<Tables>, application: string): Promise<LockedValue[]> {
  const rows = await tx
    .selectFrom('draft_field')
    .select(['name', 'value', 'seal'])
    .where('application', '=', application)
    .where('locked', '=', true)
    .orderBy('ordinal')
    .execute()
  return rows.map(({ name, value, seal }) => ({ name, value, seal: seal ?? '' }))
}

async function nextStatus(
  tx: Transaction<Tables>,
  draft: { service: string; flow_version: number; status: string },
): Promise<string> {
  const step = await tx
    .selectFrom('flow_transition')
    .select('to_status')
    .where('service', '=', draft.service)
    .where('version', '=', draft.flow_version)
    .where('from_status', '=', draft.status)
    .where('action', '=', 'submit')
    .executeTakeFirst()
  if (step) return step.to_status
  throw new CallerError('CONFLICT', 'This application cannot be submitted in its present state.')
}

function isAnswers(value: unknown): value is Answers {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTakenCode(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === UNIQUE_VIOLATION &&
    error.constraint === 'receipt_code_key'
  )
}
