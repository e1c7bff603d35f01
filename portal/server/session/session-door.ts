// …/sso/session: what the page may know of its session, and its sign that the person is still there.
import type { Request, Response } from 'express'

import { CSRF_HEADER, NOBODY, refuseForged } from '../http/same-origin.ts'
import type { Renewals } from '../sign-on/renewals.ts'
import type { SessionStore } from './session-store.ts'

export interface SessionDoor {
  readonly clientId: string
  readonly store: SessionStore
  readonly renewals: Renewals
}

/** The sign-on's session idles, too, and only a renewal tells it of a person; so it never hears of one much too late. */
const TELL_SIGN_ON_EVERY_MS = 90_000

/** GET: does not lengthen anything, so that an open page that nobody reads ends, too. */
export function tellSession(door: SessionDoor, request: Request, response: Response): void {
  response.json(shownSession(door, request.sessionID))
}

/** POST: the person did something at the page. @throws {PortalError} CROSS_SITE, SESSION_ENDED */
export async function extendSession(
  door: SessionDoor,
  request: Request,
  response: Response,
): Promise<void> {
  const { store, renewals } = door
  const signedIn = store.read(request.sessionID)
  refuseForged(request.headers[CSRF_HEADER], signedIn?.csrf)
  if (signedIn !== undefined) {
    await renewals.fresh(request.sessionID, { oldestMs: TELL_SIGN_ON_EVERY_MS })
    store.extend(request.sessionID)
  }
  tellSession(door, request, response)
}

/** No token, no national id: nothing that would be worth stealing from a page. */
function shownSession({ clientId, store }: SessionDoor, id: string): object {
  const signedIn = store.read(id)
  const ends = store.endsAt(id)
  if (signedIn === undefined || ends === undefined)
    return { signedIn: false, clientId, csrf: NOBODY }
  const { person, csrf } = signedIn
  return {
    signedIn: true,
    clientId,
    ...person,
    csrf,
    idleEndsAt: new Date(ends.idle).toISOString(),
    endsAt: new Date(ends.last).toISOString(),
  }
}
