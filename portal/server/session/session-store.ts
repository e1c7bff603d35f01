// The port to the sessions of one client: who is signed in, with which tokens, until when. In the memory of one process, or in
// a store of all copies. What is not signed in has no session, so a stranger's requests take no room.
import type { PortalLimits } from '../options.ts'
import type { SignedIn } from './signed-in.ts'

export interface Session {
  readonly signedIn: SignedIn
  /** Milliseconds since 1970: without a further sign of the person, and in any case. */
  readonly idleEndsAtMs: number
  readonly endsAtMs: number
}

/** Which sessions: those of one session at the sign-on, or without it all of one person. */
export interface WhoseSessions {
  readonly sid?: string
  readonly subject?: string
}

/** Each of these rejects with SESSIONS_UNAVAILABLE where the store does not answer in time; nothing is then known. */
export interface SessionStore {
  /** Rejects with SIGN_IN_REFUSED where the sign-on has ended that session meanwhile. */
  open(id: string, signedIn: SignedIn): Promise<void>
  /** Looking does not lengthen a session. Undefined: it is over, or there never was one. */
  read(id: string): Promise<Session | undefined>
  /** The person is there: the idle time begins anew. A session that ended stays ended. */
  extend(id: string, signedIn: SignedIn): Promise<void>
  /** The tokens were renewed. A session that ended meanwhile stays ended. */
  renew(id: string, signedIn: SignedIn): Promise<void>
  /** The right to renew its tokens, for `leaseMs` at most; undefined: another copy has it. */
  turn(id: string, leaseMs: number): Promise<Turn | undefined>
  end(id: string): Promise<void>
  /** Answers how many; undefined: not yet, it is done as soon as the store takes it. Never rejects. */
  endAll(whose: WhoseSessions): Promise<number | undefined>
  /** Called every few seconds: ends what is over, with the streams that are open here. Never rejects. */
  sweep(): Promise<void>
}

export interface Turn {
  release(): Promise<void>
}

export interface SessionStoreOptions {
  readonly limits: PortalLimits
  readonly now: () => number
  /** Told of every session that ends, whatever ends it: its streams at this copy end with it. */
  readonly onEnd: (id: string) => void
}

/** Browsers and tabs of one person. */
export const MOST_OF_ONE = 50

/** Undefined: over. */
export function liveSession(
  signedIn: SignedIn,
  lastSeenMs: number,
  { limits, now }: Pick<SessionStoreOptions, 'limits' | 'now'>,
): Session | undefined {
  const endsAtMs = signedIn.beganAtMs + limits.sessionMs
  const idleEndsAtMs = Math.min(endsAtMs, lastSeenMs + limits.idleMs)
  return idleEndsAtMs > now() ? { signedIn, idleEndsAtMs, endsAtMs } : undefined
}
