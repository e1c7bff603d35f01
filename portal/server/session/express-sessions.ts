// express-session's own view of our sessions: it keeps the cookie, we keep what stands behind it. It is never told that the
// store is away (`disconnect`): it would then take everybody for somebody without a session.
import { Store, type SessionData } from 'express-session'

import type { SessionStore } from './session-store.ts'

type Callback = (error?: unknown) => void

export class ExpressSessions extends Store {
  readonly #store: SessionStore

  constructor(store: SessionStore) {
    super()
    this.#store = store
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    void answer<SessionData | null>(callback, async () => {
      const session = await this.#store.read(id)
      // Of what it would keep, nothing differs from one session to another.
      return session === undefined ? null : { cookie: { originalMaxAge: null }, signedIn: true }
    })
  }

  /** What is worth keeping is written by `open` alone, before the answer of the sign-in begins. */
  override set(_id: string, _session: SessionData, callback?: Callback): void {
    callback?.()
  }

  override destroy(id: string, callback?: Callback): void {
    void answer(callback ?? (() => {}), () => this.#store.end(id))
  }

  /** It would lengthen the session by any request, a background one, too: see `extend`. */
  override touch(_id: string, _session: SessionData, callback?: () => void): void {
    callback?.()
  }
}

/** What the callback itself throws is nobody's answer. */
async function answer<T>(
  callback: (error: unknown, value?: T) => void,
  ask: () => Promise<T>,
): Promise<void> {
  const [error, value] = await ask().then(
    (found) => [null, found] as const,
    (cause: unknown) => [cause, undefined] as const,
  )
  // Out of the promise: an exception there would be an unhandled rejection, not the request's.
  setImmediate(() => callback(error, value))
}
