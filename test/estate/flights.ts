// Airports and the flights of four days, shared by all simulators. Airlines are invented (companies.json).
// Times are local to Tehran without zone.

import { readFile } from 'node:fs/promises'

import type { Point } from './places.ts'

export interface Airport extends Point {
  /** Three letters. */
  readonly iata: string
  readonly icao: string
  readonly name: string
  readonly nameEn: string
  /** Code of a province. */
  readonly province: string
}

export interface Flight {
  /** `X7112-2026-11-20` */
  readonly flightId: string
  /** IATA designator of the airline. */
  readonly airline: string
  readonly airlineLegalNationalId: string
  readonly number: string
  /** `2026-11-20`, day of the scheduled departure. */
  readonly day: string
  /** IATA codes. */
  readonly from: string
  readonly to: string
  readonly scheduledDeparture: string
  readonly scheduledArrival: string
  readonly estimatedDeparture: string | null
  readonly actualDeparture: string | null
  readonly actualArrival: string | null
  readonly status: 'scheduled' | 'boarding' | 'delayed' | 'cancelled' | 'landed'
  readonly aircraft: string
  readonly gate: string | null
  readonly delayReason: string | null
}

export class Flights {
  readonly airports: readonly Airport[]
  readonly flights: readonly Flight[]
  readonly #byId: ReadonlyMap<string, Flight>

  constructor(content: { airports: readonly Airport[]; flights: readonly Flight[] }) {
    this.airports = content.airports
    this.flights = content.flights
    this.#byId = new Map(content.flights.map((flight) => [flight.flightId, flight]))
  }

  airport(iata: string): Airport | undefined {
    return this.airports.find((airport) => airport.iata === iata)
  }

  flight(flightId: string): Flight | undefined {
    return this.#byId.get(flightId)
  }

  /** In order of departure. */
  departures(iata: string, day: string): readonly Flight[] {
    return this.flights.filter((flight) => flight.from === iata && flight.day === day)
  }

  arrivals(iata: string, day: string): readonly Flight[] {
    return this.flights.filter((flight) => flight.to === iata && flight.day === day)
  }
}

export async function readFlights(): Promise<Flights> {
  const text = await readFile(new URL('flights.json', import.meta.url), 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own data file, checked by flights.test.ts
  return new Flights(JSON.parse(text) as { airports: Airport[]; flights: Flight[] })
}
