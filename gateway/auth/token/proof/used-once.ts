// Which proofs (RFC 9449 §11.1) and logout tokens were used. Bounded: where there are too many to remember, those older than
// what was forgotten are refused unseen, so that a flood makes the window smaller and never lets one in twice.

interface Use {
  readonly id: string
  readonly issuedAtMs: number
  /** How long it could be used again. */
  readonly keptMs: number
}

/** Is this the first use at any copy? Undefined where nobody can tell in time. Never rejects. */
export type IsFirstUse = (use: Use) => Promise<boolean | undefined>

export interface UsedOnceOptions {
  /** How long one could be used again. */
  readonly keptMs: number
  readonly most?: number
}

const MOST = 200_000

export class UsedOnce {
  readonly #keptMs: number
  readonly #most: number
  /** With the moment at which each was seen, the oldest first. */
  readonly #seen = new Map<string, { readonly issuedAtMs: number; readonly seenAtMs: number }>()
  #leastMs = -Infinity

  constructor({ keptMs, most = MOST }: UsedOnceOptions) {
    this.#keptMs = keptMs
    this.#most = most
  }

  get size(): number {
    return this.#seen.size
  }

  /** False: it was here before, or nobody can tell. */
  add(id: string, issuedAtMs: number, nowMs: number): boolean {
    if (issuedAtMs <= this.#leastMs || this.#seen.has(id)) return false
    this.#seen.set(id, { issuedAtMs, seenAtMs: nowMs })
    for (const [oldest, { issuedAtMs: of, seenAtMs }] of this.#seen) {
      const isPast = seenAtMs < nowMs - this.#keptMs
      if (!isPast && this.#seen.size <= this.#most) break
      this.#seen.delete(oldest)
      if (!isPast) this.#leastMs = Math.max(this.#leastMs, of)
    }
    return true
  }
}
