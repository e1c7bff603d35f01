// Few calls at a time to a system that bears few, and a short queue before it. cockatiel's bulkhead leaves aborted
// waiters in the queue and lets newcomers overtake; here a waiter that gives up makes room, and the order is kept.

export type Admission = 'admitted' | 'full' | 'aborted'

export class Bulkhead {
  readonly #concurrency: number
  readonly #queueLimit: number
  readonly #waiting = new Set<() => void>()
  #active = 0

  constructor(concurrency: number, queueLimit: number) {
    this.#concurrency = concurrency
    this.#queueLimit = queueLimit
  }

  /** Waits for a place. Who was admitted calls `leave` once. */
  async enter(signal: AbortSignal): Promise<Admission> {
    if (signal.aborted) return 'aborted'
    if (this.#active < this.#concurrency) {
      this.#active += 1
      return 'admitted'
    }
    if (this.#waiting.size >= this.#queueLimit) return 'full'
    const { promise, resolve } = Promise.withResolvers<Admission>()
    const admit = (): void => resolve('admitted')
    const giveUp = (): void => {
      if (this.#waiting.delete(admit)) resolve('aborted')
    }
    this.#waiting.add(admit)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Hands the place to the one who waits longest. */
  leave(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#active -= 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
