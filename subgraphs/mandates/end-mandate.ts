// A mandate ends when the one who gave it or the one who acts by it wishes so. At once here and at copies that are told; others
// know within the seconds that they remember a mandate, and whatever is stored asks the database in the same transaction.

import type { Caller } from '../../schema/caller.ts'
import { type Desk, isMandateId, refused } from './desk.ts'
import { appendMandateEvent } from './store/events.ts'
import { type MandateParty, PARTY_OF } from './store/tables.ts'

/** Throws CallerError: MANDATE_REFUSED for what is not the caller's to end, in the same words as for what is not there. */
export async function endMandate(desk: Desk, caller: Caller, id: string): Promise<void> {
  const { subject, nationalId, kind, actor: acting } = caller
  if (kind === 'anonymous') throw refused('UNAUTHENTICATED')
  if (acting !== undefined || subject === '' || !isMandateId(id)) throw refused('MANDATE_REFUSED')
  const at = new Date(desk.now())
  const isEnded = await desk.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('mandate')
      .select(['kind', 'actor', 'principal'])
      .where('id', '=', id)
      .where('state', 'in', ['REQUESTED', 'ACTIVE'])
      .forUpdate()
      .executeTakeFirst()
    const isPrincipal = row !== undefined && kind === 'citizen' && row.principal === nationalId
    if (row === undefined || (!isPrincipal && row.actor !== subject)) return false
    const by = isPrincipal ? 'principal' : 'actor'
    const party: MandateParty = isPrincipal ? 'principal' : PARTY_OF[row.kind]
    await tx
      .updateTable('mandate')
      .set({ state: 'ENDED', ended_at: at, ended_by: by, code_hash: null })
      .where('id', '=', id)
      .execute()
    await appendMandateEvent(tx, { mandate: id, type: 'ENDED', at, actor: party, payload: { by } })
    return true
  })
  desk.changed(id)
  if (!isEnded) throw refused('MANDATE_REFUSED')
}

/** A citizen who forbids new ones still gets no message, whoever asks; what is active goes on until it is ended. */
export async function forbidMandates(
  desk: Desk,
  principal: string,
  forbidden: boolean,
): Promise<void> {
  const { db } = desk
  if (!forbidden) {
    await db.deleteFrom('mandate_ban').where('principal', '=', principal).execute()
    return
  }
  const since = new Date(desk.now())
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('mandate_ban')
      .values({ principal, since })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    // A code that is on its way is good for nothing any more.
    await tx
      .updateTable('mandate')
      .set({ code_hash: null })
      .where('principal', '=', principal)
      .where('state', '=', 'REQUESTED')
      .execute()
  })
}
