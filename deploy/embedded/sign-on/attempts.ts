export interface AttemptLimits {
  readonly failureFactor: number
  readonly waitIncrementSeconds: number
  readonly maxFailureWaitSeconds: number
}

/**
 * Slows down guessing, per user name: after `failureFactor` wrong passwords in a row the name waits, longer each time
 * (Keycloak's "lockout temporarily"). Unknown names count too, so that a lock does not tell who exists.
 */
export class Attempts {
  readonly #limits: AttemptLimits
  readonly #now: () => number
  readonly #failures = new Map<string, { count: number; until: number }>()

  constructor(limits: AttemptLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  isLocked(name: string): boolean {
    return (this.#failures.get(name)?.until ?? 0) > this.#now()
  }

  fail(name: string): void {
    this.#makeRoom()
    const count = (this.#failures.get(name)?.count ?? 0) + 1
    const { failureFactor, waitIncrementSeconds, maxFailureWaitSeconds } = this.#limits
    const step = Math.floor(count / failureFactor)
    const waitSeconds = Math.min(step * waitIncrementSeconds, maxFailureWaitSeconds)
    this.#failures.set(name, { count, until: this.#now() + waitSeconds * 1000 })
  }

  succeed(name: string): void {
    this.#failures.delete(name)
  }

  /** Names come from outside, so their number is bounded: the oldest are forgotten first. */
  #makeRoom(): void {
    const oldest = this.#failures.keys().next()
    if (this.#failures.size >= 10_000 && !oldest.done) this.#failures.delete(oldest.value)
  }
}
