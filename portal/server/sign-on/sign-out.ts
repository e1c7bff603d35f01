// Signing out, here or everywhere, as the person chooses. No token passes the browser on the way, so the sign-on is told
// from server to server; only when that fails does the browser go there itself, without any hint, and the person confirms.
import type { Request, Response } from 'express'

import { clearCookie } from '../http/cookies.ts'
import { sendPage, signedOutPage, signOutPage } from '../http/pages.ts'
import { readForm } from '../http/read-body.ts'
import { CSRF_HEADER, refuseForged } from '../http/same-origin.ts'
import { PortalError } from '../portal-error.ts'
import { sessionOf } from '../session/session-cookie.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { SignedIn } from '../session/signed-in.ts'
import type { MetadataSource } from './metadata.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

export interface SignOut {
  readonly clientId: string
  readonly base: string
  readonly cookieName: string
  /** Where the sign-on leads the browser back to; fixed. */
  readonly signedOutUri: string
  readonly metadata: MetadataSource
  readonly endpoint: TokenEndpoint
  readonly store: SessionStore
}

const LARGEST = 2 * 1024
const SCOPES = new Set(['here', 'everywhere'])

/** GET …/sso/logout: the choice. Asking for this page ends nothing. */
export async function askSignOut(
  { base, store }: SignOut,
  request: Request,
  response: Response,
): Promise<void> {
  const signedIn = (await sessionOf(request, store))?.signedIn
  const page =
    signedIn === undefined
      ? signedOutPage(base)
      : signOutPage(base, signedIn.person.name, signedIn.csrf)
  sendPage(response, 200, page)
}

/** POST …/sso/logout with `scope` here or everywhere, and the session's CSRF token in the form or in the header. */
export async function signOut(room: SignOut, request: Request, response: Response): Promise<void> {
  const form = await readForm(request, LARGEST)
  const scope = form.get('scope') ?? ''
  if (!SCOPES.has(scope)) throw new PortalError('BAD_REQUEST', 'scope')
  const signedIn = (await sessionOf(request, room.store))?.signedIn
  const next = `${room.base}/sso/signed-out`
  if (signedIn === undefined) return leave(request, response, next)
  refuseForged(form.get('csrf') ?? request.headers[CSRF_HEADER], signedIn.csrf)
  // Whatever the sign-on answers, this browser is signed out here; and where ours may have ended only later, because its
  // store stood still, the sign-on has been told: nobody could do that without the session.
  const [ended, told] = await Promise.allSettled([
    room.store.end(request.sessionID),
    tell(room, signedIn, scope),
  ])
  if (ended.status === 'rejected') throw ended.reason
  const isTold = told.status === 'fulfilled' && told.value
  response.append('Set-Cookie', clearCookie(room.cookieName))
  if (scope === 'here') return leave(request, response, `${next}?scope=here`)
  return leave(request, response, isTold ? next : await wayToSignOn(room, next))
}

/**
 * Is the sign-on told? Of a sign-out here it shall not know: Keycloak takes the revocation of the last refresh token for
 * the end of the person's session. The token itself was in our keeping only, and is gone.
 */
async function tell({ endpoint }: SignOut, signedIn: SignedIn, scope: string): Promise<boolean> {
  if (scope === 'here') return true
  const { refreshToken } = signedIn
  if (refreshToken === undefined) return false
  return endpoint.endSession(refreshToken).catch(() => false)
}

/** RP-Initiated Logout 1.0 §2 without `id_token_hint`: the sign-on asks the person. */
async function wayToSignOn(
  { clientId, metadata, signedOutUri }: SignOut,
  next: string,
): Promise<string> {
  const { endSession } = await metadata.read().catch(() => ({ endSession: undefined }))
  if (endSession === undefined) return next
  const target = new URL(endSession)
  target.searchParams.set('client_id', clientId)
  target.searchParams.set('post_logout_redirect_uri', signedOutUri)
  return target.href
}

/** A script follows the address itself: a redirect of its fetch to the sign-on would be refused. */
function leave(request: Request, response: Response, location: string): void {
  if (request.headers[CSRF_HEADER] === undefined) response.redirect(303, location)
  else response.json({ location })
}
