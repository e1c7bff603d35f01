// What happened to an application, in order, each event hashed together with the one before. In: an event inside the
// transaction that makes it true. Out: a chain that anybody can check. Payloads hold facts and hashes, never values.

import type { Kysely, Transaction } from 'kysely'

import type { Actor, Tables } from '../store/tables.ts'
import { hashOf } from './canonical.ts'
import { type ChainHead, faultIn } from './chain.ts'

export interface CaseEvent {
  readonly application: string
  readonly type: 'STARTED' | 'ACCEPTED'
  readonly at: Date
  readonly actor: Actor
  readonly payload: Readonly<Record<string, unknown>>
}

export interface EventFault {
  readonly application: string
  readonly seq: number
  readonly message: string
}

/** The application's row must exist; it is locked here until the transaction ends. */
export async function appendEvent(tx: Transaction<Tables>, event: CaseEvent): Promise<string> {
  const { event_count, event_head } = await tx
    .selectFrom('application')
    .select(['event_count', 'event_head'])
    .where('id', '=', event.application)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const chained = { ...event, seq: event_count + 1, previous_hash: event_head }
  const hash = hashOf(toHashed(chained))
  await tx
    .insertInto('case_event')
    .values({ ...chained, payload: JSON.stringify(event.payload), hash })
    .execute()
  await tx
    .updateTable('application')
    .set({ event_count: chained.seq, event_head: hash })
    .where('id', '=', event.application)
    .execute()
  return hash
}

const PAGE = 500

/** Every broken link of every chain: changed, missing, added, cut off. Empty when all is as it was written. */
export async function verifyEvents(db: Kysely<Tables>): Promise<readonly EventFault[]> {
  const faults: EventFault[] = []
  let after: string | undefined = '00000000-0000-0000-0000-000000000000'
  while (after !== undefined) {
    const from: string = after
    const page = await db
      .transaction()
      // Head and chain are of one moment: an event added in between would look like a forged one.
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((tx) => verifyPage(tx, from))
    faults.push(...page.faults)
    after = page.last
  }
  return faults
}

async function verifyPage(
  tx: Transaction<Tables>,
  after: string,
): Promise<{ faults: EventFault[]; last: string | undefined }> {
  const heads = await tx
    .selectFrom('application')
    .select(['id', 'event_count', 'event_head'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute()
  const faults: EventFault[] = []
  for (const head of heads) faults.push(...(await verifyChain(tx, head)))
  return { faults, last: heads.at(-1)?.id }
}

interface Head extends ChainHead {
  readonly id: string
}

async function verifyChain(tx: Transaction<Tables>, head: Head): Promise<EventFault[]> {
  const events = await tx
    .selectFrom('case_event')
    .selectAll()
    .where('application', '=', head.id)
    .orderBy('seq')
    .execute()
  const fault = faultIn(events, head, (event) => hashOf(toHashed(event)))
  return fault === undefined ? [] : [{ application: head.id, ...fault }]
}

interface Hashed {
  readonly application: string
  readonly seq: number
  readonly type: string
  readonly at: Date
  readonly actor: string
  readonly payload: unknown
  readonly previous_hash: string
}

function toHashed({ application, seq, type, at, actor, payload, previous_hash }: Hashed) {
  return { application, seq, type, at: at.toISOString(), actor, payload, previous_hash }
}
