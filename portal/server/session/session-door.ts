// …/sso/session: what the page may know of its session, and its sign that the person is still there.
import type { Request, Response } from 'express'

import { CSRF_HEADER, NOBODY, refuseForged } from '../http/same-origin.ts'
import { PortalError } from '../portal-error.ts'
import type { Renewals } from '../sign-on/renewals.ts'
import { sessionOf } from './session-cookie.ts'
import type { Session, SessionStore } from './session-store.ts'

export interface SessionDoor {
  readonly clientId: string
  readonly store: SessionStore
  readonly renewals: Renewals
  readonly now: () => number
}

/** The sign-on's session idles, too, and only a renewal tells it of a person; so it never hears of one much too late. */
const TELL_SIGN_ON_EVERY_MS = 90_000

/** Over; or the sign-on is away and nobody can say so: then the session goes on, without a token. */
const SAYS_ENOUGH: ReadonlySet<string> = new Set(['SESSION_ENDED', 'SIGN_ON_UNAVAILABLE'])

/** GET: does not lengthen anything, so that an open page that nobody reads ends, too. */
export async function tellSession(
  door: SessionDoor,
  request: Request,
  response: Response,
): Promise<void> {
  response.json(await shownSession(door, request))
}

/** POST: the person did something at the page. @throws {PortalError} CROSS_SITE, SESSION_ENDED */
export async function extendSession(
  door: SessionDoor,
  request: Request,
  response: Response,
): Promise<void> {
  const { store, renewals } = door
  const id = request.sessionID
  const session = await sessionOf(request, store)
  refuseForged(request.headers[CSRF_HEADER], session?.signedIn.csrf)
  if (session !== undefined) {
    const fresh = await renewals.fresh(id, { oldestMs: TELL_SIGN_ON_EVERY_MS })
    await store.extend(id, fresh)
  }
  await tellSession(door, request, response)
}

/** No token, no national id: nothing that would be worth stealing from a page. */
async function shownSession(door: SessionDoor, request: Request): Promise<object> {
  const session = await trueSession(door, request)
  const { clientId } = door
  if (session === undefined) return { signedIn: false, clientId, csrf: NOBODY }
  const { person, csrf } = session.signedIn
  return {
    signedIn: true,
    clientId,
    ...person,
    csrf,
    idleEndsAt: new Date(session.idleEndsAtMs).toISOString(),
    endsAt: new Date(session.endsAtMs).toISOString(),
  }
}

/**
 * Where the token has ended, only its renewal says whether the sign-on still knows the session: it may have ended while no
 * copy of ours could be told. So a page is not told for longer than a token lives that somebody is signed in who is not.
 */
async function trueSession(
  { store, renewals, now }: SessionDoor,
  request: Request,
): Promise<Session | undefined> {
  const session = await sessionOf(request, store)
  if (session === undefined || session.signedIn.accessEndsAtMs > now()) return session
  const id = request.sessionID
  await renewals.fresh(id).catch((error: unknown) => {
    const isAnswer = error instanceof PortalError && SAYS_ENOUGH.has(error.code)
    if (!isAnswer) throw error
  })
  return store.read(id)
}
