// What is done under a mandate is counted in the transaction that does it. In: a transaction, who acts and for which
// service. Throws when the mandate does not allow it now, whatever was remembered of it before.

import type { Transaction } from 'kysely'

import { refused } from './desk.ts'
import { appendMandateEvent } from './store/events.ts'
import { type MandateParty, type MandateTables, PARTY_OF } from './store/tables.ts'

export interface MandateUse {
  readonly mandate: string
  /** `sub` of the one who acts. */
  readonly actor: string
  readonly principal: string
  readonly service: string
  /** The application that is started or submitted. */
  readonly application: string
  readonly act: 'STARTED' | 'ACCEPTED'
  /** Does it use up one of the uses? */
  readonly counts: boolean
  readonly at: Date
}

/** Who acted, as a case's event tells it. */
export interface ActedBy {
  readonly party: Exclude<MandateParty, 'principal'>
  readonly office: string | null
}

/** Throws CallerError(MANDATE_REFUSED). */
export async function useMandate(
  tx: Transaction<MandateTables>,
  { mandate, actor, principal, service, application, act, counts, at }: MandateUse,
): Promise<ActedBy> {
  const row = await tx
    .selectFrom('mandate')
    .select(['kind', 'office', 'services', 'uses_left'])
    .where('id', '=', mandate)
    .where('state', '=', 'ACTIVE')
    .where('expires_at', '>', at)
    .where('actor', '=', actor)
    .where('principal', '=', principal)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw refused('MANDATE_REFUSED')
  const { kind, office, services, uses_left } = row
  if (services !== null && !services.includes(service)) throw refused('MANDATE_REFUSED')
  if (counts && uses_left !== null) {
    if (uses_left === 0) throw refused('MANDATE_REFUSED')
    await tx
      .updateTable('mandate')
      .set({ uses_left: uses_left - 1 })
      .where('id', '=', mandate)
      .execute()
  }
  const party = PARTY_OF[kind]
  const payload = { application, service, act }
  await appendMandateEvent(tx, { mandate, type: 'USED', at, actor: party, payload })
  return { party, office }
}
