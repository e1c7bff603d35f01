// Asks something that may be slow or gone, and never waits for it: what is not there within a few milliseconds is unknown,
// and after some of that in a row nobody asks for a while.

import { whenLate } from '../../../schema/when-late.ts'

export interface TimeBoxOptions {
  readonly withinMs: number
  /** Failures in a row after which it rests. */
  readonly failures: number
  readonly restMs: number
  readonly now: () => number
  /** Told when it begins to rest, and when it is back. */
  readonly changed: (isResting: boolean) => void
}

export class TimeBox {
  readonly #options: TimeBoxOptions
  #failures = 0
  #restUntil = 0
  #isProbed = false

  constructor(options: TimeBoxOptions) {
    this.#options = options
  }

  /** Undefined: not in time, failed, or not asked. Never rejects. */
  async ask<T>(task: () => Promise<T>): Promise<T | undefined> {
    if (!this.#mayAsk()) return undefined
    const { withinMs } = this.#options
    const late = Promise.withResolvers<undefined>()
    const inTime = whenLate(withinMs, () => late.resolve(undefined))
    let isAnswered = false
    const answer = asking(task).then((value) => {
      isAnswered = true
      return value
    })
    try {
      const value = await Promise.race([answer, late.promise])
      this.#note(isAnswered)
      return value
    } catch {
      this.#note(false)
      return undefined
    } finally {
      inTime()
      answer.catch(() => undefined)
    }
  }

  /** After a rest one question finds out. */
  #mayAsk(): boolean {
    if (this.#restUntil === 0) return true
    const left = this.#restUntil - this.#options.now()
    // More than a whole rest is left: the clock was set back.
    if (this.#isProbed || (left > 0 && left <= this.#options.restMs)) return false
    this.#isProbed = true
    return true
  }

  #note(isWell: boolean): void {
    const { failures, restMs, now, changed } = this.#options
    const wasResting = this.#restUntil > 0
    this.#isProbed = false
    if (isWell) {
      this.#failures = 0
      this.#restUntil = 0
      if (wasResting) changed(false)
      return
    }
    this.#failures += 1
    if (!wasResting && this.#failures < failures) return
    this.#restUntil = now() + restMs
    if (!wasResting) changed(true)
  }
}

/** A task that throws is one that rejects. */
async function asking<T>(task: () => Promise<T>): Promise<T> {
  return task()
}
