// The claims of a verified token in, the caller out.

import type { Actor, Caller, CallerKind } from '../../schema/caller.ts'
import { CallerError } from '../../schema/errors.ts'

type Claims = Readonly<Record<string, unknown>>

/** `audience` names whose client roles count beside the realm roles; those of other clients mean nothing here. */
export function callerOf(claims: Claims, audience: string | undefined): Caller {
  const roles = new Set(textsOf(member(claims['realm_access'], 'roles')))
  if (audience !== undefined) {
    const own = member(member(claims['resource_access'], audience), 'roles')
    for (const role of textsOf(own)) roles.add(role)
  }
  const clientId = text(claims['azp']) ?? text(claims['client_id']) ?? ''
  const { exp } = claims
  return Object.freeze({
    kind: kindOf(claims, roles),
    subject: text(claims['sub']) ?? clientId,
    clientId,
    nationalId: text(claims['national_id']),
    mobile: text(claims['phone_number']),
    roles,
    scopes: new Set((text(claims['scope']) ?? '').split(' ').filter((scope) => scope !== '')),
    ...sessionOf(claims),
    ...actingOf(claims),
    ...(claims['act'] === undefined ? {} : { actor: actorOf(claims['act'], clientId) }),
    ...(typeof exp === 'number' ? { expiresAtMs: exp * 1000 } : {}),
  })
}

/** Only what is said; a text that is none is nothing. */
function sessionOf(claims: Claims): Pick<Caller, 'sessionId' | 'acr' | 'authTimeMs'> {
  const sessionId = text(claims['sid'])
  const acr = text(claims['acr'])
  const { auth_time: authTime } = claims
  return {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(acr === undefined ? {} : { acr }),
    ...(Number.isSafeInteger(authTime) ? { authTimeMs: Number(authTime) * 1000 } : {}),
  }
}

/** By what right a clerk, or whoever has exchanged a token, acts for another; gateway/auth/acting.ts decides what it is worth. */
function actingOf(claims: Claims): Pick<Caller, 'officeId' | 'mandateId'> {
  const officeId = text(claims['counter_office'])
  const mandateId = text(claims['mandate_id'])
  return {
    ...(officeId === undefined ? {} : { officeId }),
    ...(mandateId === undefined ? {} : { mandateId }),
  }
}

/**
 * Whoever acts now (RFC 8693 §4.1). Those who acted before them stand within and are told for information only. One who
 * cannot be told would leave the subject acting alone.
 */
function actorOf(act: unknown, clientId: string): Actor {
  const client = text(member(act, 'client_id')) ?? text(member(act, 'azp'))
  const subject = text(member(act, 'sub')) ?? client
  if (subject === undefined) {
    throw new CallerError('UNAUTHENTICATED', 'The token does not say who acts.')
  }
  const roles = textsOf(member(member(act, 'realm_access'), 'roles'))
  const isMachine = subject === client || roles.includes('agency')
  return Object.freeze({
    subject,
    clientId: client ?? clientId,
    kind: isMachine ? 'agency' : 'staff',
  })
}

function kindOf(claims: Claims, roles: ReadonlySet<string>): CallerKind {
  if (roles.has('citizen') && text(claims['national_id']) !== undefined) return 'citizen'
  if (roles.has('staff')) return 'staff'
  if (roles.has('agency') || isServiceAccount(claims)) return 'agency'
  throw new CallerError('UNAUTHENTICATED', 'The token belongs to no citizen, staff or agency.')
}

/** Keycloak names the user behind client credentials `service-account-…`; RFC 9068 §2.2 puts the client itself in `sub`. */
function isServiceAccount(claims: Claims): boolean {
  const client = text(claims['client_id']) ?? text(claims['azp'])
  const name = text(claims['preferred_username']) ?? ''
  return (client !== undefined && claims['sub'] === client) || name.startsWith('service-account-')
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
