// Every change at the sign-on leaves two events: what somebody is about to do and why, then what became of it. Nothing is
// changed unless the first is stored. Names of what changed, never values.

import { randomUUID } from 'node:crypto'

import type { Kysely } from 'kysely'

import type { RequestContext } from '../../../schema/context.ts'
import { CallerError, ServiceError, SystemError } from '../../../schema/errors.ts'
import type { Log } from '../../../schema/log.ts'
import { refusal } from '../refusal.ts'
import { appendEvent } from './chain.ts'
import type { Stage, Tables } from './tables.ts'

export type TargetKind = 'CLIENT' | 'USER' | 'SESSION' | 'IDENTITY_PROVIDER' | 'KEY' | 'REALM'

export interface Change {
  /** The name of the mutation. */
  readonly action: string
  readonly target: { readonly kind: TargetKind; readonly id: string }
  /** Whose the target is, if an agency's. */
  readonly agency: string | undefined
  /** The realm role by which it is done; `self` for one's own account. */
  readonly role: string
  /** Names of what is set, roles included, for a role's name is what is granted. */
  readonly fields: readonly string[]
  readonly reason: string
}

export interface Recorder {
  readonly db: Kysely<Tables>
  readonly log: Log
  readonly now: () => number
}

/** The change's id and what the work gave. Throws what the work throws, after it was recorded. */
export async function recordChange<Result>(
  recorder: Recorder,
  context: RequestContext,
  change: Change,
  work: () => Promise<Result>,
): Promise<{ readonly change: string; readonly result: Result }> {
  const id = randomUUID()
  await storeIntent(recorder, context, { id, change })
  try {
    const result = await work()
    await storeOutcome(recorder, id, { stage: 'DONE', agency: change.agency })
    return { change: id, result }
  } catch (error) {
    await storeOutcome(recorder, id, { ...outcomeOf(error), agency: change.agency })
    throw error
  }
}

async function storeIntent(
  { db, log, now }: Recorder,
  { caller, requestId }: RequestContext,
  { id, change }: { id: string; change: Change },
): Promise<void> {
  const { agency, ...told } = change
  const facts = {
    ...told,
    subject: caller.subject,
    client: caller.clientId,
    ...(caller.actor === undefined ? {} : { actor: caller.actor.subject }),
    requestId,
  }
  const event = { change: id, stage: 'INTENT' as const, at: new Date(now()), facts }
  try {
    await appendEvent(db, { ...event, agency: agency ?? null })
  } catch (error) {
    log.error({ requestId, code: codeOf(error) }, 'a change of the sign-on could not be recorded')
    throw new SystemError('SYSTEM_UNAVAILABLE', 'audit', {
      operation: change.action,
      notDone: true,
    })
  }
}

interface Outcome {
  readonly stage: Stage
  readonly code?: string
  readonly agency: string | undefined
}

/** What is done is done: a result that was given once (a secret) must not be lost because its outcome was not stored. */
async function storeOutcome({ db, log, now }: Recorder, change: string, outcome: Outcome) {
  const { stage, code, agency } = outcome
  const facts = code === undefined ? {} : { code }
  try {
    await appendEvent(db, { change, stage, at: new Date(now()), facts, agency: agency ?? null })
  } catch (error) {
    log.error({ change, stage, code: codeOf(error) }, 'the outcome of a change was not recorded')
  }
}

function outcomeOf(error: unknown): { stage: Stage; code: string } {
  const code = error instanceof ServiceError ? error.code : 'INTERNAL'
  if (error instanceof CallerError) return { stage: 'REFUSED', code }
  return { stage: code === 'SYSTEM_OUTCOME_UNKNOWN' ? 'UNKNOWN' : 'FAILED', code }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

const SHORTEST = 10
const LONGEST = 500

/** Why, in words. Throws CallerError INPUT_REJECTED. */
export function reasonOf(value: unknown): string {
  const text = typeof value === 'string' ? value.trim().normalize('NFC') : ''
  // Letters count: a row of dots is no reason, nor is what breaks the line or turns the order in which it is read.
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (
    letters >= SHORTEST &&
    text.length <= LONGEST &&
    !/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u.test(text)
  )
    return text
  const said = {
    en: `Give a reason: ${SHORTEST} letters at least, ${LONGEST} characters at most, in one line.`,
    fa: `دلیل را بنویسید: دست‌کم ${SHORTEST.toLocaleString('fa-IR')} حرف و حداکثر ${LONGEST.toLocaleString('fa-IR')} نویسه، در یک خط.`,
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['reason'] })
}
