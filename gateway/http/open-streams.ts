// The answers that still go on: counted, subscriptions limited in number, and ended when the gateway ends.

import type { Lifetime } from './lifetime.ts'

export class OpenStreams {
  readonly #most: number
  readonly #subscriptions = new Set<Lifetime>()
  #deferred = 0
  #closed = false

  /** `most`: subscriptions at once. */
  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#subscriptions.size + this.#deferred
  }

  /** Is there a place for one more subscription? */
  get hasPlace(): boolean {
    return !this.#closed && this.#subscriptions.size < this.#most
  }

  /** Runs until the stream is over; `subscribes`: it has no end of its own. */
  async during(life: Lifetime, subscribes: boolean, send: () => Promise<void>): Promise<void> {
    if (subscribes) this.#subscriptions.add(life)
    else this.#deferred += 1
    try {
      await send()
    } finally {
      if (subscribes) this.#subscriptions.delete(life)
      else this.#deferred -= 1
    }
  }

  /** Ends every subscription in an orderly way. Deferred parts end by themselves, at the latest at their deadline. */
  close(): void {
    this.#closed = true
    for (const life of this.#subscriptions) life.end('closing')
  }
}
