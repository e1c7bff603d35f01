// How surely and how lately a person signed in, and whether that will do (RFC 9470). Decided with the clock of each request:
// a sign-in grows old while its token is good.

import type { Caller } from '../../schema/caller.ts'

export interface Assurance {
  /** Name of the level, as the sign-on and its clients say it. */
  readonly acr: string
  /** Its place in the order of levels. */
  readonly level: number
  readonly maxAgeS: number | undefined
}

/** Lowest first; `acr` values of the sign-on. */
export type AssuranceLevels = readonly string[]

/** The place of a level. One that nobody knows is above all. */
export function levelOf(acr: string, levels: AssuranceLevels): number {
  const at = levels.indexOf(acr)
  return at === -1 ? Number.POSITIVE_INFINITY : at
}

export function strictest(demands: readonly (Assurance | undefined)[]): Assurance | undefined {
  let found: Assurance | undefined
  for (const one of demands) {
    if (one === undefined) continue
    if (found === undefined) found = one
    const higher = one.level > found.level ? one : found
    found = { acr: higher.acr, level: higher.level, maxAgeS: lesser(found.maxAgeS, one.maxAgeS) }
  }
  return found
}

function lesser(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}

/** Clocks of the sign-on and of the gateway differ. */
const SKEW_MS = 5000

/** For one who acts for the caller the token's own: who acts is who signed in. */
export function isAssured(
  caller: Caller,
  { level, maxAgeS }: Assurance,
  levels: AssuranceLevels,
  nowMs: number,
): boolean {
  if (isMachine(caller)) return true
  if (caller.acr === undefined || levels.indexOf(caller.acr) < level) return false
  if (maxAgeS === undefined) return true
  const { authTimeMs } = caller
  return authTimeMs !== undefined && nowMs - authTimeMs <= maxAgeS * 1000 + SKEW_MS
}

/** Client credentials have neither a session nor a time of sign-in; who acts for a person is a person. */
function isMachine({ kind, sessionId, authTimeMs, actor }: Caller): boolean {
  return (
    kind === 'agency' && sessionId === undefined && authTimeMs === undefined && actor === undefined
  )
}
