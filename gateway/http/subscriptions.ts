// The open subscriptions: limited in number, because they have no deadline, and ended when the gateway ends.

import type { Lifetime } from './lifetime.ts'

export class Subscriptions {
  readonly #most: number
  readonly #open = new Set<Lifetime>()
  #closed = false

  /** `most`: open at once. */
  constructor(most: number) {
    this.#most = most
  }

  /** Has it got a place? Then it must leave it at its end. */
  enter(life: Lifetime): boolean {
    if (this.#closed || this.#open.size >= this.#most) return false
    this.#open.add(life)
    return true
  }

  leave(life: Lifetime): void {
    this.#open.delete(life)
  }

  /** Ends every one in an orderly way and lets none in any more. */
  close(): void {
    this.#closed = true
    for (const life of this.#open) life.end('closing')
  }
}
