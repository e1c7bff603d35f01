import { randomBytes } from 'node:crypto'

import type { Request, RequestHandler } from 'express'
import session from 'express-session'

import { readCookies } from '../http/cookies.ts'
import { ExpressSessions } from './express-sessions.ts'
import type { Session, SessionStore } from './session-store.ts'

declare module 'express-session' {
  interface SessionData {
    /** Makes the session differ from an empty one, which would not be written. */
    signedIn: true
  }
}

/** The cookie of the session: 256 random bits, signed. `Lax`, because the way back from the sign-on is a cross-site one. */
export function sessionCookie(
  name: string,
  secret: string,
  store: SessionStore,
): readonly RequestHandler[] {
  const sessions = session({
    name,
    secret,
    store: new ExpressSessions(store),
    genid: () => randomBytes(32).toString('base64url'),
    resave: false,
    rolling: false,
    saveUninitialized: false,
    // What follows is said by `browserSide`.
    proxy: true,
    cookie: { path: '/', httpOnly: true, secure: true, sameSite: 'lax' },
  })
  return [oneValue(name), browserSide, sessions]
}

/** Of who is signed in. A stranger, who may ask as often as they like, is none of the store's affair. */
export async function sessionOf(
  { session: { signedIn }, sessionID }: Request,
  store: SessionStore,
): Promise<Session | undefined> {
  return signedIn === undefined ? undefined : store.read(sessionID)
}

/**
 * Two cookies of the session's name are refused as none: a sibling host or a plain-http page can add one but cannot
 * remove ours (cookie tossing), and nobody can say which came first. `__Host-` forbids it in browsers that know it.
 */
function oneValue(name: string): RequestHandler {
  return (request, _response, next) => {
    const values = readCookies(request.headers).get(name) ?? []
    if (values.length > 1) delete request.headers.cookie
    next()
  }
}

/**
 * The browser's side of the connection is protected by configuration (settle() refuses any other address); a header
 * that says so or denies it, which anyone may send, does not count.
 */
const browserSide: RequestHandler = (request, _response, next) => {
  request.headers['x-forwarded-proto'] = 'https'
  next()
}
