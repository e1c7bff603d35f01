// Identical questions under way are asked once.

/** One call that several wait for; it is aborted when the last of them has gone. */
interface Flight<T> {
  readonly promise: Promise<T>
  readonly controller: AbortController
  waiting: number
}

export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()

  /** Joins the flight of that key or starts one. The task's own signal outlives a caller who leaves others behind. */
  async join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const flight = this.#flights.get(key) ?? this.#open(key, start)
    flight.waiting += 1
    const left = Promise.withResolvers<never>()
    const leave = (): void => {
      flight.waiting -= 1
      if (flight.waiting === 0) this.#abandon(key, flight, signal.reason)
      else left.reject(signal.reason)
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([left.promise, flight.promise])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #open(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController()
    const promise = start(controller.signal).finally(() => this.#forget(key, flight))
    const flight: Flight<T> = { promise, controller, waiting: 0 }
    this.#flights.set(key, flight)
    return flight
  }

  /** Nobody may join a flight that is being aborted. */
  #abandon(key: string, flight: Flight<T>, reason: unknown): void {
    this.#forget(key, flight)
    flight.controller.abort(reason)
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
