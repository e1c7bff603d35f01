// Rights of air passengers, kept by the civil aviation organisation: what a delay or cancellation gives, and claims.
// POST for every question, an envelope in status 200 whatever happens (Q15), yes and no in three ways (Q22).

import { type Asked, type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import type { Flight } from '../flights.ts'
import type { Fields } from '../open-api.ts'
import { isNationalId } from '../personas.ts'
import { isSecret, jsonReply } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest, World } from '../simulator.ts'

const KEY = 'paxrights-demo-key'
const [DONE, INVALID, UNKNOWN, AWAY] = [0, 1400, 1404, 1500]

interface Claim {
  readonly persona: string
  readonly trackingNo: string
  readonly flightKey: string
  readonly ticketNo: string
  readonly filedOn: string
  readonly status: 1 | 2 | 3 | 4
  readonly awardRial: number | null
}

/** Of the flights of flights.json; ticket numbers begin with 000, which no airline has. */
const CLAIMS: readonly Claim[] = [
  {
    persona: 'kaveh',
    trackingNo: 'PR05090011',
    flightKey: 'X7113-2026-11-20',
    ticketNo: '0001234567890',
    filedOn: '2026-11-21',
    status: 2,
    awardRial: null,
  },
  {
    persona: 'sara',
    trackingNo: 'PR05090017',
    flightKey: 'Z2208-2026-11-21',
    ticketNo: '0009912345671',
    filedOn: '2026-11-21',
    status: 3,
    awardRial: 38_500_000,
  },
  {
    persona: 'sara',
    trackingNo: 'PR05080342',
    flightKey: 'X7112-2026-11-20',
    ticketNo: '0009912345005',
    filedOn: '2026-11-20',
    status: 4,
    awardRial: 0,
  },
]

export const createCaaPaxrights: CreateSimulator = (world): Simulator => {
  const check = readRequests('caa-paxrights')
  return {
    id: 'caa-paxrights',
    name: 'Rights of air passengers',
    protocol: 'REST',
    path: '/PaxRights',
    environment: { CAA_PAXRIGHTS_KEY: KEY },
    answer: (request) => answer(request, check, world),
    failure: () => envelope(AWAY, 'سرویس در دسترس نیست', null),
    drift: (text) => text.replaceAll('"flightKey":', '"flightNo":'),
  }
}

function answer(request: WireRequest, check: CheckRequest, world: World): WireReply {
  if (!isSecret(request.headers['apikey'], KEY)) {
    return jsonReply(401, { isSuccess: false, ResCode: 1401, message: 'کلید معتبر نیست' })
  }
  const asked = check(request)
  if (!isObjection(asked)) return answerAsked(asked, request, world)
  if (asked.problem === 'path') return jsonReply(404, { message: 'Not Found' })
  if (asked.problem === 'method') return jsonReply(405, { message: 'Method Not Allowed' })
  if (asked.problem === 'media type') return jsonReply(415, { message: 'Unsupported Media Type' })
  return envelope(INVALID, `پارامتر ${asked.name} معتبر نیست`, null)
}

function answerAsked({ operation, body }: Asked, request: WireRequest, world: World): WireReply {
  if (operation === 'GetFlightRights') {
    const flight = world.flights.flight(String(body['flightKey']))
    if (flight === undefined) return envelope(UNKNOWN, 'پرواز یافت نشد', null)
    return envelope(DONE, 'موفق', toRights(flight))
  }
  if (operation === 'TrackClaim') {
    const claim = CLAIMS.find(({ trackingNo }) => trackingNo === body['trackingNo'])
    if (claim === undefined) return envelope(UNKNOWN, 'شکایت یافت نشد', null)
    return envelope(DONE, 'موفق', toClaim(claim))
  }
  const nationalId = String(body['nationalCode'])
  if (!isNationalId(nationalId)) return envelope(INVALID, 'کد ملی معتبر نیست', null)
  const persona = world.population.byNationalId(nationalId)
  const claims = CLAIMS.filter((claim) => claim.persona === persona?.key).map(toClaim)
  const [only] = claims
  const collapsed = request.switches.oneElement && claims.length === 1 && only !== undefined
  return envelope(DONE, 'موفق', collapsed ? only : claims)
}

/** From two hours on refreshments, from four a meal and half the fare; a hotel when it is night; all of it back when cancelled. */
function toRights(flight: Flight): Fields {
  const delay = delayOf(flight)
  const cancelled = flight.status === 'cancelled'
  const weather = flight.delayReason?.includes('جوی') ?? false
  const event = eventOf(cancelled, delay)
  const night = flight.scheduledDeparture.slice(11) >= '22:00:00'
  return {
    flightKey: flight.flightId,
    event,
    delayMinutes: delay,
    cause: flight.delayReason,
    forceMajeure: word(event !== 'NONE' && weather),
    airlineFault: word(event !== 'NONE' && !weather),
    refreshment: letter(cancelled || delay >= 120),
    meal: letter(cancelled || delay >= 240),
    hotel: letter(event !== 'NONE' && night),
    refundPercent: cancelled ? 100 : delay >= 240 ? 50 : 0,
    ruledOn: event === 'NONE' ? null : flight.day,
  }
}

function eventOf(cancelled: boolean, delay: number): 'CANCEL' | 'DELAY' | 'NONE' {
  if (cancelled) return 'CANCEL'
  return delay >= 60 ? 'DELAY' : 'NONE'
}

/** Whole minutes; 0 while it is not known. */
function delayOf({ scheduledDeparture, actualDeparture, estimatedDeparture }: Flight): number {
  const left = actualDeparture ?? estimatedDeparture
  if (left === null) return 0
  return (Date.parse(`${left}Z`) - Date.parse(`${scheduledDeparture}Z`)) / 60_000
}

function letter(due: boolean): 'Y' | 'N' {
  return due ? 'Y' : 'N'
}

function word(yes: boolean): 'بلی' | 'خیر' {
  return yes ? 'بلی' : 'خیر'
}

function toClaim(claim: Claim): Fields {
  const { trackingNo, flightKey, ticketNo, filedOn, status, awardRial } = claim
  const answeredByAirline = status > 2 ? 1 : 0
  return { trackingNo, flightKey, ticketNo, filedOn, status, answeredByAirline, awardRial }
}

function envelope(code: number, message: string, data: object | null): WireReply {
  return jsonReply(200, { isSuccess: code === DONE, ResCode: code, message, data })
}
