// One system's answers that may be given again: in this process, and in the store of all copies where there is one.

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import type { Reply, Tree } from '../adapter.ts'
import { type CacheLimits, type Entry, type Lifetime, ReplyCache } from './reply-cache.ts'
import type { SharedState } from './shared/shared-state.ts'

export interface KeptOptions {
  readonly limits: CacheLimits
  readonly now: () => number
  readonly shared?: SharedState | undefined
  /** Longest that any of them may be given. */
  readonly longestMs: number
}

const Stored = Type.Object({ value: Type.Unknown(), at: Type.Number(), by: Type.String() })

export class KeptAnswers {
  readonly #options: KeptOptions
  readonly #cache: ReplyCache
  /** Epoch milliseconds. */
  #wroteAt = -Infinity

  constructor(options: KeptOptions) {
    this.#options = options
    this.#cache = new ReplyCache(options.limits, options.now)
  }

  get size(): number {
    return this.#cache.size
  }

  get bytes(): number {
    return this.#cache.bytes
  }

  /** Of this process. */
  find(name: string): Entry | undefined {
    return this.#cache.find(name)
  }

  /** Of all copies, then also of this process; waits a few milliseconds at most. */
  async fetch(name: string, lifetime: Lifetime): Promise<Entry | undefined> {
    const kept = await this.#options.shared?.read(name)
    if (kept === undefined || kept.askedAt <= this.#wroteAt) return undefined
    const stored = parse(kept.text)
    if (stored === undefined) return undefined
    const { by, ...reply } = stored
    return this.#cache.keep(name, { reply, askedBy: by, textLength: kept.text.length }, lifetime)
  }

  /** Not if something was written since it was asked. */
  keep(
    name: string,
    kept: { readonly reply: Reply; readonly askedBy: string; readonly askedAt: number },
    lifetime: Lifetime,
  ): void {
    const { reply, askedBy, askedAt } = kept
    if (askedAt <= this.#wroteAt) return
    const text = JSON.stringify({ value: reply.value, at: reply.at, by: askedBy })
    this.#cache.keep(name, { reply, askedBy, textLength: text.length }, lifetime)
    const { freshMs, staleMs, refreshMs } = lifetime
    const forMs = reply.at + freshMs + Math.max(staleMs, refreshMs) - this.#options.now()
    if (forMs > 0) this.#options.shared?.keep(name, { text, askedAt }, forMs)
  }

  /** Here: what was asked before may not hold any more. */
  wrote(): void {
    const { now, shared, longestMs } = this.#options
    const at = now()
    this.forgetBefore(at)
    if (longestMs === 0) return
    shared?.wrote(at, longestMs)
    shared?.tell({ kind: 'wrote', at })
  }

  forgetBefore(at: number): void {
    // A time to come would keep answers from being kept until then.
    this.#wroteAt = Math.max(this.#wroteAt, Math.min(at, this.#options.now()))
    this.#cache.clear()
  }

  close(): void {
    this.#cache.clear()
  }
}

function parse(text: string): { value: Tree; at: number; by: string } | undefined {
  const stored: unknown = JSON.parse(text)
  if (!Value.Check(Stored, stored)) return undefined
  const { value, at, by } = stored
  return isTreeValue(value) ? { value, at, by } : undefined
}

/** It was a reply's tree when it was written, and is authentic (seal.ts). */
function isTreeValue(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
