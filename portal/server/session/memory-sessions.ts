// Sessions in the memory of one process, bounded; gone with it.
import {
  liveSession,
  MOST_OF_ONE,
  type Session,
  type SessionStore,
  type SessionStoreOptions,
  type Turn,
  type WhoseSessions,
} from './session-store.ts'
import type { SignedIn } from './signed-in.ts'

interface Row {
  signedIn: SignedIn
  lastSeenMs: number
}

export class MemorySessions implements SessionStore {
  readonly #options: SessionStoreOptions
  /** In the order of last use. */
  readonly #rows = new Map<string, Row>()
  readonly #bySid = new Map<string, Set<string>>()
  readonly #bySubject = new Map<string, Set<string>>()

  constructor(options: SessionStoreOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#rows.size
  }

  async open(id: string, signedIn: SignedIn): Promise<void> {
    await this.sweep()
    const [oldest] = this.#rows.keys()
    if (this.#rows.size >= this.#options.limits.sessions && oldest !== undefined) this.#end(oldest)
    // One who signs in again and again takes the place of their own sessions, not of everybody's.
    const [first] = this.#bySubject.get(signedIn.subject) ?? []
    const own = this.#bySubject.get(signedIn.subject)?.size ?? 0
    if (own >= MOST_OF_ONE && first !== undefined) this.#end(first)
    this.#rows.set(id, { signedIn, lastSeenMs: this.#options.now() })
    if (signedIn.sid !== undefined) add(this.#bySid, signedIn.sid, id)
    add(this.#bySubject, signedIn.subject, id)
  }

  async read(id: string): Promise<Session | undefined> {
    return this.#live(id)
  }

  async extend(id: string): Promise<void> {
    const row = this.#rows.get(id)
    if (row === undefined || this.#live(id) === undefined) return
    row.lastSeenMs = this.#options.now()
    this.#rows.delete(id)
    this.#rows.set(id, row)
  }

  async renew(id: string, signedIn: SignedIn): Promise<void> {
    const row = this.#rows.get(id)
    if (row !== undefined) row.signedIn = signedIn
  }

  /** Within one process there is one renewal at a time anyway: see renewals.ts. */
  async turn(): Promise<Turn | undefined> {
    return { release: async () => {} }
  }

  async end(id: string): Promise<void> {
    this.#end(id)
  }

  async endAll({ sid, subject }: WhoseSessions): Promise<number> {
    const found = sid === undefined ? this.#bySubject.get(subject ?? '') : this.#bySid.get(sid)
    const ids = [...(found ?? [])].filter(
      (id) => subject === undefined || this.#rows.get(id)?.signedIn.subject === subject,
    )
    for (const id of ids) this.#end(id)
    return ids.length
  }

  /** Rows stand in the order of last use, so the first that is not idle too long ends the search. */
  async sweep(): Promise<void> {
    const { limits, now } = this.#options
    for (const [id, row] of this.#rows) {
      if (row.lastSeenMs + limits.idleMs > now()) return
      this.#end(id)
    }
  }

  #live(id: string): Session | undefined {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    const session = liveSession(row.signedIn, row.lastSeenMs, this.#options)
    if (session === undefined) this.#end(id)
    return session
  }

  #end(id: string): void {
    const row = this.#rows.get(id)
    if (row === undefined) return
    this.#rows.delete(id)
    if (row.signedIn.sid !== undefined) remove(this.#bySid, row.signedIn.sid, id)
    remove(this.#bySubject, row.signedIn.subject, id)
    this.#options.onEnd(id)
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
