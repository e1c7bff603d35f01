// Tokens of systems with a login of their own: opaque text with an end, forgotten at a restart.

import { randomBytes } from 'node:crypto'

export class LoginTokens {
  readonly #now: () => number
  readonly #lifeMs: number
  /** Token to the epoch milliseconds at which it ends. */
  readonly #live = new Map<string, number>()

  constructor(now: () => number, lifeMs: number) {
    this.#now = now
    this.#lifeMs = lifeMs
  }

  issue(): string {
    for (const [token, until] of this.#live) if (until <= this.#now()) this.#live.delete(token)
    const token = randomBytes(24).toString('base64url')
    this.#live.set(token, this.#now() + this.#lifeMs)
    return token
  }

  isLive(token: unknown): boolean {
    return typeof token === 'string' && (this.#live.get(token) ?? 0) > this.#now()
  }
}
