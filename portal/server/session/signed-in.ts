import type { JWTPayload } from 'jose'

import type { DpopKey } from '../sign-on/dpop.ts'

/** What one session knows: plain data, kept by a SessionStore; a browser has the session's id and nothing else. */
export interface SignedIn {
  readonly accessToken: string
  readonly accessEndsAtMs: number
  /** When the tokens were got. */
  readonly renewedAtMs: number
  readonly refreshToken: string | undefined
  readonly idToken: string
  readonly subject: string
  /** The sign-on's session, by which it announces its end. */
  readonly sid: string | undefined
  readonly person: PersonShown
  /** What a page of ours must send along (`Panjareh-CSRF`). */
  readonly csrf: string
  readonly dpopKey: DpopKey | undefined
  readonly beganAtMs: number
}

/** What the page may show: no number that names a person. */
export interface PersonShown {
  readonly name: string
  readonly kind: 'citizen' | 'staff' | 'other'
  readonly roles: readonly string[]
  /** Codes for `Panjareh-Purpose` that the person holds. */
  readonly purposes: readonly string[]
  readonly acr: string | undefined
  /** Seconds since 1970. */
  readonly authTime: number | undefined
}

const SHOWN_ROLES = new Set(['citizen', 'staff'])
const PURPOSE = 'inquiry:'

export function personOf(access: JWTPayload, id: JWTPayload): PersonShown {
  const roles = rolesOf(access)
  const name = textOf(id, 'name') ?? textOf(id, 'preferred_username') ?? ''
  const authTime = id['auth_time'] ?? access['auth_time']
  return {
    name,
    kind: roles.includes('staff') ? 'staff' : roles.includes('citizen') ? 'citizen' : 'other',
    roles: roles.filter((role) => SHOWN_ROLES.has(role)),
    purposes: roles
      .filter((role) => role.startsWith(PURPOSE))
      .map((role) => role.slice(PURPOSE.length)),
    acr: textOf(id, 'acr') ?? textOf(access, 'acr'),
    authTime: typeof authTime === 'number' ? authTime : undefined,
  }
}

export function textOf(claims: JWTPayload, name: string): string | undefined {
  const value = claims[name]
  return typeof value === 'string' ? value : undefined
}

function rolesOf(claims: JWTPayload): readonly string[] {
  const access: unknown = claims['realm_access']
  const roles: unknown =
    typeof access === 'object' && access !== null ? Reflect.get(access, 'roles') : undefined
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : []
}
