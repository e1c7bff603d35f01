// In: what oidc-provider answered. Out: what Keycloak answers where the two differ: introspection and revocation of JWT
// access tokens, logout by refresh token, members of the token answer, logout without a question. Never: an answer for a
// client that the provider did not authenticate before.
import { Readable } from 'node:stream'

import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { AddressLimits } from './address-limits.ts'
import { DEVICE_PATH, OPENID } from './configuration.ts'
import type { DevicePolls } from './device-polls.ts'
import { readForm } from './form.ts'
import type { LiveRealm } from './live-realm.ts'
import { signedOutPage } from './pages.ts'
import { sendHeaders } from './security-headers.ts'
import { writtenFor } from './token-shape.ts'
import type { Tokens } from './tokens.ts'

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
    const logsOutByToken = method === 'POST' && path === LOGOUT && (await turnIntoRevocation(ctx))
    if (path === DEVICE_PATH && !(await prepareDevice(parts, ctx))) return
    await next()
    if (ctx.state['wrongUserCode'] === true) parts.addresses.fail(ctx.ip)
    if (logsOutByToken) endByToken(parts, ctx)
    else if (method === 'POST') await finishPost(parts, ctx, path)
    else if (path === DISCOVERY) addTo(ctx, discoveryMembers(parts.realm))
    if (path === LOGOUT) await finishLogout(parts, ctx)
  })
}

async function finishPost(parts: FinishParts, ctx: Context, path: string): Promise<void> {
  if (path === `${OPENID}/token`) finishTokens(parts, ctx)
  else if (path === `${OPENID}/token/introspect`) await finishIntrospection(parts, ctx)
  else if (path === REVOKE) await finishRevocation(parts, ctx)
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

/** The provider authenticated the client and then declined, because the token is a JWT (RFC 7662). */
async function finishIntrospection({ realm, tokens }: FinishParts, ctx: Context): Promise<void> {
  const token = declinedToken(ctx)
  if (token === undefined) return
  ctx.status = 200
  const caller = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  const payload = caller?.publicClient === false ? await tokens.verify(token) : undefined
  // Keycloak 26 tells nothing to a client that the token is not for.
  const isFor = [payload?.aud ?? []].flat().includes(caller?.clientId ?? '')
  if (payload === undefined || !isFor) {
    ctx.body = { active: false }
    return
  }
  const session = realm.sessions.get(textOf(payload['sid']))
  const user =
    realm.users.get(session?.userId ?? '') ?? realm.serviceAccountOf(textOf(payload['azp']))
  ctx.body = {
    ...payload,
    client_id: payload['azp'],
    ...(user === undefined ? {} : { username: user.username }),
    token_type: payload['typ'],
    active: true,
  }
}

/** A client revokes its own tokens only; for all others the answer is the same (RFC 7009 §2.1). */
async function finishRevocation({ realm, tokens }: FinishParts, ctx: Context): Promise<void> {
  const token = declinedToken(ctx)
  const refresh = ctx.oidc.entities.RefreshToken
  if (token === undefined) {
    const mine = refresh?.clientId === ctx.oidc.client?.clientId
    const client = realm.clients.byName(refresh?.clientId ?? '')
    // As in Keycloak: the client leaves the session, which other clients may still use.
    if (mine && client !== undefined) {
      realm.sessions.get(refresh?.sessionUid)?.clients.delete(client.id)
    }
    return
  }
  ctx.status = 200
  ctx.body = ''
  const payload = await tokens.verify(token)
  if (payload !== undefined && payload['azp'] === ctx.oidc.client?.clientId) tokens.revoke(payload)
}

function errorOf(ctx: Context): unknown {
  const body: unknown = ctx.body
  return typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined
}

function declinedToken(ctx: Context): string | undefined {
  const token = ctx.oidc.params?.['token']
  const authenticated = ctx.oidc.client !== undefined
  const declined = errorOf(ctx) === 'unsupported_token_type' && authenticated
  return declined && typeof token === 'string' ? token : undefined
}

/**
 * Keycloak's logout of a server side: `POST logout` with client authentication and a refresh token. The provider has no
 * such thing, but its revocation authenticates the client and finds the token. False for a browser's logout.
 */
async function turnIntoRevocation(ctx: Context): Promise<boolean> {
  const form = (await readForm(ctx.req)) ?? new URLSearchParams()
  const tokens = form.getAll('refresh_token')
  const byToken = tokens.length > 0
  if (byToken) {
    form.delete('refresh_token')
    for (const token of tokens) form.append('token', token)
    form.set('token_type_hint', 'refresh_token')
    const base = ctx.originalUrl.slice(0, ctx.originalUrl.length - ctx.url.length)
    Object.assign(ctx.req, { url: REVOKE, originalUrl: `${base}${REVOKE}` })
  }
  replayBody(ctx, form)
  return byToken
}

/** A stream is read once; whoever comes next reads a copy. */
function replayBody(ctx: Context, form: URLSearchParams): void {
  const body = Buffer.from(form.toString())
  const copy = Readable.from([body], { objectMode: false })
  ctx.req.headers['content-length'] = String(body.length)
  Object.defineProperties(ctx.req, {
    readable: { value: true, configurable: true },
    iterator: { value: copy.iterator.bind(copy), configurable: true },
  })
}

function endByToken({ realm }: FinishParts, ctx: Context): void {
  if (ctx.status !== 200 && declinedToken(ctx) === undefined) return
  const refresh = ctx.oidc.entities.RefreshToken
  const mine = refresh !== undefined && refresh.clientId === ctx.oidc.client?.clientId
  const sid = mine ? refresh.sessionUid : undefined
  if (sid === undefined) {
    ctx.status = 400
    ctx.body = { error: 'invalid_grant', error_description: 'Invalid refresh token' }
    return
  }
  realm.sessions.end(sid, 'logout')
  ctx.body = null
  ctx.status = 204
}

/** A browser without a session has nothing to confirm; one whose client shows the ID token has confirmed by that. */
async function finishLogout({ realm, provider }: FinishParts, ctx: Context): Promise<void> {
  const { session, params, entities } = ctx.oidc
  if (ctx.status !== 200 || session === undefined) return
  const hint = Reflect.get(entities.IdTokenHint ?? {}, 'payload') as unknown
  const sid: unknown = typeof hint === 'object' && hint !== null ? Reflect.get(hint, 'sid') : ''
  if (session.accountId !== undefined && sid !== session.uid) return
  if (session.accountId !== undefined) {
    realm.sessions.end(session.uid, 'logout')
    await session.destroy()
    ctx.cookies.set(provider.cookieName('session'), null, { signed: true, path: '/' })
  }
  const back = textOf(params?.['post_logout_redirect_uri'])
  if (back === '') {
    sendHeaders(ctx.res, [])
    ctx.body = signedOutPage(realm.settings.displayName)
    return
  }
  const target = new URL(back)
  const state = textOf(params?.['state'])
  if (state !== '') target.searchParams.set('state', state)
  ctx.redirect(target.href)
  ctx.status = 303
}

/** The link with the code in it only fills the form: the person looks at the code and goes on (RFC 8628 §3.3.1). */
async function prepareDevice(parts: FinishParts, ctx: Context): Promise<boolean> {
  if (parts.addresses.isLocked(ctx.ip)) {
    ctx.status = 429
    ctx.body = ''
    return Promise.resolve(false)
  }
  if (ctx.method === 'GET') {
    ctx.state['userCode'] = textOf(ctx.query['user_code']).slice(0, 20)
    ctx.querystring = ''
  }
  return Promise.resolve(true)
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

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
