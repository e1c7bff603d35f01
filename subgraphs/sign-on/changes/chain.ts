// The record of changes as a chain: each event is hashed together with the one before, so that whoever alters, removes or
// inserts one breaks all that follow.

import { type Kysely, sql, type Transaction } from 'kysely'

import { hashOf } from '../../applications/ledger/canonical.ts'
import type { Stage, Tables } from './tables.ts'

export interface ChangeEvent {
  readonly change: string
  readonly stage: Stage
  readonly at: Date
  readonly facts: Readonly<Record<string, unknown>>
  readonly agency: string | null
}

export interface ChainFault {
  readonly seq: number
  readonly message: string
}

export async function appendEvent(db: Kysely<Tables>, event: ChangeEvent): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const head = await tx
      .selectFrom('change_head')
      .select(['seq', 'hash'])
      .forUpdate()
      .executeTakeFirstOrThrow()
    const seq = Number(head.seq) + 1
    const hash = hashOf(toHashed({ ...event, seq, previous_hash: head.hash }))
    await tx
      .insertInto('change_event')
      .values({ ...event, facts: JSON.stringify(event.facts), seq, previous_hash: head.hash, hash })
      .execute()
    await tx.updateTable('change_head').set({ seq, hash }).execute()
  })
}

const PAGE = 500

/** The first broken link, or undefined: changed, missing, added or cut off. */
export function verifyChain(db: Kysely<Tables>): Promise<ChainFault | undefined> {
  return (
    db
      .transaction()
      // Head and chain are of one moment: an event added in between would look like a forged one.
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        let last: Link = { seq: 0, hash: '' }
        for (;;) {
          const found = await followPage(tx, last)
          if ('message' in found) return found
          if (found.seq === last.seq) return endsAtHead(tx, last)
          last = found
        }
      })
  )
}

interface Link {
  readonly seq: number
  readonly hash: string
}

/** The last link of the next page; the given one at the end. */
async function followPage(tx: Transaction<Tables>, after: Link): Promise<Link | ChainFault> {
  const rows = await tx
    .selectFrom('change_event')
    .selectAll()
    .where(sql<boolean>`seq > ${after.seq}`)
    .orderBy('seq')
    .limit(PAGE)
    .execute()
  let last = after
  for (const row of rows) {
    const seq = Number(row.seq)
    const expected = last.seq + 1
    if (seq !== expected) return { seq: expected, message: 'an event is missing' }
    if (row.previous_hash !== last.hash) {
      return { seq, message: 'does not follow the event before it' }
    }
    if (hashOf(toHashed({ ...row, seq })) !== row.hash) {
      return { seq, message: 'was changed after it was written' }
    }
    last = { seq, hash: row.hash }
  }
  return last
}

async function endsAtHead(tx: Transaction<Tables>, last: Link): Promise<ChainFault | undefined> {
  const head = await tx.selectFrom('change_head').select(['seq', 'hash']).executeTakeFirst()
  if (head !== undefined && Number(head.seq) === last.seq && head.hash === last.hash) {
    return undefined
  }
  return { seq: last.seq, message: 'the chain does not end where its head says' }
}

interface Hashed extends Omit<ChangeEvent, 'facts'> {
  readonly seq: number
  readonly facts: unknown
  readonly previous_hash: string
}

function toHashed({ seq, change, stage, at, facts, agency, previous_hash }: Hashed) {
  return { seq, change, stage, at: at.toISOString(), facts, agency, previous_hash }
}
