// Flight information of the airports company: REST XML for callers of known addresses, local times without zone (Q6),
// Arabic letters (Q7), zeros and nines for what is not known (Q25).

import { type Asked, isObjection, readRequests } from '../contract-requests.ts'
import type { Flight } from '../flights.ts'
import { arabicLetters } from '../legacy-text.ts'
import type { CreateSimulator, Simulator, WireReply, World } from '../simulator.ts'
import { element, leaf, xmlError, xmlProblem, xmlReply } from '../xml-replies.ts'

/** Other loopback addresses (127.0.0.2) are strangers. */
const ALLOWED = new Set(['127.0.0.1', '::1'])
const NEVER = '0001-01-01T00:00:00'
const UNKNOWN_DELAY = 9999
const MINUTE_MS = 60_000

const STATUSES: Readonly<Record<Flight['status'], string>> = {
  scheduled: 'طبق برنامه',
  boarding: 'سوارشدن',
  delayed: 'تأخیر',
  cancelled: 'لغو شد',
  landed: 'نشست',
}

export const createIacFids: CreateSimulator = (world): Simulator => {
  const check = readRequests('iac-fids')
  return {
    id: 'iac-fids',
    name: 'Flight information',
    protocol: 'REST XML',
    path: '/fids/v4',
    environment: {},
    isBusiness: () => true,
    answer(request) {
      if (!ALLOWED.has(request.remoteAddress)) return xmlError(403, 'address is not registered')
      const asked = check(request)
      return isObjection(asked)
        ? xmlProblem(asked)
        : (ANSWERS[asked.operation]?.(asked, world) ?? xmlError(404, 'operation'))
    },
    failure: () => xmlError(503, 'service unavailable'),
    drift: (text) => text.replaceAll('ATD>', 'ActualDep>').replaceAll('NameFa>', 'NamePersian>'),
  }
}

type Answer = (asked: Asked, world: World) => WireReply

const ANSWERS: Readonly<Record<string, Answer>> = {
  GetAirport({ values }, { flights }) {
    const airport = flights.airport(values['code'] ?? '')
    if (airport === undefined) return xmlError(404, 'airport')
    const children = [
      leaf('NameFa', arabicLetters(airport.name)),
      leaf('NameEn', airport.nameEn),
      leaf('Lat', airport.latitude),
      leaf('Lon', airport.longitude),
    ]
    return reply(element('Airport', children, { iata: airport.iata, icao: airport.icao }))
  },
  GetDepartures: ({ values: { code = '', date = '' } }, world) =>
    toBoard({ code, date }, world.flights.departures(code, date), world),
  GetArrivals: ({ values: { code = '', date = '' } }, world) =>
    toBoard({ code, date }, world.flights.arrivals(code, date), world),
  GetFlight({ values }, world) {
    const flight = world.flights.flight(values['key'] ?? '')
    return flight === undefined ? xmlError(404, 'flight') : reply(toElement(flight, world))
  },
}

function toBoard(
  { code, date }: { readonly code: string; readonly date: string },
  flights: readonly Flight[],
  world: World,
): WireReply {
  const list = element(
    'Flights',
    flights.map((flight) => toElement(flight, world)),
  )
  return reply(element('Fids', [list], { airport: code, date }))
}

function toElement(flight: Flight, { companies, flights }: World): string {
  const { airline, from, to } = flight
  const name = (iata: string): string => arabicLetters(flights.airport(iata)?.name ?? '')
  const company = companies.byLegalNationalId(flight.airlineLegalNationalId)
  const children = [
    leaf('FlightNo', airline + flight.number),
    leaf('AirlineCode', airline),
    leaf('AirlineId', flight.airlineLegalNationalId),
    leaf('AirlineName', arabicLetters(company?.name ?? '')),
    leaf('From', from),
    leaf('FromName', name(from)),
    leaf('To', to),
    leaf('ToName', name(to)),
    leaf('Aircraft', flight.aircraft),
    leaf('STD', flight.scheduledDeparture),
    leaf('STA', flight.scheduledArrival),
    leaf('ETD', flight.estimatedDeparture ?? NEVER),
    leaf('ATD', flight.actualDeparture ?? NEVER),
    leaf('ATA', flight.actualArrival ?? NEVER),
    leaf('Delay', delayOf(flight)),
    leaf('Gate', flight.gate ?? '0'),
    leaf('Status', arabicLetters(STATUSES[flight.status])),
    leaf('Remark', arabicLetters(flight.delayReason ?? '')),
  ]
  return element('Flight', children, { key: flight.flightId })
}

function delayOf({ scheduledDeparture, estimatedDeparture, actualDeparture }: Flight): number {
  const last = actualDeparture ?? estimatedDeparture
  if (last === null) return UNKNOWN_DELAY
  return (Date.parse(`${last}Z`) - Date.parse(`${scheduledDeparture}Z`)) / MINUTE_MS
}

function reply(root: string): WireReply {
  return { ...xmlReply(200, root), contentType: 'text/xml; charset={charset}' }
}
