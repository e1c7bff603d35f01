// In: a token that the provider is about to write. Out: the same token in Keycloak's shape: header, claims, audience.
import { randomUUID } from 'node:crypto'

import type {
  AccessToken,
  ClientCredentials,
  Configuration,
  KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'

import { invariant } from '../../../../schema/errors.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import { sourceOf } from '../sign-in/join-session.ts'
import { accessTokenHeaderType, accessTokenLifespan, accessTokenPayload } from './access-token.ts'
import { type Claims, claimsFor, type Subject, subjectFor } from './claims.ts'

/** What was written into the access token of an answer, for the answer's other members. */
const written = new WeakMap<object, Claims>()

export function writtenFor(ctx: object): Claims | undefined {
  return written.get(ctx)
}

export function accessTokenShape(
  realm: LiveRealm,
  issuer: string,
): NonNullable<Configuration['formats']> {
  return {
    customizers: {
      jwt: (ctx, token, parts) => {
        const subject = subjectOf(realm, ctx, token)
        invariant(subject !== undefined, 'a token has a client and a user')
        const payload = accessTokenPayload({
          ...subject,
          issuer,
          issuedAt: Math.floor(realm.now() / 1000),
          lifespan: lifespanOf(realm, subject, token),
          ...('sessionUid' in token ? { sid: token.sessionUid } : {}),
          confirmation: confirmationOf(token),
        })
        written.set(ctx, payload)
        // The provider wants an audience, Keycloak none for a client that has no audience mapper: one that is not written.
        if (payload['aud'] === undefined) {
          Object.defineProperty(payload, 'aud', {
            value: issuer,
            enumerable: false,
            writable: true,
          })
        }
        Object.assign(parts, { header: { typ: accessTokenHeaderType(subject.client) }, payload })
      },
    },
  }
}

/** ID tokens with the claims of Keycloak's mappers; the provider's own way knows only claims named at the start. */
export function shapeIdTokens(provider: Provider, realm: LiveRealm): void {
  const { prototype } = provider.IdToken
  const before: unknown = Reflect.get(prototype, 'payload')
  invariant(typeof before === 'function', 'the provider writes ID tokens by a method')
  const payload = async function payload(this: object): Promise<object> {
    const claims: unknown = await Reflect.apply(before, this, [])
    const ctx: unknown = Reflect.get(this, 'ctx')
    return Object.assign({}, claims, idTokenClaims(realm, ctx))
  }
  Reflect.set(prototype, 'payload', payload)
}

function idTokenClaims(realm: LiveRealm, ctx: unknown): Claims {
  if (!isContext(ctx)) return {}
  const source = sourceOf(ctx)
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  const user = realm.users.get(source?.accountId ?? '')
  if (source === undefined || client === undefined || user === undefined) return {}
  const subject: Subject = { realm, client, user, ...sessionFacts(ctx) }
  return {
    ...claimsFor(subject, 'id.token.claim'),
    sub: subjectFor(subject),
    jti: randomUUID(),
    typ: 'ID',
    azp: client.clientId,
    sid: source.sessionUid,
  }
}

/** Whom a token speaks for: the person who signed in, or the client's service account. */
function subjectOf(
  realm: LiveRealm,
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Subject | undefined {
  const client = realm.clients.byName(token.clientId ?? '')
  if (client === undefined) return undefined
  const user =
    'accountId' in token
      ? realm.users.get(token.accountId)
      : realm.serviceAccountOf(client.clientId)
  if (user === undefined) return undefined
  const facts = 'accountId' in token ? sessionFacts(ctx) : { scope: token.scope ?? '' }
  return { realm, client, user, ...facts, scope: token.scope ?? facts.scope }
}

function sessionFacts(ctx: KoaContextWithOIDC) {
  const source = sourceOf(ctx)
  return {
    scope: source?.scope ?? '',
    acr: source?.acr,
    amr: source?.amr,
    authTime: source?.authTime,
  }
}

/** No token outlives the session it belongs to. */
function lifespanOf(
  realm: LiveRealm,
  { client }: Subject,
  token: AccessToken | ClientCredentials,
): number {
  const usual = accessTokenLifespan(client, realm.settings.accessTokenLifespan)
  const session = 'sessionUid' in token ? realm.sessions.get(token.sessionUid) : undefined
  if (session === undefined) return usual
  const maxMs = session.startMs + realm.settings.ssoSessionMaxLifespan * 1000
  return Math.max(1, Math.min(usual, Math.floor((maxMs - realm.now()) / 1000)))
}

function confirmationOf(token: AccessToken | ClientCredentials) {
  const { jkt } = token
  const x5t: unknown = Reflect.get(token, 'x5t#S256')
  if (jkt !== undefined) return { jkt }
  return typeof x5t === 'string' ? { 'x5t#S256': x5t } : undefined
}

function isContext(value: unknown): value is KoaContextWithOIDC {
  return typeof value === 'object' && value !== null && 'oidc' in value
}
