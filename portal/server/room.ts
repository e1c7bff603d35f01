// One OpenID client's part of the server: its sessions, its sign-in, its pages and its way to the gateway. The portal and
// the console are two of them, side by side under one origin, and share no session.
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'

import { type GatewayLink } from './graphql/gateway-link.ts'
import { proxyGraphql } from './graphql/proxy.ts'
import { sendPage, signedOutPage } from './http/pages.ts'
import { refuseOtherOrigins } from './http/same-origin.ts'
import { sendRefusal } from './http/send-refusal.ts'
import { type PublicFiles, servePublicFiles } from './http/static-files.ts'
import type { ClientOptions, Settings } from './options.ts'
import { PortalError } from './portal-error.ts'
import { MemorySessions } from './session/memory-sessions.ts'
import { OpenRequests } from './session/open-requests.ts'
import { sessionCookie, sessionOf } from './session/session-cookie.ts'
import { extendSession, tellSession } from './session/session-door.ts'
import type { SessionStore } from './session/session-store.ts'
import type { SharedSessions } from './session/shared-sessions.ts'
import { type Adapter, attachGrant, hardenedAdapter } from './sign-on/adapter.ts'
import { backchannelLogout } from './sign-on/backchannel-logout.ts'
import type { CallSignOn } from './sign-on/call-sign-on.ts'
import { clientAuthentication } from './sign-on/client-authentication.ts'
import { finishSignIn } from './sign-on/finish-sign-in.ts'
import { SignOnKeys } from './sign-on/keys.ts'
import { LogoutTokens } from './sign-on/logout-token.ts'
import type { MetadataSource } from './sign-on/metadata.ts'
import { Renewals } from './sign-on/renewals.ts'
import { SignInCookie } from './sign-on/sign-in-cookie.ts'
import { askSignOut, signOut } from './sign-on/sign-out.ts'
import { startSignIn } from './sign-on/start-sign-in.ts'
import { TokenEndpoint } from './sign-on/token-endpoint.ts'
import { tokenVerifier } from './sign-on/verify-token.ts'

export interface RoomOptions {
  /** Path below the origin, without the last slash: `` or `/console`. */
  readonly base: string
  readonly client: ClientOptions
  /** Only people with this role see the pages: `realm:staff`. Absent: everybody. */
  readonly role?: string
  readonly files: PublicFiles
  readonly link: GatewayLink
  readonly metadata: MetadataSource
  readonly call: CallSignOn
  /** Undefined: sessions are in this process's memory. */
  readonly shared: SharedSessions | undefined
}

export interface Room {
  readonly router: Router
  readonly store: SessionStore
}

export function openRoom(settings: Settings, options: RoomOptions): Room {
  const parts = partsOf(settings, options)
  const { base, files, role } = options
  const { log, origin } = settings
  const router = express.Router({ caseSensitive: true, strict: true })
  // Before the session: the sign-on has no cookie of ours.
  router.post('/sso/backchannel-logout', parts.backchannel)
  // Nor does what is the same for everybody need one: it is there while the sessions are not.
  const guarded = role === undefined ? [] : ['index.html']
  router.use(servePublicFiles(without(files, guarded)))
  router.use(...parts.session)
  router.use((request, _response, next) => {
    const changes = request.method !== 'GET' && request.method !== 'HEAD'
    if (changes) refuseOtherOrigins(request, origin)
    next()
  })
  router.get('/sso/login', parts.login)
  router.get('/sso/callback', parts.callback)
  router.get('/sso/logout', parts.askSignOut)
  router.post('/sso/logout', parts.signOut)
  router.get('/sso/signed-out', ({ query }, response) => {
    sendPage(response, 200, signedOutPage(base, query['scope'] === 'here'))
  })
  router.get('/sso/session', parts.tell)
  router.post('/sso/session', parts.extend)
  if (role !== undefined) {
    const guard = [parts.attach, parts.adapter.protect(role)]
    router.use(['/graphql', '/index.html'], ...guard)
    router.get('/', ...guard)
  }
  router.post('/graphql', parts.proxy)
  router.use(servePublicFiles(files))
  router.use((_request, _response, next) => next(new PortalError('NOT_FOUND', 'path')))
  router.use(sendRefusal(base, log))
  return { router, store: parts.store }
}

function partsOf(settings: Settings, options: RoomOptions) {
  const { issuer, audience, cookieSecret, limits, log, now, gateway, origin } = settings
  const { base, client, metadata, call, link } = options
  const { clientId, dpop = false } = client
  const open = new OpenRequests(limits.requestsPerSession)
  const ending = { limits, now, onEnd: (id: string) => open.endOf(id) }
  const store: SessionStore =
    options.shared?.open(clientId, { ...ending, openHere: () => open.ids() }) ??
    new MemorySessions(ending)
  const authenticate = clientAuthentication(client, issuer, now)
  const endpoint = new TokenEndpoint({ clientId, metadata, call, authenticate, now })
  const verifierOf = (keys: SignOnKeys) => tokenVerifier({ issuer, clientId, audience, keys, now })
  const keysOf = () => new SignOnKeys({ metadata, call, cooldownMs: limits.keysCooldownMs, now })
  const adapter = hardenedAdapter({ issuer, clientId, verify: verifierOf(keysOf()) })
  // Keys of their own: anybody may post junk there, and the cool-down that it causes must not touch who signs in.
  const tokens = new LogoutTokens(verifierOf(keysOf()), now)
  const { signOnTimeoutMs } = limits
  const renewals = new Renewals({ store, endpoint, adapter, signOnTimeoutMs, now })
  const cookie = new SignInCookie({
    clientId,
    secret: cookieSecret,
    lifetimeMs: limits.signInMs,
    now,
  })
  const cookieName = `__Host-${clientId}`
  const redirectUri = `${origin}${base}/sso/callback`
  const signedOutUri = `${origin}${base}/sso/signed-out`
  const out = { clientId, base, cookieName, signedOutUri, metadata, endpoint, store }
  const into = { issuer, redirectUri, dpop, adapter, metadata, endpoint, cookie, store, now }
  const way = { clientId, redirectUri, base, metadata, endpoint, cookie }
  const door = { clientId, store, renewals, now }
  const ofNobody = new OpenRequests(limits.requestsOfNobody)
  const proxy = { base, bodyBytes: limits.bodyBytes, link, open, ofNobody, renewals, store }
  return {
    adapter,
    store,
    attach: attachSession(adapter, store),
    session: sessionCookie(cookieName, cookieSecret, store),
    backchannel: backchannelLogout({ tokens, store, gateway, log }),
    login: handlerOf(startSignIn, way),
    callback: handlerOf(finishSignIn, into),
    askSignOut: handlerOf(askSignOut, out),
    signOut: handlerOf(signOut, out),
    tell: handlerOf(tellSession, door),
    extend: handlerOf(extendSession, door),
    proxy: handlerOf(proxyGraphql, proxy),
  }
}

function handlerOf<Parts>(
  work: (parts: Parts, request: Request, response: Response) => Promise<void> | void,
  parts: Parts,
): RequestHandler {
  return (request, response) => work(parts, request, response)
}

/** For `protect`, which reads it from there. */
function attachSession(adapter: Adapter, store: SessionStore): RequestHandler {
  return async (request, _response, next) => {
    const session = await sessionOf(request, store)
    attachGrant(request, session && (await adapter.grantOf(session.signedIn.accessToken)))
    next()
  }
}

function without(files: PublicFiles, names: readonly string[]): PublicFiles {
  return new Map([...files].filter(([name]) => !names.includes(name)))
}
