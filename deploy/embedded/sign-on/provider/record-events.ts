// In: what the provider says has happened. Out: the realm's events, as Keycloak names them, and what follows from them:
// a client joins the session, a refresh token that comes back ends it. Never: a token, a code or a secret in an event.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { LiveRealm } from '../realm/live-realm.ts'
import type { AddressLimits } from '../sign-in/address-limits.ts'
import { sourceOf } from '../sign-in/join-session.ts'
import { DEVICE_GRANT, EXCHANGE_GRANT } from './clients.ts'

const TYPES: Readonly<Record<string, string>> = {
  authorization_code: 'CODE_TO_TOKEN',
  refresh_token: 'REFRESH_TOKEN',
  client_credentials: 'CLIENT_LOGIN',
  [DEVICE_GRANT]: 'OAUTH2_DEVICE_CODE_TO_TOKEN',
  [EXCHANGE_GRANT]: 'TOKEN_EXCHANGE',
}

export function recordEvents(provider: Provider, realm: LiveRealm, addresses: AddressLimits): void {
  provider.on('authorization.success', (ctx) => join(realm, ctx))
  provider.on('grant.success', (ctx) => record(realm, ctx, typeOf(ctx)))
  provider.on('grant.error', (ctx, error) => {
    if (/DPoP/.test(error.error_detail ?? '')) ctx.state['proofRefused'] = true
    if (error.error === 'invalid_client') addresses.fail(`client ${ctx.ip}`)
    // Whoever polls for a device is not refused, only early.
    if (error.error === 'authorization_pending' || error.error === 'slow_down') return
    record(realm, ctx, `${typeOf(ctx)}_ERROR`, error.error)
  })
  provider.on('authorization.error', (ctx, error) => record(realm, ctx, 'LOGIN_ERROR', error.error))
  provider.on('end_session.success', (ctx) => {
    const { session, params } = ctx.oidc
    if (session?.uid !== undefined && params?.['logout'] !== undefined) {
      realm.sessions.end(session.uid, 'logout')
    }
  })
  provider.on('grant.revoked', (ctx, grantId) => afterRevoked(realm, ctx, grantId))
}

/** Of the realm itself, whoever ends a session. */
export function recordEndings(realm: LiveRealm): void {
  realm.sessions.onEnd(({ id, userId }, why) => {
    const error = why === 'token-reuse' ? { error: 'token_reuse' } : {}
    if (why === 'expired') return
    realm.events.record({
      ...realm.events.stamp(),
      type: 'LOGOUT',
      realmId: realm.name,
      userId,
      sessionId: id,
      ...error,
    })
  })
  realm.onChange(({ kind, id, after }) => {
    const gone = after === undefined || Reflect.get(after, 'enabled') === false
    if (kind === 'users' && gone) realm.sessions.endAllOf(id, 'user-disabled')
  })
}

function join(realm: LiveRealm, ctx: KoaContextWithOIDC): void {
  const { session: browser, client: known } = ctx.oidc
  const session = realm.sessions.get(browser?.uid)
  const client = realm.clients.byName(known?.clientId ?? '')
  if (browser === undefined || session === undefined || client === undefined) return
  if (!session.clients.has(client.id)) session.clients.set(client.id, realm.now())
  const grantId = browser.grantIdFor(client.clientId)
  if (grantId !== undefined) realm.sessions.bindGrant(session, grantId, client.id)
}

/** A used code or refresh token came back: somebody has a copy (RFC 9700 §4.14.2, RFC 6749 §4.1.2). */
function afterRevoked(realm: LiveRealm, ctx: KoaContextWithOIDC, grantId: string): void {
  if (ctx.oidc.route !== 'token') return
  const bound = realm.sessions.ofGrant(grantId)
  if (bound === undefined) return
  const { session, clientUuid } = bound
  if (ctx.oidc.params?.['grant_type'] === 'refresh_token') {
    realm.sessions.end(session.id, 'token-reuse')
  } else session.clients.delete(clientUuid)
}

function typeOf(ctx: KoaContextWithOIDC): string {
  return TYPES[String(ctx.oidc.params?.['grant_type'])] ?? 'CLIENT_LOGIN'
}

function record(realm: LiveRealm, ctx: KoaContextWithOIDC, type: string, error?: string): void {
  const { oidc } = ctx
  const source = sourceOf(ctx)
  realm.events.record({
    ...realm.events.stamp(),
    type,
    realmId: realm.name,
    ipAddress: ctx.ip,
    ...(oidc.client === undefined ? {} : { clientId: oidc.client.clientId }),
    ...(source?.accountId === undefined ? {} : { userId: source.accountId }),
    ...(source?.sessionUid === undefined ? {} : { sessionId: source.sessionUid }),
    ...(error === undefined ? {} : { error }),
  })
}
