// Few calls at a time to a system that bears few, and a short, fair queue before it. A system that says "busy" is given a
// pause and fewer calls at a time, which grow again with its answers (additive increase, multiplicative decrease).

import type { Counts } from './counts.ts'
import { FairQueue, type Flow } from './fair-queue.ts'

/**
 * `full`: no place in the queue, or displaced. `late`: its turn would not come, or did not come, in time. `stopped`: the
 * breaker opened meanwhile.
 */
export type Admission = 'admitted' | 'full' | 'late' | 'stopped' | 'aborted'

export interface GateOptions {
  readonly concurrency: number
  readonly queue: number
  /** Longest time in the queue. */
  readonly waitMs: number
  readonly counts: Counts
  readonly now: () => number
  /** 0 ≤ x < 1. */
  readonly random: () => number
}

export interface Entering extends Flow {
  readonly signal: AbortSignal
  /** Epoch milliseconds after which its turn is of no use. */
  readonly endsAt: number
}

interface Waiting {
  settle(admission: Admission): void
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** What a system may ask for itself (Retry-After); one that names a day is asked again before. */
const LONGEST_ASKED_MS = 300_000

export class Gate {
  readonly #options: GateOptions
  readonly #waiting = new FairQueue<Waiting>()
  #allowed: number
  #active = 0
  #pausedUntil = 0
  /** Length of that pause: a clock that was set back does not make it longer. */
  #pauseMs = 0
  /** Pauses in a row without an answer in between. */
  #pauses = 0
  #resume: NodeJS.Timeout | undefined

  constructor(options: GateOptions) {
    this.#options = options
    this.#allowed = options.concurrency
  }

  get active(): number {
    return this.#active
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Epoch milliseconds until which nobody is let in; in the past or 0 when there is no pause. */
  get pausedUntil(): number {
    return this.#pausedUntil
  }

  /** At once if there is a place. Who was admitted calls `leave` once. */
  enter(entering: Entering): Admission | Promise<Admission> {
    if (entering.signal.aborted) return 'aborted'
    if (this.tryEnter()) return 'admitted'
    const { queue, waitMs, counts, now } = this.#options
    if (this.#isPaused() && this.#pausedUntil > Math.min(entering.endsAt, now() + waitMs)) {
      return 'late'
    }
    if (this.#waiting.size >= queue) {
      const displaced = this.#waiting.displace(entering)
      if (displaced === undefined) return 'full'
      displaced.settle('full')
    }
    counts.queued += 1
    return this.#wait(entering)
  }

  /** Never overtakes anybody. */
  tryEnter(): boolean {
    if (this.#waiting.size > 0 || this.#active >= Math.floor(this.#allowed)) return false
    if (this.#isPaused()) return false
    this.#active += 1
    return true
  }

  /** Hands the place on. */
  leave(): void {
    this.#active -= 1
    if (this.#waiting.size > 0) this.#admit()
  }

  /** The system answered: it bears what it gets, and perhaps one more. */
  eased(): void {
    this.#pauses = 0
    const { concurrency } = this.#options
    if (this.#allowed < concurrency) {
      this.#allowed = Math.min(concurrency, this.#allowed + 1 / this.#allowed)
    }
  }

  /** It said "busy", perhaps until when. Calls that were under way at the same time say it only once. */
  overrun(until: number | undefined): void {
    const { now, random } = this.#options
    const at = now()
    const isKnown = this.#isPaused()
    if (until !== undefined) this.#pauseUntil(Math.min(until, at + LONGEST_ASKED_MS))
    if (isKnown) return
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2))
    if (until !== undefined) return
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#pauses)
    this.#pauses += 1
    this.#pauseUntil(at + longest * (0.5 + random() / 2))
  }

  /** Nobody waits for a system that is not asked: places that hanging calls hold would come free too late. */
  stop(): void {
    clearTimeout(this.#resume)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next.settle('stopped')
    }
  }

  #isPaused(): boolean {
    if (this.#pausedUntil === 0) return false
    const left = this.#pausedUntil - this.#options.now()
    return left > 0 && left <= this.#pauseMs
  }

  #pauseUntil(until: number): void {
    if (this.#isPaused() && until <= this.#pausedUntil) return
    this.#pausedUntil = until
    this.#pauseMs = until - this.#options.now()
    if (this.#waiting.size > 0) this.#resumeLater()
  }

  #resumeLater(): void {
    clearTimeout(this.#resume)
    const pauseMs = this.#pausedUntil - this.#options.now()
    this.#resume = setTimeout(() => this.#admit(), Math.max(1, Math.ceil(pauseMs)))
    this.#resume.unref()
  }

  #admit(): void {
    if (this.#isPaused()) return this.#resumeLater()
    while (this.#active < Math.floor(this.#allowed)) {
      const next = this.#waiting.shift()
      if (next === undefined) return undefined
      this.#active += 1
      next.settle('admitted')
    }
    return undefined
  }

  #wait(entering: Entering): Promise<Admission> {
    const { counts, now, waitMs } = this.#options
    const { promise, resolve } = Promise.withResolvers<Admission>()
    const { signal, endsAt, caller, request } = entering
    const flow = { caller, request }
    const since = now()
    const giveUp = (): void => leave('aborted')
    const settle = (admission: Admission): void => {
      clearTimeout(patience)
      signal.removeEventListener('abort', giveUp)
      counts.queueMs += now() - since
      resolve(admission)
    }
    const waiting: Waiting = { settle }
    const leave = (admission: Admission): void => {
      if (this.#waiting.remove(flow, waiting)) settle(admission)
    }
    // Its own deadline comes by the signal.
    const patience =
      since + waitMs < endsAt ? setTimeout(() => leave('late'), waitMs).unref() : undefined
    signal.addEventListener('abort', giveUp, { once: true })
    this.#waiting.push(flow, waiting)
    if (this.#isPaused()) this.#resumeLater()
    return promise
  }
}
