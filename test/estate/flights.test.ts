import { expect, test } from 'vitest'

import { readCompanies } from './companies.ts'
import { readFlights } from './flights.ts'

const companies = await readCompanies()
const { airports, flights, ...rest } = await readFlights().then((all) => ({
  airports: all.airports,
  flights: all.flights,
  all,
}))

test('a flight is named by airline, number and day, flies between two airports and is an airline’s', () => {
  for (const { flightId, airline, number, day, from, to, airlineLegalNationalId } of flights) {
    expect(flightId).toBe(`${airline}${number}-${day}`)
    expect(rest.all.airport(from), flightId).toBeDefined()
    expect(rest.all.airport(to), flightId).toBeDefined()
    expect(from).not.toBe(to)
    const company = companies.byLegalNationalId(airlineLegalNationalId)
    expect(company, flightId).toMatchObject({ activity: 'airline', code: airline })
  }
})

test('ids are unique and times follow each other', () => {
  expect(new Set(flights.map(({ flightId }) => flightId)).size).toBe(flights.length)
  expect(new Set(airports.map(({ iata }) => iata)).size).toBe(airports.length)
  for (const flight of flights) {
    expect(flight.scheduledArrival > flight.scheduledDeparture, flight.flightId).toBe(true)
    if (flight.actualArrival !== null) {
      expect(flight.actualArrival > flight.actualDeparture!, flight.flightId).toBe(true)
    }
  }
})

test('there is a cancelled, a delayed and a late flight, and a board of one', () => {
  const states = new Set(flights.map(({ status }) => status))
  expect(states).toEqual(new Set(['scheduled', 'boarding', 'delayed', 'cancelled', 'landed']))
  expect(rest.all.departures('KER', '2026-11-22')).toHaveLength(1)
  expect(rest.all.arrivals('KER', '2026-11-22')).toHaveLength(0)
  expect(rest.all.flight('X7113-2026-11-20')?.delayReason).toBe('نقص فنی هواپیما')
})
