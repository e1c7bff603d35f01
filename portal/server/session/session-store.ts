// The sessions of one client: who is signed in, with which tokens, until when. In memory, bounded, and nobody else's:
// what is not signed in has no session, so a stranger's requests take no room.
import { Store, type SessionData } from 'express-session'

import type { PortalLimits } from '../options.ts'
import type { SignedIn } from './signed-in.ts'

interface Row {
  signedIn: SignedIn
  /** What express-session keeps: its cookie's attributes. */
  json: string
  lastSeenMs: number
}

interface StoreOptions {
  readonly limits: PortalLimits
  readonly now: () => number
  /** Told of every session that ends, whatever ends it. */
  readonly onEnd: (id: string) => void
}

/** Browsers and tabs of one person. */
const MOST_OF_ONE = 50

type Callback = (error?: unknown) => void

export class SessionStore extends Store {
  readonly #options: StoreOptions
  /** In the order of last use. */
  readonly #rows = new Map<string, Row>()
  readonly #bySid = new Map<string, Set<string>>()
  readonly #bySubject = new Map<string, Set<string>>()

  constructor(options: StoreOptions) {
    super()
    this.#options = options
  }

  get size(): number {
    return this.#rows.size
  }

  /** Before express-session writes the session `id`: without this, it writes nothing. */
  open(id: string, signedIn: SignedIn): void {
    this.sweep()
    const [oldest] = this.#rows.keys()
    if (this.#rows.size >= this.#options.limits.sessions && oldest !== undefined) this.end(oldest)
    // One who signs in again and again takes the place of their own sessions, not of everybody's.
    const [first] = this.#bySubject.get(signedIn.subject) ?? []
    const own = this.#bySubject.get(signedIn.subject)?.size ?? 0
    if (own >= MOST_OF_ONE && first !== undefined) this.end(first)
    this.#rows.set(id, { signedIn, json: '', lastSeenMs: this.#options.now() })
    if (signedIn.sid !== undefined) add(this.#bySid, signedIn.sid, id)
    add(this.#bySubject, signedIn.subject, id)
  }

  /** Who is signed in there; looking does not lengthen a session. */
  read(id: string): SignedIn | undefined {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    if (this.#isLive(row)) return row.signedIn
    this.end(id)
    return undefined
  }

  /** The tokens were renewed. A session that ended meanwhile stays ended. */
  renew(id: string, signedIn: SignedIn): void {
    const row = this.#rows.get(id)
    if (row !== undefined) row.signedIn = signedIn
  }

  /** The person is there: the idle time begins anew. */
  extend(id: string): void {
    const row = this.#rows.get(id)
    if (row === undefined || !this.#isLive(row)) return
    row.lastSeenMs = this.#options.now()
    this.#rows.delete(id)
    this.#rows.set(id, row)
  }

  /** Milliseconds since 1970 when the session ends without a further sign of the person, and when it ends in any case. */
  endsAt(id: string): { readonly idle: number; readonly last: number } | undefined {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    const last = row.signedIn.beganAtMs + this.#options.limits.sessionMs
    return { idle: Math.min(last, row.lastSeenMs + this.#options.limits.idleMs), last }
  }

  end(id: string): void {
    const row = this.#rows.get(id)
    if (row === undefined) return
    this.#rows.delete(id)
    if (row.signedIn.sid !== undefined) remove(this.#bySid, row.signedIn.sid, id)
    remove(this.#bySubject, row.signedIn.subject, id)
    this.#options.onEnd(id)
  }

  /** Ends the sessions of one sign-on session, or without it all of one person. Answers how many. */
  endAll({ sid, subject }: { readonly sid?: string; readonly subject?: string }): number {
    const found = sid === undefined ? this.#bySubject.get(subject ?? '') : this.#bySid.get(sid)
    const ids = [...(found ?? [])].filter(
      (id) => subject === undefined || this.#rows.get(id)?.signedIn.subject === subject,
    )
    for (const id of ids) this.end(id)
    return ids.length
  }

  /** Ends what is over. Rows stand in the order of last use, so the first that is not idle too long ends the search. */
  sweep(): void {
    for (const [id, row] of this.#rows) {
      if (row.lastSeenMs + this.#options.limits.idleMs > this.#options.now()) return
      this.end(id)
    }
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    const row = this.read(id) === undefined ? undefined : this.#rows.get(id)
    callback(null, row === undefined || row.json === '' ? null : JSON.parse(row.json))
  }

  override set(id: string, session: SessionData, callback?: Callback): void {
    const row = this.#rows.get(id)
    if (row !== undefined) row.json = JSON.stringify(session)
    callback?.()
  }

  override destroy(id: string, callback?: Callback): void {
    this.end(id)
    callback?.()
  }

  /** express-session would lengthen the session by any request, a background one, too: see `extend`. */
  override touch(_id: string, _session: SessionData, callback?: () => void): void {
    callback?.()
  }

  #isLive({ signedIn, lastSeenMs }: Row): boolean {
    const { limits, now } = this.#options
    return lastSeenMs + limits.idleMs > now() && signedIn.beganAtMs + limits.sessionMs > now()
  }
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key) ?? new Set()
  index.set(key, ids.add(id))
}

function remove(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key)
  ids?.delete(id)
  if (ids?.size === 0) index.delete(key)
}
