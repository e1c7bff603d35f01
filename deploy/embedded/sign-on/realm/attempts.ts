export interface AttemptLimits {
  readonly bruteForceProtected: boolean
  readonly failureFactor: number
  readonly waitIncrementSeconds: number
  readonly maxFailureWaitSeconds: number
  readonly maxDeltaTimeSeconds: number
}

/** What one name, or one address, did wrong lately. Times in milliseconds since 1970. */
export interface Failures {
  readonly count: number
  readonly untilMs: number
  readonly lastMs: number
  readonly lastAddress: string
}

/** Names come from outside, so their number is bounded. */
const MOST = 10_000

/**
 * Slows down guessing, by user name: after `failureFactor` wrong passwords or codes in a row the name waits, longer each
 * time (Keycloak's "lockout temporarily"). Unknown names count too, so that a lock does not tell who exists.
 */
export class Attempts {
  readonly #limits: () => AttemptLimits
  readonly #now: () => number
  readonly #failures = new Map<string, Failures>()

  constructor(limits: () => AttemptLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  isLocked(name: string): boolean {
    return (this.#failures.get(name)?.untilMs ?? 0) > this.#now()
  }

  /** True when this one was the one too many. */
  fail(name: string, address = ''): boolean {
    const limits = this.#limits()
    if (!limits.bruteForceProtected) return false
    const nowMs = this.#now()
    const before = this.#failures.get(name)
    const fresh = before !== undefined && nowMs - before.lastMs < limits.maxDeltaTimeSeconds * 1000
    const count = (fresh ? before.count : 0) + 1
    const step = Math.floor(count / limits.failureFactor)
    const waitSeconds = Math.min(step * limits.waitIncrementSeconds, limits.maxFailureWaitSeconds)
    const untilMs = nowMs + waitSeconds * 1000
    this.#makeRoom()
    this.#failures.delete(name)
    this.#failures.set(name, { count, untilMs, lastMs: nowMs, lastAddress: address })
    return waitSeconds > 0
  }

  /** Takes back one `fail` of an attempt that turned out well, without forgetting those before it. */
  undo(name: string): void {
    const failures = this.#failures.get(name)
    if (failures === undefined) return
    const count = failures.count - 1
    // A name that waits is asked nothing, so the wait is this attempt's own, or one that it was needed for.
    if (count <= 0) this.#failures.delete(name)
    else this.#failures.set(name, { ...failures, count, untilMs: 0 })
  }

  succeed(name: string): void {
    this.#failures.delete(name)
  }

  of(name: string): Failures | undefined {
    return this.#failures.get(name)
  }

  list(): ReadonlyMap<string, Failures> {
    return this.#failures
  }

  clear(): void {
    this.#failures.clear()
  }

  /** Whoever waits is kept the longest: else a flood of invented names would set the locked ones free. */
  #makeRoom(): void {
    if (this.#failures.size < MOST) return
    const nowMs = this.#now()
    for (const [name, { untilMs }] of this.#failures) {
      if (untilMs > nowMs) continue
      this.#failures.delete(name)
      return
    }
    const oldest = this.#failures.keys().next()
    if (!oldest.done) this.#failures.delete(oldest.value)
  }
}
