// Identical questions under way are asked once.

import { Flight, type FlightOptions } from './flight.ts'

interface Joined<T> {
  readonly answer: Promise<T>
  /** Was the call under way already? */
  readonly isJoined: boolean
}

export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>()

  get size(): number {
    return this.#flights.size
  }

  /** Is somebody asking already? */
  has(key: string): boolean {
    return this.#flights.has(key)
  }

  /**
   * Joins the flight of that key or starts one. A flight takes others in only for the first half of its time: else who comes
   * late would be told of a deadline that was not his.
   */
  join(key: string, signal: AbortSignal, options: FlightOptions<T>): Joined<T> {
    const known = this.#flights.get(key)
    if (known !== undefined && options.now() - known.startedAt <= options.timeoutMs / 2) {
      return { answer: known.join(signal), isJoined: true }
    }
    const flight: Flight<T> = new Flight({
      ...options,
      ended: () => this.#forget(key, flight),
    })
    this.#flights.set(key, flight)
    const answer = flight.join(signal)
    flight.start()
    return { answer, isJoined: false }
  }

  /** Those under way are waited for by those who do already, and by nobody else. */
  takeNobodyIn(): void {
    this.#flights.clear()
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
