// In: what oidc-provider answered. Out: what Keycloak answers where the two differ: introspection and revocation of JWT
// access tokens, logout by refresh token, members of the token answer, logout without a question.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { LiveRealm } from '../realm/live-realm.ts'
import type { AddressLimits } from '../sign-in/address-limits.ts'
import { finishLogout } from '../sign-out/browser-logout.ts'
import { endByToken, turnIntoRevocation } from '../sign-out/server-logout.ts'
import { errorOf, finishIntrospection, finishRevocation } from '../tokens/structured-tokens.ts'
import { writtenFor } from '../tokens/token-shape.ts'
import { textOf, type Tokens } from '../tokens/tokens.ts'
import { DEVICE_PATH, OPENID } from './configuration.ts'
import type { DevicePolls } from './device-polls.ts'

export interface FinishParts {
  readonly provider: Provider
  readonly realm: LiveRealm
  readonly tokens: Tokens
  readonly addresses: AddressLimits
  readonly polls: DevicePolls
}

type Context = KoaContextWithOIDC

const LOGOUT = `${OPENID}/logout`
const DISCOVERY = '/.well-known/openid-configuration'
const REVOKE = `${OPENID}/revoke`

export function finishAnswers(parts: FinishParts): void {
  parts.provider.use(async (ctx: Context, next: () => Promise<unknown>) => {
    const { path, method } = ctx
    const logsOutByToken =
      method === 'POST' && path === LOGOUT && (await turnIntoRevocation(ctx, REVOKE))
    if (path === DEVICE_PATH && !prepareDevice(parts, ctx)) return
    await next()
    if (ctx.state['wrongUserCode'] === true) parts.addresses.fail(ctx.ip)
    if (logsOutByToken) endByToken(parts.realm, ctx)
    else if (method === 'POST') await finishPost(parts, ctx, path)
    else if (path === DISCOVERY) addTo(ctx, discoveryMembers(parts.realm))
    if (path === LOGOUT) await finishLogout(parts.realm, parts.provider, ctx)
  })
}

async function finishPost(parts: FinishParts, ctx: Context, path: string): Promise<void> {
  if (path === `${OPENID}/token`) finishTokens(parts, ctx)
  else if (path === `${OPENID}/token/introspect`)
    await finishIntrospection(parts.realm, parts.tokens, ctx)
  else if (path === REVOKE) await finishRevocation(parts.realm, parts.tokens, ctx)
  else if (path === `${OPENID}/auth/device`) addTo(ctx, deviceMembers(parts.realm))
}

function finishTokens({ realm, polls }: FinishParts, ctx: Context): void {
  const written = writtenFor(ctx)
  const device = ctx.oidc.params?.['device_code']
  const error = errorOf(ctx)
  if (error === 'authorization_pending' && polls.isTooEarly(textOf(device))) {
    ctx.body = { error: 'slow_down', error_description: 'Slow down' }
  }
  if (error === 'invalid_grant' && ctx.state['proofRefused'] === true) {
    ctx.body = { error: 'invalid_dpop_proof', error_description: 'DPoP proof is missing or used' }
  }
  if (ctx.status !== 200 || written === undefined) return
  const session = realm.sessions.get(textOf(written['sid']))
  const left = session && Math.floor((realm.sessions.endMs(session) - realm.now()) / 1000)
  addTo(ctx, {
    expires_in: Number(written['exp']) - Number(written['iat']),
    refresh_expires_in: left ?? 0,
    'not-before-policy': realm.settings.notBefore,
    scope: written['scope'],
    ...(session === undefined ? {} : { session_state: session.id }),
  })
}

/** The link with the code in it only fills the form: the person looks at the code and goes on (RFC 8628 §3.3.1). */
function prepareDevice(parts: FinishParts, ctx: Context): boolean {
  if (parts.addresses.isLocked(ctx.ip)) {
    ctx.status = 429
    ctx.body = ''
    return false
  }
  if (ctx.method === 'GET') {
    ctx.state['userCode'] = textOf(ctx.query['user_code']).slice(0, 20)
    ctx.querystring = ''
  }
  return true
}

function deviceMembers(realm: LiveRealm): object {
  return { interval: realm.settings.oauth2DevicePollingInterval }
}

/** As they are now, not as they were at the start. */
function discoveryMembers(realm: LiveRealm): object {
  const scopes = realm.scopes.list().map(({ name }) => name)
  return { scopes_supported: ['openid', ...scopes] }
}

function addTo(ctx: Context, members: object): void {
  const body: unknown = ctx.body
  const whole = typeof body === 'object' && body !== null && ctx.status === 200
  if (whole) ctx.body = { ...body, ...members }
}
