// A counter clerk asks to act for a citizen. In: the citizen's national id and mobile as they say them, services, minutes,
// uses. Out: an id, whatever is true of the citizen. Only if Shahkar says that the number is theirs does a code go there;
// in every other case the same work is done without a message, so that neither answer nor time tells who has which number.

import { randomUUID } from 'node:crypto'

import type { RequestContext } from '../../schema/context.ts'
import { CallerError } from '../../schema/errors.ts'
import { type Clerk, type Desk, isMandateId, refused } from './desk.ts'
import { LIMITS } from './limits.ts'
import { hashCode } from './one-time-code.ts'
import { lockShares, mayGetCode, refuseBusyClerk } from './quotas.ts'
import { ownsMobile } from './registers.ts'
import { messageOf, type Sms } from './sms.ts'
import { appendMandateEvent } from './store/events.ts'
import type { MandateTable } from './store/tables.ts'

export interface CounterRequest {
  readonly nationalId: string
  /** E.164. */
  readonly mobile: string
  readonly services: readonly string[]
  readonly minutes: number
  readonly uses: number
}

export interface Requested {
  readonly id: string
  readonly codeExpiresAt: Date
}

/**
 * Throws CallerError: INPUT_REJECTED, or MANDATE_REFUSED for clerks who serve themselves or have used up their share.
 * Throws SystemError when Shahkar or the SMS centre cannot be reached; the request then waits for `resendCode`.
 */
export async function requestCounter(
  desk: Desk,
  { clerk, request }: { clerk: Clerk; request: CounterRequest },
  context: RequestContext,
): Promise<Requested> {
  const sms = smsOf(desk)
  refuseWrongInput(desk, request)
  if (clerk.nationalId === request.nationalId) throw refused('MANDATE_REFUSED')
  const id = randomUUID()
  const at = new Date(desk.now())
  const { nationalId, mobile, services, minutes, uses } = request
  await desk.db.transaction().execute(async (tx) => {
    await lockShares(tx, [
      { kind: 'actor', of: clerk.subject },
      { kind: 'office', of: clerk.office },
    ])
    await refuseBusyClerk(tx, clerk, at)
    await tx
      .insertInto('mandate')
      .values({
        id,
        kind: 'COUNTER',
        state: 'REQUESTED',
        actor: clerk.subject,
        office: clerk.office,
        principal: nationalId,
        services,
        minutes,
        uses_left: uses,
        requested_at: at,
        code_expires_at: new Date(at.getTime() + LIMITS.codeMs),
      })
      .execute()
    const payload = { office: clerk.office, services, minutes, uses }
    await appendMandateEvent(tx, { mandate: id, type: 'REQUESTED', at, actor: 'counter', payload })
  })
  return sendCode(desk, { id, clerk, mobile, sms }, context)
}

/** A new code for the same request; the one before is good for nothing then. Throws as `requestCounter` does. */
export async function resendCode(
  desk: Desk,
  { clerk, id, mobile }: { clerk: Clerk; id: string; mobile: string },
  context: RequestContext,
): Promise<Requested> {
  if (!isMandateId(id)) throw refused('MANDATE_REFUSED')
  return sendCode(desk, { id, clerk, mobile, sms: smsOf(desk) }, context)
}

interface Sending {
  readonly id: string
  readonly clerk: Clerk
  readonly mobile: string
  readonly sms: Sms
}

async function sendCode(
  desk: Desk,
  { id, clerk, mobile, sms }: Sending,
  context: RequestContext,
): Promise<Requested> {
  const { principal } = await waitingRequest(desk, { id, clerk })
  const isOwn = await ownsMobile({ nationalId: principal, mobile }, { context, issue: id })
  const made = await makeCode(desk, { id, clerk, isOwn })
  const { code, mandate, codeExpiresAt } = made
  if (code === undefined) await sms.pretend(context)
  else {
    const services = (mandate.services ?? []).map((service) => desk.services.get(service) ?? '')
    const text = messageOf({ code, office: clerk.office, services, minutes: mandate.minutes })
    await sms.send({ mobile, text, reference: randomUUID() }, context)
  }
  await desk.db
    .updateTable('mandate')
    .set({ sent_at: new Date(desk.now()) })
    .where('id', '=', id)
    .execute()
  return { id, codeExpiresAt }
}

