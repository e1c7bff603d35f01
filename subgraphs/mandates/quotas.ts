// How much of their share somebody has used up. The share is locked for the transaction, so that two requests at once
// cannot both take the last of it.

import { sql, type Transaction } from 'kysely'

import { refused } from './desk.ts'
import { DAY_MS, LIMITS } from './limits.ts'
import type { MandateTables } from './store/tables.ts'

type Tx = Transaction<MandateTables>

interface Share {
  readonly kind: 'actor' | 'office' | 'principal'
  readonly of: string
}

/** In one order for everybody, or two transactions could wait for each other. */
export async function lockShares(tx: Tx, shares: readonly Share[]): Promise<void> {
  for (const { kind, of } of shares.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`mandate ${kind} ${of}`}, 0))`.execute(
      tx,
    )
  }
}

function keyOf({ kind, of }: Share): string {
  return `${kind} ${of}`
}

/** Throws MANDATE_REFUSED when the clerk or the office has asked too often. */
export async function refuseBusyClerk(
  tx: Tx,
  { subject, office }: { subject: string; office: string },
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - DAY_MS)
  const { clerk, whole, open } = await tx
    .selectFrom('mandate')
    .select(({ fn }) => [
      fn.countAll<string>().filterWhere('actor', '=', subject).as('clerk'),
      fn.countAll<string>().filterWhere('office', '=', office).as('whole'),
      fn
        .countAll<string>()
        .filterWhere('actor', '=', subject)
        .filterWhere('state', '=', 'REQUESTED')
        .filterWhere('code_expires_at', '>', now)
        .as('open'),
    ])
    .where('kind', '=', 'COUNTER')
    .where('requested_at', '>', since)
    .where((where) => where.or([where('actor', '=', subject), where('office', '=', office)]))
    .executeTakeFirstOrThrow()
  if (Number(open) >= LIMITS.openRequests) {
    throw refused('MANDATE_REFUSED', 'Too many requests wait for their code: finish one first.')
  }
  if (Number(clerk) >= LIMITS.requestsOfClerk || Number(whole) >= LIMITS.requestsOfOffice) {
    throw refused('MANDATE_REFUSED', 'The requests of this day are used up.')
  }
}

/** May the citizen get a code, as far as they wish and have not had too many? */
export async function mayGetCode(tx: Tx, principal: string, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - DAY_MS)
  const banned = await tx
    .selectFrom('mandate_ban')
    .select('principal')
    .where('principal', '=', principal)
    .executeTakeFirst()
  // Those that went out: by naming wrong numbers a clerk must not be able to use up what a citizen needs at another desk.
  const { codes } = await tx
    .selectFrom('mandate_event as e')
    .innerJoin('mandate as m', 'm.id', 'e.mandate')
    .select(({ fn }) => fn.countAll<string>().as('codes'))
    .where('m.principal', '=', principal)
    .where('e.type', '=', 'CODE_MADE')
    .where('m.requested_at', '>', since)
    .where(sql<boolean>`e.payload -> 'sent' = 'true'::jsonb`)
    .executeTakeFirstOrThrow()
  return banned === undefined && Number(codes) < LIMITS.codesOfCitizen
}

/** Throws MANDATE_REFUSED when a citizen has asked too often to act for others. */
export async function refuseBusyCitizen(tx: Tx, subject: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - DAY_MS)
  const { asks } = await tx
    .selectFrom('mandate')
    .select(({ fn }) => fn.countAll<string>().as('asks'))
    .where('actor', '=', subject)
    .where('kind', '<>', 'COUNTER')
    .where('requested_at', '>', since)
    .executeTakeFirstOrThrow()
  if (Number(asks) < LIMITS.asksOfCitizen) return
  throw refused('MANDATE_REFUSED', 'The asks of this day are used up.')
}
