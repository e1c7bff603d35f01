// In: a request of the provider and an account. Out: the person, joined to the realm's own session of this browser.
// Never: a person who is disabled, or whose session has ended.
import type {
  Account,
  AuthorizationCode,
  DeviceCode,
  KoaContextWithOIDC,
  RefreshToken,
} from 'oidc-provider'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { LiveRealm, LiveUser } from '../realm/live-realm.ts'
import type { UserSession } from '../realm/user-sessions.ts'
import { subjectFor } from '../tokens/claims.ts'
import { currentLevel, nameOfLevel, ONE_TIME_CODE, PASSWORD } from './assurance.ts'

// oidc-provider writes JWT access tokens only for a resource server (RFC 8707); ours is implied, as in Keycloak.
export const GATEWAY = 'urn:panjareh:gateway'
/** Stands for "no scope asked", which the provider refuses and Keycloak does not. */
export const NO_SCOPE = 'none'

const Levels = Type.Record(Type.String(), Type.Number())
type Source = AuthorizationCode | RefreshToken | DeviceCode

/** The provider's `findAccount`: with a token at the token endpoint, without one where a browser stands. */
export function findAccount(
  realm: LiveRealm,
  ctx: KoaContextWithOIDC,
  sub: string,
  token: object | undefined,
): Account | undefined {
  const user = realm.users.get(sub)
  if (user === undefined || !user.enabled) return undefined
  if (token !== undefined && isBefore(realm, ctx, user, token)) return undefined
  const session = token === undefined ? joinBrowser(realm, ctx, user) : sessionOfToken(realm, token)
  if (session === undefined || session.userId !== user.id) return undefined
  realm.sessions.touch(session)
  return { accountId: sub, claims: () => ({ sub: subOf(realm, ctx, user) }) }
}

/** Every client is our own, so nobody is asked for consent. */
export async function grantEverything(ctx: KoaContextWithOIDC) {
  const { client, session, provider, params } = ctx.oidc
  const accountId = session?.accountId
  if (client === undefined || session === undefined || accountId === undefined) return undefined
  if (params !== undefined) params['scope'] ??= NO_SCOPE
  const kept = session.grantIdFor(client.clientId)
  const grant =
    (kept === undefined ? undefined : await provider.Grant.find(kept)) ??
    new provider.Grant({ clientId: client.clientId, accountId })
  const scope = typeof params?.['scope'] === 'string' ? params['scope'] : NO_SCOPE
  grant.addOIDCScope(scope)
  grant.addResourceScope(GATEWAY, scope)
  await grant.save()
  // One `sid` for all clients of the session, as in Keycloak.
  session.sidFor(client.clientId, session.uid)
  return grant
}

/** What a code, a refresh token or a device code remembers of the sign-in. */
export function sourceOf(ctx: KoaContextWithOIDC): Source | undefined {
  const { AuthorizationCode: code, RefreshToken: refresh, DeviceCode: device } = ctx.oidc.entities
  return code ?? refresh ?? device
}

/** Names of all scopes, for the provider to let through; which of them count is ours to say. */
export function allScopes(realm: LiveRealm): string {
  return ['openid', NO_SCOPE, ...realm.scopes.list().map(({ name }) => name)].join(' ')
}

/** Whether the token is older than the administration lets one be (Keycloak's not-before policies). */
function isBefore(
  realm: LiveRealm,
  ctx: KoaContextWithOIDC,
  user: LiveUser,
  token: object,
): boolean {
  const issuedAt: unknown = Reflect.get(token, 'iat')
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  const limits = [realm.settings.notBefore, client?.notBefore ?? 0, user.notBefore ?? 0]
  return typeof issuedAt === 'number' && issuedAt < Math.max(...limits)
}

function sessionOfToken(realm: LiveRealm, token: object): UserSession | undefined {
  const uid: unknown = Reflect.get(token, 'sessionUid')
  return typeof uid === 'string' ? realm.sessions.get(uid) : undefined
}

function joinBrowser(
  realm: LiveRealm,
  ctx: KoaContextWithOIDC,
  user: LiveUser,
): UserSession | undefined {
  const { session: browser, result } = ctx.oidc
  if (browser === undefined) return undefined
  const known = realm.sessions.get(browser.uid)
  if (result?.login === undefined) return renew(realm, ctx, known)
  const session = known ?? realm.sessions.begin(browser.uid, user, ctx.ip)
  const levels = Value.Check(Levels, result['levels']) ? result['levels'] : {}
  for (const [level, atMs] of Object.entries(levels)) {
    session.levels.set(Number(level), atMs)
    session.authTime = Math.max(session.authTime, Math.floor(atMs / 1000))
  }
  return renew(realm, ctx, session)
}

/** What the session is worth at this moment is what the next code will say. */
function renew(realm: LiveRealm, ctx: KoaContextWithOIDC, session: UserSession | undefined) {
  const browser = ctx.oidc.session
  if (session === undefined || browser === undefined) return session
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  const level = currentLevel(realm.settings, session, realm.now())
  browser.acr = nameOfLevel(level, realm, client)
  browser.amr = level >= ONE_TIME_CODE ? ['pwd', 'otp', 'mfa'] : level >= PASSWORD ? ['pwd'] : []
  browser.loginTs = session.authTime
  return session
}

function subOf(realm: LiveRealm, ctx: KoaContextWithOIDC, user: LiveUser): string {
  const client = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  if (client === undefined) return user.id
  return subjectFor({ realm, client, user, scope: '' })
}
