// Retries and hedges are calls that nobody asked for: a tenth of the calls that somebody did ask for may be such, so that a
// system in trouble gets at most a tenth more. A reserve lets a system that is seldom asked have its retries, too.

const SHARE = 0.1
const RESERVE = 10

export class ExtraCalls {
  #left = RESERVE

  /** Somebody asked. */
  earn(): void {
    if (this.#left < RESERVE) this.#left = Math.min(RESERVE, this.#left + SHARE)
  }

  /** False when the share is used up. */
  take(): boolean {
    // Ten tenths are a little less than one.
    if (this.#left < 1 - 1e-9) return false
    this.#left -= 1
    return true
  }
}
