// What happened to a mandate, in order, each event hashed together with the one before. Payloads hold facts: never a code, a
// national id or a mobile number.

import type { Kysely, Transaction } from 'kysely'

import { hashOf } from '../../applications/ledger/canonical.ts'
import { type ChainFault, faultIn } from '../../applications/ledger/chain.ts'
import type { MandateParty, MandateTables } from './tables.ts'

export interface MandateEvent {
  readonly mandate: string
  readonly type: 'REQUESTED' | 'CODE_MADE' | 'WRONG_CODE' | 'ACTIVE' | 'USED' | 'ENDED' | 'REFUSED'
  readonly at: Date
  readonly actor: MandateParty
  readonly payload?: Readonly<Record<string, unknown>>
}

/** The mandate's row must exist; it is locked here until the transaction ends. */
export async function appendMandateEvent(
  tx: Transaction<MandateTables>,
  { payload = {}, ...event }: MandateEvent,
): Promise<void> {
  const { event_count, event_head } = await tx
    .selectFrom('mandate')
    .select(['event_count', 'event_head'])
    .where('id', '=', event.mandate)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const chained = { ...event, payload, seq: event_count + 1, previous_hash: event_head }
  const hash = hashOf(toHashed(chained))
  await tx
    .insertInto('mandate_event')
    .values({ ...chained, payload: JSON.stringify(payload), hash })
    .execute()
  await tx
    .updateTable('mandate')
    .set({ event_count: chained.seq, event_head: hash })
    .where('id', '=', event.mandate)
    .execute()
}

export interface MandateFault extends ChainFault {
  readonly mandate: string
}

/** Every broken chain: an event changed, missing, added or cut off. Empty when all is as it was written. */
export async function verifyMandateEvents(
  db: Kysely<MandateTables>,
): Promise<readonly MandateFault[]> {
  return (
    db
      .transaction()
      // Heads and chains are of one moment: an event added in between would look like a forged one.
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        const heads = await tx
          .selectFrom('mandate')
          .select(['id', 'event_count', 'event_head'])
          .execute()
        const events = await tx.selectFrom('mandate_event').selectAll().orderBy('seq').execute()
        const byMandate = Map.groupBy(events, ({ mandate }) => mandate)
        return heads.flatMap((head) => {
          const fault = faultIn(byMandate.get(head.id) ?? [], head, (each) =>
            hashOf(toHashed(each)),
          )
          return fault === undefined ? [] : [{ mandate: head.id, ...fault }]
        })
      })
  )
}

interface Hashed {
  readonly mandate: string
  readonly seq: number
  readonly type: string
  readonly at: Date
  readonly actor: string
  readonly payload: unknown
  readonly previous_hash: string
}

function toHashed({ mandate, seq, type, at, actor, payload, previous_hash }: Hashed) {
  return { mandate, seq, type, at: at.toISOString(), actor, payload, previous_hash }
}
