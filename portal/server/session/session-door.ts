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

/** The sign-on's session idles, too: its token is renewed that long before it ends, while somebody is at the page. */
const RENEW_BEFORE_MS = 2 * 60_000

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
    await renewals.fresh(request.sessionID, { marginMs: RENEW_BEFORE_MS })
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
