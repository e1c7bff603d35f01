// The clerk enters what the citizen reads out. In: a request and a code. Out: an active mandate, once. Every other case is
// refused in the same words: a wrong code, an old one, a request that is somebody else's, done or never was.

import type { Transaction } from 'kysely'

import { type Clerk, type Desk, isMandateId, refused } from './desk.ts'
import { LIMITS } from './limits.ts'
import { isRightCode, readCode } from './one-time-code.ts'
import { appendMandateEvent } from './store/events.ts'
import type { MandateTables } from './store/tables.ts'

/** Throws CallerError(MANDATE_REFUSED). */
export async function confirmCounter(
  desk: Desk,
  { clerk, id, code }: { clerk: Clerk; id: string; code: string },
): Promise<void> {
  const given = readCode(code)
  if (given === undefined || !isMandateId(id)) throw refused('MANDATE_REFUSED')
  // Thrown only after the commit: a try that is rolled back would be a try for nothing.
  const isActive = await desk.db
    .transaction()
    .execute((tx) => tryCode(desk, tx, { clerk, id, given }))
  desk.changed(id)
  if (!isActive) throw refused('MANDATE_REFUSED')
}

async function tryCode(
  desk: Desk,
  tx: Transaction<MandateTables>,
  { clerk, id, given }: { clerk: Clerk; id: string; given: string },
): Promise<boolean> {
  const at = new Date(desk.now())
  const row = await tx
    .selectFrom('mandate')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', 'COUNTER')
    .where('state', '=', 'REQUESTED')
    .where('actor', '=', clerk.subject)
    .where('office', '=', clerk.office)
    .where('code_expires_at', '>', at)
    .where('tries_left', '>', 0)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return false
  if (!isRightCode(desk.secret, row, given)) {
    const isLast = row.tries_left === 1 && row.codes_made >= LIMITS.codes
    await tx
      .updateTable('mandate')
      .set({ tries_left: row.tries_left - 1, ...(isLast ? { state: 'REFUSED' } : {}) })
      .where('id', '=', id)
      .execute()
    const type = isLast ? 'REFUSED' : 'WRONG_CODE'
    await appendMandateEvent(tx, { mandate: id, type, at, actor: 'counter' })
    return false
  }
  const expires_at = new Date(at.getTime() + row.minutes * 60_000)
  await tx
    .updateTable('mandate')
    .set({ state: 'ACTIVE', code_hash: null, tries_left: 0, active_at: at, expires_at })
    .where('id', '=', id)
    .execute()
  const payload = { expiresAt: expires_at.toISOString() }
  await appendMandateEvent(tx, { mandate: id, type: 'ACTIVE', at, actor: 'counter', payload })
  return true
}
