// GET …/sso/callback: the sign-on's answer. Only an answer to a question of this browser, from this issuer, about this
// sign-in opens a session, and always a new one.
import { randomBytes } from 'node:crypto'

import type { Request, Response } from 'express'
import type { JWTPayload } from 'jose'

import { clearCookie } from '../http/cookies.ts'
import { PortalError } from '../portal-error.ts'
import type { SessionStore } from '../session/session-store.ts'
import { personOf, type SignedIn, textOf } from '../session/signed-in.ts'
import type { Adapter, VerifiedGrant } from './adapter.ts'
import { type DpopKey, makeDpopKey } from './dpop.ts'
import type { MetadataSource } from './metadata.ts'
import { nameOf, type SignInCookie, type SignInUnderWay } from './sign-in-cookie.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

export interface FinishSignIn {
  readonly issuer: string
  readonly redirectUri: string
  readonly dpop: boolean
  readonly adapter: Adapter
  readonly metadata: MetadataSource
  readonly endpoint: TokenEndpoint
  readonly cookie: SignInCookie
  readonly store: SessionStore
  readonly now: () => number
}

const SKEW_SECONDS = 10
/** OpenID Connect Core Unmet Authentication Requirements 1.0. */
const UNMET = 'unmet_authentication_requirements'

export async function finishSignIn(
  room: FinishSignIn,
  request: Request,
  response: Response,
): Promise<void> {
  const state = parameter(request, 'state') ?? ''
  const underWay = await room.cookie.read(request.headers, state)
  // Whatever comes of it, this question has been answered.
  response.append('Set-Cookie', clearCookie(nameOf(state)))
  await checkIssuer(room, parameter(request, 'iss'))
  const error = parameter(request, 'error')
  if (error === UNMET) throw new PortalError('LEVEL_NOT_REACHED', 'sign-on')
  if (error !== undefined) throw refused('sign-on')
  const code = parameter(request, 'code')
  if (code === undefined) throw refused('code')
  const key = room.dpop ? await makeDpopKey() : undefined
  const { redirectUri, endpoint, adapter } = room
  const answer = await endpoint.redeem({ code, redirectUri, verifier: underWay.verifier }, key)
  const verified = await adapter.createGrant(answer)
  const id = checkedId(verified, underWay, room.now())
  const signedIn = signedInOf(verified, id, key, room.now())
  await newSession(request)
  await room.store.open(request.sessionID, signedIn)
  request.session.signedIn = true
  response.redirect(303, underWay.returnTo)
}

/** RFC 9207 §2.4: an answer that came from another sign-on than it was asked of is a mix-up. */
async function checkIssuer({ issuer, metadata }: FinishSignIn, given: string | undefined) {
  if (given !== undefined && given !== issuer) throw refused('issuer')
  if (given === undefined && (await metadata.read()).namesIssuer) throw refused('issuer')
}

function checkedId(
  { id, access, idToken }: VerifiedGrant,
  { nonce, acr, maxAge }: SignInUnderWay,
  nowMs: number,
): JWTPayload & { readonly sub: string } {
  if (id?.sub === undefined || idToken === undefined) throw refused('no-id-token')
  // A code of another sign-in, put into this answer, brings that sign-in's nonce.
  if (id['nonce'] !== nonce) throw refused('nonce')
  if (id.sub !== access.sub) throw refused('subject')
  // OpenID Connect Core §3.1.2.1: acr_values is a wish; whether it was granted is for us to look at.
  if (acr.length > 0 && !acr.includes(textOf(id, 'acr') ?? ''))
    throw new PortalError('LEVEL_NOT_REACHED', 'acr')
  const authTime = id['auth_time']
  if (maxAge !== undefined) {
    const oldest = nowMs / 1000 - maxAge - SKEW_SECONDS
    if (typeof authTime !== 'number' || authTime < oldest) throw refused('auth-time')
  }
  return { ...id, sub: id.sub }
}

function signedInOf(
  { access, accessToken, refreshToken, idToken = '' }: VerifiedGrant,
  id: JWTPayload & { readonly sub: string },
  dpopKey: DpopKey | undefined,
  nowMs: number,
): SignedIn {
  return {
    accessToken,
    accessEndsAtMs: (access.exp ?? 0) * 1000,
    renewedAtMs: nowMs,
    refreshToken,
    idToken,
    subject: id.sub,
    sid: textOf(id, 'sid') ?? textOf(access, 'sid'),
    person: personOf(access, id),
    csrf: randomBytes(32).toString('base64url'),
    dpopKey,
    beganAtMs: nowMs,
  }
}

/** The session before, if there was one, ends here: an id that somebody else knows is worth nothing (fixation). */
function newSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error: unknown) => {
      if (error === undefined || error === null) resolve()
      else reject(error instanceof PortalError ? error : refused('session', error))
    })
  })
}

function parameter(request: Request, name: string): string | undefined {
  const value = request.query[name]
  if (value === undefined || typeof value === 'string') return value
  throw refused('parameter-twice')
}

function refused(reason: string, cause?: unknown): PortalError {
  return new PortalError('SIGN_IN_REFUSED', reason, cause)
}
