// Equal calls that are under way at once become one. The key has to hold all that can change what comes back; who may
// join at all is for others to say. One who leaves early does not end the call for those who stay.

/** Begins a call. `done` is called once, maybe at once; what it gives ends the call. */
export type Begin<Result> = (done: (result: Result) => void) => () => void

interface Flight<Result> {
  readonly startedAtMs: number
  readonly waiting: Set<(result: Result) => void>
  readonly writesBefore: number
  cancel: () => void
}

/** Of this process, by whatever request to whatever subgraph. */
let writes = 0

/**
 * A write has ended: who has seen its answer must also see what it changed, so no call that began before it takes anybody
 * in any more.
 */
export function wroteSomething(): void {
  writes += 1
}

export interface Joined {
  /** Was the call under way already? */
  readonly shared: boolean
  readonly leave: () => void
}

export class SharedCalls<Result> {
  readonly #flights = new Map<string, Flight<Result>>()
  readonly #youngMs: number

  /** A call takes others in only while it is younger than this: else one that hangs would hold whoever comes later. */
  constructor(youngMs: number) {
    this.#youngMs = youngMs
  }

  /** `done` is not called after `leave`. */
  join(key: string, begin: Begin<Result>, done: (result: Result) => void): Joined {
    const now = performance.now()
    const known = this.#flights.get(key)
    if (known !== undefined && this.#mayTakeIn(known, now)) {
      known.waiting.add(done)
      return { shared: true, leave: () => this.#leave(key, known, done) }
    }
    const flight: Flight<Result> = {
      startedAtMs: now,
      writesBefore: writes,
      waiting: new Set([done]),
      cancel: () => {},
    }
    this.#flights.set(key, flight)
    flight.cancel = begin((result) => {
      this.#forget(key, flight)
      for (const waiter of flight.waiting) waiter(result)
    })
    return { shared: false, leave: () => this.#leave(key, flight, done) }
  }

  #mayTakeIn({ startedAtMs, writesBefore }: Flight<Result>, now: number): boolean {
    return now - startedAtMs < this.#youngMs && writesBefore === writes
  }

  #leave(key: string, flight: Flight<Result>, done: (result: Result) => void): void {
    if (!flight.waiting.delete(done) || flight.waiting.size > 0) return
    this.#forget(key, flight)
    flight.cancel()
  }

  #forget(key: string, flight: Flight<Result>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
