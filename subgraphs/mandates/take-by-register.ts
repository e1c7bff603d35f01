// A citizen acts for a child or a company because a register says so. No code: the register is asked each time anew, also
// when a mandate is renewed, and its word lasts for some hours. A refusal is kept as well, for the one it was about.

import { randomUUID } from 'node:crypto'

import type { RequestContext } from '../../schema/context.ts'
import { type Citizen, type Desk, refused } from './desk.ts'
import { LIMITS } from './limits.ts'
import { lockShares, refuseBusyCitizen } from './quotas.ts'
import { childOf, signsFor } from './registers.ts'
import { appendMandateEvent } from './store/events.ts'
import { PARTY_OF } from './store/tables.ts'

interface Taking {
  readonly kind: 'GUARDIAN' | 'OFFICER'
  readonly principal: string
  readonly minutes: number
  /** Until when at most; undefined where the register does not say so. */
  readonly until: Date | undefined
  readonly id: string
}

/** Throws CallerError(MANDATE_REFUSED) in the same words for a stranger's child, a grown-up and nobody; SystemError. */
export async function takeGuardian(
  desk: Desk,
  { citizen, child }: { citizen: Citizen; child: string },
  context: RequestContext,
): Promise<string> {
  const id = randomUUID()
  const asked = { child, guardian: citizen.nationalId, guardians: desk.guardians }
  const minutes = LIMITS.guardianMinutes
  return take(desk, citizen, async (now) => {
    const until = await childOf(asked, now, { context, issue: id })
    return { kind: 'GUARDIAN', principal: child, minutes, until, id }
  })
}

/** Throws CallerError(MANDATE_REFUSED) unless the register names the citizen as one who signs; SystemError. */
export async function takeOfficer(
  desk: Desk,
  { citizen, company }: { citizen: Citizen; company: string },
  context: RequestContext,
): Promise<string> {
  const id = randomUUID()
  const asked = { company, officer: citizen.nationalId }
  const minutes = LIMITS.officerMinutes
  return take(desk, citizen, async (now) => {
    const signs = await signsFor(asked, now, { context, issue: id })
    const until = signs ? new Date(now.getTime() + minutes * 60_000) : undefined
    return { kind: 'OFFICER', principal: company, minutes, until, id }
  })
}

async function take(
  desk: Desk,
  citizen: Citizen,
  ask: (now: Date) => Promise<Taking>,
): Promise<string> {
  const at = new Date(desk.now())
  await desk.db.transaction().execute((tx) => refuseBusyCitizen(tx, citizen.subject, at))
  const taking = await ask(at)
  await store(desk, { citizen, taking, at })
  if (taking.until === undefined) throw refused('MANDATE_REFUSED')
  return taking.id
}

interface Storing {
  readonly citizen: Citizen
  readonly taking: Taking
  readonly at: Date
}

async function store(desk: Desk, { citizen, taking, at }: Storing): Promise<void> {
  const { kind, principal, minutes, until, id } = taking
  const actor = PARTY_OF[kind]
  const ended = await desk.db.transaction().execute(async (tx) => {
    await lockShares(tx, [{ kind: 'actor', of: citizen.subject }])
    // Again, now that nobody else of the same name is at it.
    await refuseBusyCitizen(tx, citizen.subject, at)
    const older = await tx
      .updateTable('mandate')
      .set({ state: 'ENDED', ended_at: at, ended_by: 'renewal' })
      .where('actor', '=', citizen.subject)
      .where('principal', '=', principal)
      .where('kind', '=', kind)
      .where('state', '=', 'ACTIVE')
      .returning('id')
      .execute()
    for (const { id: mandate } of older) {
      const payload = { by: 'renewal' }
      await appendMandateEvent(tx, { mandate, type: 'ENDED', at, actor, payload })
    }
    await tx
      .insertInto('mandate')
      .values({
        id,
        kind,
        principal,
        minutes,
        actor: citizen.subject,
        requested_at: at,
        ...(until === undefined
          ? { state: 'REFUSED' }
          : { state: 'ACTIVE', active_at: at, expires_at: earlier(until, at, minutes) }),
      })
      .execute()
    await appendMandateEvent(tx, { mandate: id, type: 'REQUESTED', at, actor })
    const type = until === undefined ? 'REFUSED' : 'ACTIVE'
    await appendMandateEvent(tx, { mandate: id, type, at, actor })
    return older
  })
  for (const { id: mandate } of ended) desk.changed(mandate)
}

function earlier(until: Date, at: Date, minutes: number): Date {
  return new Date(Math.min(until.getTime(), at.getTime() + minutes * 60_000))
}
