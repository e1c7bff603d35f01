// In: who signed in, with what, and where they went on to. Out: the sessions of the realm: Keycloak's "user session" with
// one `sid` for all its clients. Never: a session beyond its idle time or its longest life.
export type SessionEnd = 'logout' | 'admin' | 'user-disabled' | 'token-reuse' | 'expired'

export interface UserSession {
  /** `sid` of the tokens. */
  readonly id: string
  readonly userId: string
  readonly username: string
  readonly ipAddress: string
  /** Milliseconds since 1970. */
  readonly startMs: number
  lastAccessMs: number
  /** By level of assurance: when it was reached last, milliseconds since 1970. */
  readonly levels: Map<number, number>
  /** `amr` (RFC 8176). */
  readonly methods: Set<string>
  /** Seconds since 1970: when the person last showed something (`auth_time`). */
  authTime: number
  /** By the client's id: when the client joined, milliseconds since 1970. */
  readonly clients: Map<string, number>
  /** Ids of the provider's grants. */
  readonly grants: Set<string>
}

export interface SessionLimits {
  readonly ssoSessionIdleTimeout: number
  readonly ssoSessionMaxLifespan: number
}

export type OnEnd = (session: UserSession, why: SessionEnd) => void

/** More are not held at once; the longest idle are ended first. */
const MOST = 50_000

export class UserSessions {
  readonly #sessions = new Map<string, UserSession>()
  readonly #limits: () => SessionLimits
  readonly #now: () => number
  readonly #listeners: OnEnd[] = []
  /** The provider's grants: which session and which client of it. */
  readonly #grants = new Map<string, { readonly sid: string; readonly clientUuid: string }>()

  constructor(limits: () => SessionLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Told of every session that ends before its time. */
  onEnd(listener: OnEnd): void {
    this.#listeners.push(listener)
  }

  /** `id` is secret enough to be a `sid`, and is no cookie. */
  begin(id: string, user: { id: string; username: string }, ipAddress: string): UserSession {
    this.#makeRoom()
    const nowMs = this.#now()
    const session: UserSession = {
      id,
      userId: user.id,
      username: user.username,
      ipAddress,
      startMs: nowMs,
      lastAccessMs: nowMs,
      levels: new Map(),
      methods: new Set(),
      authTime: Math.floor(nowMs / 1000),
      clients: new Map(),
      grants: new Set(),
    }
    this.#sessions.set(session.id, session)
    return session
  }

  /** Undefined when it never was, has ended, or is past its time. */
  get(id: string | undefined): UserSession | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id)
    if (session === undefined || this.#isOver(session)) return undefined
    return session
  }

  bindGrant(session: UserSession, grantId: string, clientUuid: string): void {
    session.grants.add(grantId)
    this.#grants.set(grantId, { sid: session.id, clientUuid })
  }

  ofGrant(grantId: string): { session: UserSession; clientUuid: string } | undefined {
    const bound = this.#grants.get(grantId)
    const session = this.get(bound?.sid)
    return bound === undefined || session === undefined
      ? undefined
      : { session, clientUuid: bound.clientUuid }
  }

  /** Slides the idle time. */
  touch(session: UserSession): void {
    session.lastAccessMs = this.#now()
    // Last in the order of the map: whoever was idle longest stands first.
    if (this.#sessions.delete(session.id)) this.#sessions.set(session.id, session)
  }

  /** Milliseconds since 1970 at which the session ends if nothing happens any more. */
  endMs(session: UserSession): number {
    const { ssoSessionIdleTimeout, ssoSessionMaxLifespan } = this.#limits()
    return Math.min(
      session.lastAccessMs + ssoSessionIdleTimeout * 1000,
      session.startMs + ssoSessionMaxLifespan * 1000,
    )
  }

  list(): readonly UserSession[] {
    return [...this.#sessions.values()].filter((session) => !this.#isOver(session))
  }

  ofUser(userId: string): readonly UserSession[] {
    return this.list().filter((session) => session.userId === userId)
  }

  ofClient(clientUuid: string): readonly UserSession[] {
    return this.list().filter((session) => session.clients.has(clientUuid))
  }

  /** False when there was none. */
  end(id: string, why: SessionEnd): boolean {
    const session = this.#sessions.get(id)
    if (session === undefined) return false
    this.#sessions.delete(id)
    for (const grantId of session.grants) this.#grants.delete(grantId)
    const heard = this.#isOver(session) ? 'expired' : why
    for (const listener of this.#listeners) listener(session, heard)
    return heard !== 'expired'
  }

  endAllOf(userId: string, why: SessionEnd): number {
    const mine = this.ofUser(userId)
    for (const { id } of mine) this.end(id, why)
    return mine.length
  }

  #isOver(session: UserSession): boolean {
    return this.endMs(session) <= this.#now()
  }

  #makeRoom(): void {
    if (this.#sessions.size < MOST) return
    for (const session of this.#sessions.values()) {
      if (this.#isOver(session)) this.end(session.id, 'expired')
    }
    const oldest = this.#sessions.keys().next()
    if (this.#sessions.size >= MOST && !oldest.done) this.end(oldest.value, 'expired')
  }
}
