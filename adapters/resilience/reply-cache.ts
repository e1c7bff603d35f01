// Answers that may be given again, as long as their system declares. Bounded in number and bytes; the one not asked for
// longest goes first, and what is too old even to be stale goes within a minute: it may be personal data.

import type { Reply } from '../adapter.ts'

/** How long an answer counts, in milliseconds. */
export interface Lifetime {
  readonly freshMs: number
  /** Beyond its freshness, when the system gives no answer. */
  readonly staleMs: number
  /** Beyond its freshness, while it is asked anew. */
  readonly refreshMs: number
}

export interface Entry {
  readonly reply: Reply
  readonly askedBy: string
  readonly freshUntil: number
  readonly refreshUntil: number
  readonly staleUntil: number
  readonly bytes: number
  /** Epoch milliseconds before which it is not asked anew in the background. */
  askAgainAt: number
}

export interface CacheLimits {
  readonly entries: number
  readonly bytes: number
}

const SWEEP_MS = 60_000
/** By which the clocks of copies may differ. */
const CLOCKS_APART_MS = 5_000
/** Map entry, numbers and objects around the value. */
const OVERHEAD_BYTES = 400

export class ReplyCache {
  readonly #limits: CacheLimits
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  #bytes = 0
  #sweeping: NodeJS.Timeout | undefined

  constructor(limits: CacheLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Undefined when there is none that may be given for any reason. */
  find(name: string): Entry | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    this.#entries.delete(name)
    if (this.#isOver(entry)) {
      this.#bytes -= entry.bytes
      return undefined
    }
    this.#entries.set(name, entry)
    return entry
  }

  /** `textLength` is that of the value as JSON. */
  keep(
    name: string,
    kept: { readonly reply: Reply; readonly askedBy: string; readonly textLength: number },
    { freshMs, staleMs, refreshMs }: Lifetime,
  ): Entry {
    const { reply, askedBy, textLength } = kept
    // A tree takes about three times its text (UTF-16, shapes, pointers).
    const bytes = textLength * 3 + name.length * 2 + OVERHEAD_BYTES
    const freshUntil = reply.at + freshMs
    const [refreshUntil, staleUntil] = [freshUntil + refreshMs, freshUntil + staleMs]
    const until = { freshUntil, refreshUntil, staleUntil }
    const entry = { reply, askedBy, ...until, bytes, askAgainAt: freshUntil }
    this.#remove(name)
    if (bytes <= this.#limits.bytes && !this.#isOver(entry)) {
      this.#entries.set(name, entry)
      this.#bytes += bytes
      this.#makeRoom()
      this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
    }
    return entry
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
    this.#rest()
  }

  /** Too old for any use; or of a time to come, since the clock was set back: nobody knows how old it is then. */
  #isOver(entry: Entry): boolean {
    const now = this.#now()
    return lastUse(entry) <= now || entry.reply.at > now + CLOCKS_APART_MS
  }

  #makeRoom(): void {
    for (const name of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) return
      this.#remove(name)
    }
  }

  #sweep(): void {
    for (const [name, entry] of this.#entries) if (this.#isOver(entry)) this.#remove(name)
    if (this.#entries.size === 0) this.#rest()
  }

  #rest(): void {
    clearInterval(this.#sweeping)
    this.#sweeping = undefined
  }

  #remove(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    this.#bytes -= entry.bytes
  }
}

function lastUse({ refreshUntil, staleUntil }: Entry): number {
  return Math.max(refreshUntil, staleUntil)
}
