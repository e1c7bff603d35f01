// In: a realm and what a client asks about assurance. Out: which level (Keycloak's LoA: 1 password, 2 password and
// one-time code) must be reached, which one a session has now, and what it is called (`acr`).
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { parseJson } from '../parse-json.ts'
import type { LiveClient } from '../realm/realm-types.ts'
import type { UserSession } from '../realm/user-sessions.ts'

export const PASSWORD = 1
export const ONE_TIME_CODE = 2

const LoaMap = Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()]))
const Steps = Type.Array(
  Type.Object({ config: Type.Optional(Type.Record(Type.String(), Type.Unknown())) }),
)

export interface AssuranceRealm {
  readonly settings: { readonly attributes: Readonly<Record<string, string>> }
}

export interface AssuranceRequest {
  /** `acr_values`, parted by spaces. */
  readonly acrValues: string | undefined
  /** `claims.id_token.acr` (OpenID Connect Core §5.5.1.1). */
  readonly claim: { essential?: boolean; value?: string; values?: readonly string[] } | undefined
}

/** Names to levels, by attribute `acr.loa.map`; the client's own goes before the realm's. */
export function levelsOf(realm: AssuranceRealm, client?: LiveClient): ReadonlyMap<string, number> {
  const text = client?.attributes['acr.loa.map'] ?? realm.settings.attributes['acr.loa.map']
  const map = parseJson(text)
  if (!Value.Check(LoaMap, map)) return new Map()
  return new Map(Object.entries(map).map(([name, level]) => [name, Number(level)]))
}

export function nameOfLevel(level: number, realm: AssuranceRealm, client?: LiveClient): string {
  const named = [...levelsOf(realm, client)].find(([, other]) => other === level)
  return named?.[0] ?? String(level)
}

/**
 * The lowest of the levels that would do, as Keycloak reads them, but never below the client's `minimum.acr.value`. An
 * unknown name is passed over; undefined when it is an essential claim and none of its names is known.
 */
export function requiredLevel(
  realm: AssuranceRealm,
  client: LiveClient,
  request: AssuranceRequest,
): number | undefined {
  const names = levelsOf(realm, client)
  const levelOf = (name: string): number | undefined =>
    names.get(name) ?? (/^[0-9]$/.test(name) ? Number(name) : undefined)
  const floor = levelOf(client.attributes['minimum.acr.value'] ?? '') ?? PASSWORD
  const asked = askedNames(client, request)
  const levels = asked.map(levelOf).filter((level) => level !== undefined)
  if (levels.length === 0 && request.claim?.essential === true && asked.length > 0) return undefined
  return Math.max(floor, levels.length === 0 ? PASSWORD : Math.min(...levels))
}

function askedNames(client: LiveClient, { acrValues, claim }: AssuranceRequest): string[] {
  const claimed = claim?.value === undefined ? [...(claim?.values ?? [])] : [claim.value]
  if (claim?.essential === true && claimed.length > 0) return claimed
  const asked = [...(acrValues?.split(' ') ?? []), ...claimed].filter((name) => name !== '')
  if (asked.length > 0) return asked
  return (client.attributes['default.acr.values'] ?? '').split('##').filter((name) => name !== '')
}

/** How long a level holds, in milliseconds, by `loa-max-age` of the realm's authenticator configurations. */
function maxAgeMs(settings: object, level: number): number {
  const configs: unknown = Reflect.get(settings, 'authenticatorConfig')
  if (!Value.Check(Steps, configs)) return Infinity
  const config = configs.find((step) => step.config?.['loa-condition-level'] === String(level))
  const seconds = Number(config?.config?.['loa-max-age'] ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : Infinity
}

/** The highest level that has not run out; 0 when all have. A level holds only as long as those below it. */
export function currentLevel(settings: object, session: UserSession, nowMs: number): number {
  const holds = (level: number): boolean => {
    const reachedMs = session.levels.get(level)
    return reachedMs !== undefined && nowMs - reachedMs < maxAgeMs(settings, level)
  }
  if (!holds(PASSWORD)) return 0
  return holds(ONE_TIME_CODE) ? ONE_TIME_CODE : PASSWORD
}
