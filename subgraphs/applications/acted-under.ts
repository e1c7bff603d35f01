// How an event of a case tells who did it. Under a mandate the use is counted here, in the transaction of the act itself.

import type { Transaction } from 'kysely'

import { type MandateUse, useMandate } from '../mandates/use-mandate.ts'
import type { Applicant } from './acting.ts'
import type { Actor, Tables } from './store/tables.ts'

interface Act extends Pick<MandateUse, 'service' | 'application' | 'act' | 'counts' | 'at'> {
  readonly applicant: Applicant
}

export interface Acted {
  readonly actor: Actor
  /** For the event's payload. */
  readonly told: { readonly mandate?: { readonly id: string; readonly office: string | null } }
}

/** Throws CallerError(MANDATE_REFUSED) when the mandate does not allow it now. */
export async function actedUnder(
  tx: Transaction<Tables>,
  { applicant, ...act }: Act,
): Promise<Acted> {
  const { nationalId, acting } = applicant
  if (acting === undefined) return { actor: 'citizen', told: {} }
  const { mandate, actor } = acting
  const { party, office } = await useMandate(tx, { ...act, mandate, actor, principal: nationalId })
  return { actor: party, told: { mandate: { id: mandate, office } } }
}

/** Was it started under the same mandate? Then its submission is part of the same use. */
export async function isStartedUnder(
  tx: Transaction<Tables>,
  application: string,
  mandate: string,
): Promise<boolean> {
  const started = await tx
    .selectFrom('case_event')
    .select('payload')
    .where('application', '=', application)
    .where('seq', '=', 1)
    .executeTakeFirst()
  const payload: unknown = started?.payload
  const told: unknown =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'mandate') : undefined
  return typeof told === 'object' && told !== null && Reflect.get(told, 'id') === mandate
}
