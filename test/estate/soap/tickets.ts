// Tokens that a system gives at its sign-in and takes for a while. In: the clock. Out: new tokens, whether one is still good.

import { randomBytes } from 'node:crypto'

export class Tickets {
  readonly #now: () => number
  readonly #lifeMs: number
  /** Token to the epoch milliseconds at which it ends. */
  readonly #ends = new Map<string, number>()

  constructor(now: () => number, lifeMs: number) {
    this.#now = now
    this.#lifeMs = lifeMs
  }

  issue(): string {
    const now = this.#now()
    for (const [ticket, end] of this.#ends) if (end <= now) this.#ends.delete(ticket)
    const ticket = randomBytes(18).toString('base64url')
    this.#ends.set(ticket, now + this.#lifeMs)
    return ticket
  }

  isGood(ticket: string): boolean {
    return (this.#ends.get(ticket) ?? 0) > this.#now()
  }
}
