// A citizen starts. In: the service and the caller. Out: a stored draft whose form is filled with what the registers
// said when asked in the citizen's own name. A register that fails never stops anybody.

import { randomUUID } from 'node:crypto'

import type { Answer, RequestContext } from '../../schema/context.ts'
import { CallerError, ServiceError } from '../../schema/errors.ts'
import type { Service } from '../catalogue/load-service.ts'
import { actedUnder } from './acted-under.ts'
import { type Applicant, asCitizen, refuseOtherService } from './acting.ts'
import { sealOf } from './form/check-answers.ts'
import {
  fillFields,
  type FilledField,
  inquiryOutcomes,
  type InquiryOutcome,
} from './form/fill-fields.ts'
import type { Text } from './form/texts.ts'
import { appendEvent } from './ledger/events.ts'
import type { Desk } from './store/desk.ts'

export interface Started {
  readonly id: string
  readonly inquiries: readonly (InquiryOutcome & { readonly agency: Text | undefined })[]
}

/**
 * Throws CallerError: NOT_FOUND for a service that is not offered, CONFLICT for a caller who did not wait, MANDATE_REFUSED
 * for one whose mandate does not allow it.
 */
export async function startApplication(
  desk: Desk,
  { service: code, applicant }: { service: string; applicant: Applicant },
  context: RequestContext,
): Promise<Started> {
  const service = desk.services.get(code)
  if (!service)
    throw new CallerError('NOT_FOUND', 'There is no such service.', { fields: ['service'] })
  refuseOtherService(applicant.acting, code)
  const { nationalId } = applicant
  const agencies = new Map(service.inquiries.map(({ system, agency }) => [system, agency]))
  const answer = await askRegisters(desk, service, {
    nationalId,
    context: asCitizen(context),
  })
  refuseGone(context)
  const at = new Date(desk.now())
  const fields = fillFields(service.form.fields, {
    answer,
    agencies,
    at: at.toISOString(),
    claims: { nationalId, mobile: context.caller.mobile },
  })
  const outcomes = inquiryOutcomes(answer, agencies)
  const id = await storeDraft(desk, service, { applicant, fields, outcomes, at })
  const inquiries = outcomes.map((each) => ({ ...each, agency: agencies.get(each.system) }))
  return { id, inquiries }
}

// Never sent: the prefill skips Shahkar when sign-on knows no number, but GraphQL wants a value for the variable.
const NO_MOBILE = '+989000000000'

async function askRegisters(
  desk: Desk,
  { prefill }: Service,
  { nationalId, context }: { nationalId: string; context: RequestContext },
): Promise<Answer> {
  const { mobile } = context.caller
  const all = { nationalId, mobile: mobile ?? NO_MOBILE, hasMobile: mobile !== undefined }
  const variables = Object.fromEntries(
    Object.entries(all).filter(([name]) => prefill.variables.includes(name)),
  )
  try {
    return await context.ask(prefill.document, variables, { ...context, provenance: true })
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : 'INTERNAL'
    desk.log.warn({ requestId: context.requestId, code }, 'prefill failed as a whole')
    return { data: null, errors: [{ message: '', extensions: { code } }] }
  }
}

// Calls end with their request. By hanging up, a citizen would choose which registers stay silent and so which fields of
// the stored draft are theirs to declare.
function refuseGone({ signal }: RequestContext): void {
  if (!signal.aborted) return
  const text = 'The request ended before the registers had answered: start again.'
  throw new CallerError('CONFLICT', text)
}

interface Draft {
  readonly applicant: Applicant
  readonly fields: readonly FilledField[]
  readonly outcomes: readonly InquiryOutcome[]
  readonly at: Date
}

async function storeDraft(desk: Desk, service: Service, draft: Draft): Promise<string> {
  const id = randomUUID()
  const start = service.statuses.find(({ kind }) => kind === 'start')
  await desk.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('application')
      .values({
        id,
        service: service.code,
        flow_version: service.flowVersion,
        package_version: service.version,
        applicant: draft.applicant.nationalId,
        status: start?.id ?? '',
        started_at: draft.at,
      })
      .execute()
    await tx
      .insertInto('draft_field')
      .values(draft.fields.map((field, ordinal) => toRow(id, field, ordinal)))
      .execute()
    const by = await actedUnder(tx, {
      applicant: draft.applicant,
      service: service.code,
      application: id,
      act: 'STARTED',
      counts: true,
      at: draft.at,
    })
    await appendEvent(tx, {
      application: id,
      type: 'STARTED',
      at: draft.at,
      actor: by.actor,
      payload: {
        ...by.told,
        status: start?.id,
        inquiries: Object.fromEntries(draft.outcomes.map(({ system, state }) => [system, state])),
      },
    })
  })
  return id
}

function toRow(application: string, field: FilledField, ordinal: number) {
  const { name, state, locked, value, provenance, reason } = field
  return {
    application,
    name,
    ordinal,
    state,
    locked,
    value: value === undefined ? null : JSON.stringify(value),
    seal: locked ? sealOf(application, name, value) : null,
    provenance: provenance ? JSON.stringify(provenance) : null,
    reason: JSON.stringify(reason),
  }
}
