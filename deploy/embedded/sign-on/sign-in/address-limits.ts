/** Wrong attempts of one address within the window before it has to wait for the window to pass. */
const MOST_FAILURES = 100
const WINDOW_MS = 10 * 60_000
const MOST_ADDRESSES = 10_000

interface Window {
  readonly startMs: number
  count: number
}

/**
 * Slows down guessing by address, whatever names are tried: passwords, one-time codes, client secrets, user codes. Many
 * people may share one address, so it takes more than for one name.
 */
export class AddressLimits {
  readonly #windows = new Map<string, Window>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  isLocked(address: string): boolean {
    return (this.#windowOf(address)?.count ?? 0) >= MOST_FAILURES
  }

  fail(address: string): void {
    const window = this.#windowOf(address)
    if (window !== undefined) {
      window.count += 1
      return
    }
    const oldest = this.#windows.keys().next()
    this.#windows.delete(address)
    if (this.#windows.size >= MOST_ADDRESSES && !oldest.done) this.#windows.delete(oldest.value)
    this.#windows.set(address, { startMs: this.#now(), count: 1 })
  }

  #windowOf(address: string): Window | undefined {
    const window = this.#windows.get(address)
    return window !== undefined && this.#now() - window.startMs < WINDOW_MS ? window : undefined
  }
}
