// What people see of mandates: the citizen those given in their name, with all that was asked and done under each; the one
// who acts, their own. Nobody else's row is ever read: the owner stands in every query.

import type { Kysely } from 'kysely'

import { toJalaliMoment } from '../applications/promise/jalali-display.ts'
import type { MandateTable, MandateTables } from './store/tables.ts'

type Db = Kysely<MandateTables>

export interface Which {
  /** As which of the two is it read? */
  readonly by: 'principal' | 'actor'
  readonly name: string
  readonly id?: string
  readonly first: number
}

/** Newest first. */
export async function readMandates(db: Db, { by, name, id, first }: Which, now: Date) {
  let query = db.selectFrom('mandate').selectAll().where(by, '=', name)
  if (id !== undefined) query = query.where('id', '=', id)
  const rows = await query.orderBy('requested_at', 'desc').orderBy('id').limit(first).execute()
  return rows.map((row) => toMandate(row, by, now))
}

function toMandate(row: MandateRow, by: Which['by'], now: Date) {
  return {
    id: row.id,
    kind: row.kind,
    state: stateOf(row, now),
    services: row.services?.map((code) => ({ code })) ?? null,
    office: row.office,
    minutes: row.minutes,
    usesLeft: row.uses_left,
    ...momentsOf(row),
    endedBy: row.ended_by?.toUpperCase(),
    // The clerk would learn from it what was done of the same person elsewhere.
    acts: by === 'principal' ? row.id : undefined,
  }
}

type MandateRow = Pick<
  MandateTable,
  'id' | 'kind' | 'state' | 'services' | 'office' | 'minutes' | 'uses_left' | 'ended_by' | Moment
>
type Moment = 'requested_at' | 'active_at' | 'expires_at' | 'ended_at'

function momentsOf({ requested_at, active_at, expires_at, ended_at }: Pick<MandateTable, Moment>) {
  return {
    requestedAt: requested_at,
    requestedAtJalali: toJalaliMoment(requested_at),
    activeAt: active_at,
    expiresAt: expires_at,
    expiresAtJalali: expires_at && toJalaliMoment(expires_at),
    endedAt: ended_at,
  }
}

function stateOf({ state, expires_at }: Pick<MandateTable, 'state' | 'expires_at'>, now: Date) {
  return state === 'ACTIVE' && expires_at !== null && expires_at <= now ? 'EXPIRED' : state
}

/** By mandate, the newest first. */
export async function readActs(db: Db, mandates: readonly string[], first: number) {
  const rows = await db
    .selectFrom('mandate_act')
    .select(['mandate', 'at', 'operation', 'fields', 'codes'])
    .where('mandate', 'in', mandates)
    .orderBy('id', 'desc')
    .limit(first * mandates.length)
    .execute()
  return rows.map((row) => ({
    mandate: row.mandate,
    at: row.at,
    atJalali: toJalaliMoment(row.at),
    operation: row.operation,
    fields: row.fields,
    codes: codesOf(row.codes),
  }))
}

/** Applications that were started or submitted under a mandate, oldest first. */
export async function readUses(db: Db, mandate: string) {
  const rows = await db
    .selectFrom('mandate_event')
    .select(['at', 'payload'])
    .where('mandate', '=', mandate)
    .where('type', '=', 'USED')
    .orderBy('seq')
    .execute()
  return rows.map(({ at, payload }) => ({
    at,
    atJalali: toJalaliMoment(at),
    act: textIn(payload, 'act'),
    service: { code: textIn(payload, 'service') },
    application: textIn(payload, 'application'),
  }))
}

function codesOf(codes: unknown): readonly string[] {
  return typeof codes === 'object' && codes !== null ? Object.keys(codes) : []
}

function textIn(value: unknown, name: string): string {
  const text: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof text === 'string' ? text : ''
}
