// Never more calls within a stretch of time than a system allows: the moments of the last calls are kept, and the next may
// begin when the oldest of them is that long ago. Stricter than a token bucket, which lets a burst follow a full bucket.

import type { SharedState } from './shared/shared-state.ts'

export interface RateOptions {
  readonly calls: number
  readonly perMs: number
  readonly now: () => number
  /** Over all copies; what it cannot say in time is decided here alone. */
  readonly shared?: Pick<SharedState, 'turn'> | undefined
}

export class Rate {
  readonly #options: RateOptions
  /** Epoch milliseconds at which the last calls began or will begin; a ring. */
  readonly #moments: Float64Array
  #next = 0
  /** What the clock said last. */
  #seen = -Infinity

  constructor(options: RateOptions) {
    this.#options = options
    this.#moments = new Float64Array(options.calls)
  }

  /** Milliseconds until its turn, which is then taken; undefined, and nothing is taken, if that is more than `mostMs`. */
  turn(mostMs: number): number | undefined | Promise<number | undefined> {
    const { shared } = this.#options
    const wait = this.#waitMs()
    if (wait > mostMs) return undefined
    if (shared === undefined) return this.#take(wait)
    return this.#sharedTurn(shared, mostMs)
  }

  async #sharedTurn(
    shared: Pick<SharedState, 'turn'>,
    mostMs: number,
  ): Promise<number | undefined> {
    const { calls, perMs } = this.#options
    const said = await shared.turn({ calls, perMs, mostMs })
    if (said === 'refused') return undefined
    // The store is in other hands: what no copy would have written there is not heeded.
    const wait = said !== undefined && said >= 0 && said <= mostMs ? said : 0
    // Others may have taken turns here while it was asked.
    const own = this.#waitMs()
    if (own > mostMs) return undefined
    return this.#take(Math.max(own, wait))
  }

  #waitMs(): number {
    this.#heedClock()
    const oldest = this.#moments[this.#next] ?? 0
    return Math.max(0, oldest + this.#options.perMs - this.#seen)
  }

  /** A clock that was set back would hold everybody until it is there again: the moments go back with it. */
  #heedClock(): void {
    const now = this.#options.now()
    const back = this.#seen - now
    if (back > 0)
      for (const [index, at] of this.#moments.entries()) this.#moments[index] = at - back
    this.#seen = now
  }

  #take(waitMs: number): number {
    this.#moments[this.#next] = this.#options.now() + waitMs
    this.#next = (this.#next + 1) % this.#moments.length
    return waitMs
  }
}