type Waiting = Pick<MandateTable, 'principal'>

/** Throws MANDATE_REFUSED for a request that is not this clerk's, is done, is too old or has just been sent a code. */
async function waitingRequest(
  desk: Desk,
  { id, clerk }: { id: string; clerk: Clerk },
): Promise<Waiting> {
  const now = desk.now()
  const row = await desk.db
    .selectFrom('mandate')
    .select(['principal', 'sent_at'])
    .where('id', '=', id)
    .where('kind', '=', 'COUNTER')
    .where('state', '=', 'REQUESTED')
    .where('actor', '=', clerk.subject)
    .where('office', '=', clerk.office)
    .where('requested_at', '>', new Date(now - LIMITS.requestMs))
    .where('codes_made', '<', LIMITS.codes)
    .executeTakeFirst()
  const sentMs = row?.sent_at?.getTime() ?? 0
  if (row === undefined || now - sentMs < LIMITS.resendMs) throw refused('MANDATE_REFUSED')
  return row
}

/** Kept before it is sent: a code that somebody holds must be known here. No code where none may be sent. */
function makeCode(desk: Desk, { id, clerk, isOwn }: { id: string; clerk: Clerk; isOwn: boolean }) {
  const at = new Date(desk.now())
  const codeExpiresAt = new Date(at.getTime() + LIMITS.codeMs)
  return desk.db.transaction().execute(async (tx) => {
    const mandate = await tx
      .selectFrom('mandate')
      .select(['id', 'actor', 'office', 'principal', 'services', 'minutes'])
      .where('id', '=', id)
      .where('state', '=', 'REQUESTED')
      .where('codes_made', '<', LIMITS.codes)
      .forUpdate()
      .executeTakeFirst()
    if (mandate === undefined) throw refused('MANDATE_REFUSED')
    await lockShares(tx, [{ kind: 'principal', of: mandate.principal }])
    const may = await mayGetCode(tx, mandate.principal, at)
    const code = desk.newCode()
    const isSent = isOwn && may
    await tx
      .updateTable('mandate')
      .set(({ eb }) => ({
        code_hash: isSent ? hashCode(desk.secret, mandate, code) : null,
        code_expires_at: codeExpiresAt,
        tries_left: LIMITS.tries,
        codes_made: eb('codes_made', '+', 1),
      }))
      .where('id', '=', id)
      .execute()
    // Whether there was a code is for the citizen, who sees the event, to know; never for the clerk.
    const payload = { office: clerk.office, sent: isSent }
    await appendMandateEvent(tx, { mandate: id, type: 'CODE_MADE', at, actor: 'counter', payload })
    return { mandate, codeExpiresAt, code: isSent ? code : undefined }
  })
}

function smsOf({ sms }: Desk): Sms {
  if (sms !== undefined) return sms
  throw refused(
    'MANDATE_REFUSED',
    'No messages are sent from here: counter mandates are not given.',
  )
}

function refuseWrongInput({ services: known }: Desk, request: CounterRequest): void {
  const { services, minutes, uses } = request
  const wrong: string[] = []
  const isList = services.length > 0 && services.length <= LIMITS.services
  const isKnown = services.every((service) => known.has(service))
  if (!isList || !isKnown || new Set(services).size < services.length) wrong.push('services')
  if (!(minutes >= 1 && minutes <= LIMITS.minutes)) wrong.push('minutes')
  if (!(uses >= 1 && uses <= LIMITS.uses)) wrong.push('uses')
  if (wrong.length === 0) return
  const text = `One to ${LIMITS.services} services that are offered, at most ${LIMITS.minutes} minutes and ${LIMITS.uses} uses.`
  throw new CallerError('INPUT_REJECTED', text, { fields: wrong })
}
