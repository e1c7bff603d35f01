// Which sessions have ended before their tokens did, and before which moment no token counts. Bounded: what is forgotten for
// want of room is covered by a later moment, so that forgetting ends tokens and never revives one.

export type Ending =
  /** A session of the sign-on, `sid`. */
  | { readonly kind: 'session'; readonly id: string; readonly atMs: number }
  /** All sessions of a person or machine, `sub`, as far as they began before. */
  | { readonly kind: 'subject'; readonly id: string; readonly atMs: number }
  /** Everybody's. Keycloak's not-before policy: what was issued before the moment does not count. */
  | { readonly kind: 'everybody'; readonly atMs: number }

/** What of a token, or of a caller, says whether it has ended. */
export interface Endable {
  readonly sessionId: string | undefined
  readonly subject: string
  readonly issuedAtMs: number
}

/** To the other copies and processes. Those that it knows already are heard, too. */
export interface EndingsChannel {
  tell(ending: Ending): void
  heard(listener: (ending: Ending) => void): void
}

export interface EndedSessionsOptions {
  /** How long the longest token lives. After that its session can be forgotten. */
  readonly longestMs: number
  /** From the beginning, milliseconds since 1970. */
  readonly notBeforeMs?: number | undefined
  readonly most?: number
  readonly now?: () => number
}

type Kept = Exclude<Ending, { kind: 'everybody' }>
type Listener = (ending: Ending) => void

const MOST = 100_000
/** What a clock of another machine may be ahead. */
const AHEAD_MS = 60_000

export class EndedSessions {
  readonly #kept = new Map<string, Kept>()
  readonly #listeners = new Set<Listener>()
  readonly #channels: EndingsChannel[] = []
  readonly #longestMs: number
  readonly #most: number
  readonly #now: () => number
  #notBeforeMs: number
  #version = 0

  constructor({ longestMs, notBeforeMs = 0, most = MOST, now = Date.now }: EndedSessionsOptions) {
    this.#longestMs = longestMs
    this.#notBeforeMs = notBeforeMs
    this.#most = most
    this.#now = now
  }

  /** Another one whenever something ended. */
  get version(): number {
    return this.#version
  }

  get size(): number {
    return this.#kept.size
  }

  has({ sessionId, subject, issuedAtMs }: Endable): boolean {
    if (issuedAtMs < this.#notBeforeMs) return true
    if (sessionId !== undefined && this.#kept.has(`session ${sessionId}`)) return true
    const all = this.#kept.get(`subject ${subject}`)
    return all !== undefined && issuedAtMs <= all.atMs
  }

  /** Here and everywhere. */
  end(ending: Ending): void {
    if (!this.#take(ending)) return
    for (const channel of this.#channels) channel.tell(ending)
  }

  share(channel: EndingsChannel): void {
    this.#channels.push(channel)
    channel.heard((ending) => {
      if (!this.#take(ending)) return
      for (const other of this.#channels) if (other !== channel) other.tell(ending)
    })
  }

  /** Told of each ending, also of those that others told. */
  listen(listener: Listener): void {
    this.#listeners.add(listener)
  }

  /** All that is known, for one who comes later. */
  all(): readonly Ending[] {
    const everybody = { kind: 'everybody', atMs: this.#notBeforeMs } as const
    return this.#notBeforeMs > 0 ? [everybody, ...this.#kept.values()] : [...this.#kept.values()]
  }

  /** False: known before, or of no use. */
  #take(ending: Ending): boolean {
    // One who could name a moment far ahead would end all tokens to come, too.
    if (!Number.isFinite(ending.atMs) || ending.atMs > this.#now() + AHEAD_MS) return false
    if (ending.kind === 'everybody') {
      if (ending.atMs <= this.#notBeforeMs) return false
      this.#notBeforeMs = ending.atMs
    } else if (!this.#keep(ending)) return false
    this.#version += 1
    for (const listener of this.#listeners) listener(ending)
    return true
  }

  #keep(ending: Kept): boolean {
    const forgotten = this.#now() - this.#longestMs
    if (ending.atMs < forgotten) return false
    const key = `${ending.kind} ${ending.id}`
    const known = this.#kept.get(key)
    if (known !== undefined && (ending.kind === 'session' || known.atMs >= ending.atMs))
      return false
    this.#kept.delete(key)
    this.#kept.set(key, ending)
    this.#makeRoom(forgotten)
    return true
  }

  #makeRoom(forgotten: number): void {
    for (const [key, { atMs }] of this.#kept) {
      if (atMs >= forgotten && this.#kept.size <= this.#most) return
      this.#kept.delete(key)
      if (atMs >= forgotten) this.#notBeforeMs = Math.max(this.#notBeforeMs, atMs + 1)
    }
  }
}
