// In: whom a token speaks for and who asked for it. Out: the payload and the header of the access token, as Keycloak
// writes them. Never: a claim that no mapper of the realm asked for.
import { randomUUID } from 'node:crypto'

import type { LiveClient } from '../realm/realm-types.ts'
import { audiencesFor, type Claims, claimsFor, shownScope, type Subject } from './claims.ts'
import { algorithmOf, type Algorithm } from './keys.ts'

export interface AccessTokenFacts extends Subject {
  readonly issuer: string
  /** Seconds since 1970. */
  readonly issuedAt: number
  readonly lifespan: number
  /** Of the user session; a machine has none. */
  readonly sid?: string | undefined
  /** `cnf` members: `jkt` (RFC 9449), `x5t#S256` (RFC 8705). */
  readonly confirmation?: Readonly<Record<string, string>> | undefined
  /** Who acts for the subject (RFC 8693 §4.1). */
  readonly actor?: Readonly<Record<string, unknown>> | undefined
  /** Narrows the audience; undefined leaves it as it is. */
  readonly onlyAudiences?: readonly string[] | undefined
}

export function accessTokenPayload(facts: AccessTokenFacts): Claims {
  const { client, issuedAt, lifespan, sid, confirmation, actor, onlyAudiences } = facts
  const audiences = audiencesFor(facts).filter(
    (audience) => onlyAudiences === undefined || onlyAudiences.includes(audience),
  )
  return {
    exp: issuedAt + lifespan,
    iat: issuedAt,
    jti: randomUUID(),
    iss: facts.issuer,
    ...(audiences.length === 0 ? {} : { aud: audiences.length === 1 ? audiences[0] : audiences }),
    typ: confirmation?.['jkt'] === undefined ? 'Bearer' : 'DPoP',
    azp: client.clientId,
    ...(sid === undefined ? {} : { sid }),
    scope: shownScope(facts),
    ...(confirmation === undefined ? {} : { cnf: { ...confirmation } }),
    ...(actor === undefined ? {} : { act: actor }),
    ...claimsFor(facts, 'access.token.claim'),
  }
}

export function accessTokenHeaderType(client: LiveClient): 'JWT' | 'at+jwt' {
  return client.attributes['access.token.header.type.rfc9068'] === 'true' ? 'at+jwt' : 'JWT'
}

export function accessTokenAlgorithm(client: LiveClient, realmDefault: string): Algorithm {
  return algorithmOf(client.attributes['access.token.signed.response.alg'], realmDefault)
}

/** Seconds. */
export function accessTokenLifespan(client: LiveClient, usual: number): number {
  const own = Number(client.attributes['access.token.lifespan'])
  return Number.isInteger(own) && own > 0 ? own : usual
}
