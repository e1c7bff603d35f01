// What was changed, by whom, why and with what result, newest first.

import { type Kysely, sql } from 'kysely'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { invariant } from '../../../schema/errors.ts'
import type { Reach } from '../reach.ts'
import type { Stage, Tables } from './tables.ts'

const Facts = Type.Object({
  action: Type.String(),
  target: Type.Object({ kind: Type.String(), id: Type.String() }),
  role: Type.String(),
  fields: Type.Array(Type.String()),
  reason: Type.String(),
  subject: Type.String(),
  client: Type.String(),
  actor: Type.Optional(Type.String()),
  requestId: Type.String(),
})

export interface Asked {
  readonly reach: Reach
  readonly first: number
  /** Events before this number. */
  readonly before: number | undefined
}

export async function readChanges(db: Kysely<Tables>, { reach, first, before }: Asked) {
  let query = db
    .selectFrom('change_event')
    .select(['seq', 'change', 'at', 'agency', 'facts'])
    .where('stage', '=', 'INTENT')
  if (before !== undefined) query = query.where(sql<boolean>`seq < ${before}`)
  if (!reach.all) query = query.where('agency', 'in', [...reach.agencies])
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(first + 1)
    .execute()
  const shown = rows.slice(0, first)
  const outcomes = await readOutcomes(
    db,
    shown.map(({ change }) => change),
  )
  return {
    nodes: shown.map((row) => toChange(row, outcomes.get(row.change))),
    next: rows.length > first ? shown.at(-1)?.seq : undefined,
  }
}

interface Outcome {
  readonly stage: Stage
  readonly facts: unknown
  readonly at: Date
}

async function readOutcomes(
  db: Kysely<Tables>,
  changes: readonly string[],
): Promise<ReadonlyMap<string, Outcome>> {
  if (changes.length === 0) return new Map()
  const rows = await db
    .selectFrom('change_event')
    .select(['change', 'stage', 'facts', 'at'])
    .where('change', 'in', changes)
    .where('stage', '!=', 'INTENT')
    .execute()
  return new Map(rows.map((row) => [row.change, row]))
}

interface Intent {
  readonly seq: string
  readonly change: string
  readonly at: Date
  readonly agency: string | null
  readonly facts: unknown
}

function toChange({ seq, change, at, agency, facts }: Intent, outcome: Outcome | undefined) {
  invariant(Value.Check(Facts, facts), 'an intent has the facts that were stored with it')
  return {
    seq,
    id: change,
    at: at.toISOString(),
    agency,
    action: facts.action,
    targetKind: facts.target.kind,
    targetId: facts.target.id,
    role: facts.role,
    fields: facts.fields,
    reason: facts.reason,
    subject: facts.subject,
    client: facts.client,
    actor: facts.actor,
    requestId: facts.requestId,
    // An intent without an outcome: the process ended in between, or the database did.
    outcome: outcome?.stage ?? 'UNKNOWN',
    code: codeIn(outcome?.facts),
    endedAt: outcome?.at.toISOString(),
  }
}

function codeIn(facts: unknown): string | undefined {
  const code: unknown = typeof facts === 'object' && facts !== null && Reflect.get(facts, 'code')
  return typeof code === 'string' ? code : undefined
}
