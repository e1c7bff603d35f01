// Who started and who submitted an application, so that a citizen sees what was done in their name.

import type { Kysely } from 'kysely'

import { toJalaliMoment } from './promise/jalali-display.ts'
import type { Actor, Tables } from './store/tables.ts'

/** By application, oldest first. */
export async function readActs(db: Kysely<Tables>, applications: readonly string[]) {
  const events = await db
    .selectFrom('case_event')
    .select(['application', 'type', 'at', 'actor', 'payload'])
    .where('application', 'in', applications)
    .orderBy('seq')
    .execute()
  const acts = events.map(({ application, type, at, actor, payload }) => ({
    application,
    act: type,
    at,
    atJalali: toJalaliMoment(at),
    by: BY[actor],
    ...mandateIn(payload),
  }))
  return Map.groupBy(acts, ({ application }) => application)
}

const BY = {
  citizen: 'CITIZEN',
  staff: 'STAFF',
  agency: 'AGENCY',
  system: 'SYSTEM',
  counter: 'COUNTER',
  guardian: 'GUARDIAN',
  officer: 'OFFICER',
} as const satisfies Record<Actor, string>

function mandateIn(payload: unknown): { mandate: string | null; office: string | null } {
  const mandate = memberOf(payload, 'mandate')
  const [id, office] = [memberOf(mandate, 'id'), memberOf(mandate, 'office')]
  return {
    mandate: typeof id === 'string' ? id : null,
    office: typeof office === 'string' ? office : null,
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
