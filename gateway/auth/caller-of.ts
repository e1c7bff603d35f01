// The claims of a verified token in, the caller out.

import type { JWTPayload } from 'jose'

import type { Caller, CallerKind } from '../../schema/caller.ts'
import { CallerError } from '../../schema/errors.ts'

/** `audience` names whose client roles count beside the realm roles; those of other clients mean nothing here. */
export function callerOf(claims: JWTPayload, audience: string | undefined): Caller {
  const roles = new Set(textsOf(member(claims['realm_access'], 'roles')))
  if (audience !== undefined) {
    const own = member(member(claims['resource_access'], audience), 'roles')
    for (const role of textsOf(own)) roles.add(role)
  }
  const clientId = text(claims['azp']) ?? text(claims['client_id']) ?? ''
  const nationalId = text(claims['national_id'])
  return Object.freeze({
    kind: kindOf(claims, roles),
    subject: claims.sub ?? clientId,
    clientId,
    nationalId,
    mobile: text(claims['phone_number']),
    roles,
    scopes: new Set((text(claims['scope']) ?? '').split(' ').filter((scope) => scope !== '')),
    ...(claims.exp === undefined ? {} : { expiresAtMs: claims.exp * 1000 }),
  })
}

function kindOf(claims: JWTPayload, roles: ReadonlySet<string>): CallerKind {
  if (roles.has('citizen') && text(claims['national_id']) !== undefined) return 'citizen'
  if (roles.has('staff')) return 'staff'
  if (roles.has('agency') || isServiceAccount(claims)) return 'agency'
  throw new CallerError('UNAUTHENTICATED', 'The token belongs to no citizen, staff or agency.')
}

/** Keycloak names the user behind client credentials `service-account-…`; RFC 9068 §2.2 puts the client itself in `sub`. */
function isServiceAccount(claims: JWTPayload): boolean {
  const client = text(claims['client_id']) ?? text(claims['azp'])
  const name = text(claims['preferred_username']) ?? ''
  return (client !== undefined && claims.sub === client) || name.startsWith('service-account-')
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : []
}
