// Technical inspection of vehicles by plate. REST JSON with a fixed bearer token; dates `1404/9/7` (Q2), yes and no in
// three ways within one record (Q22), 1300/1/1 and 999999 for what does not exist (Q25).

import { type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import { spelledPlate } from '../legacy-text.ts'
import type { Fields } from '../open-api.ts'
import type { Population, Vehicle } from '../personas.ts'
import { isSecret, jsonReply, numberOf } from '../rest-replies.ts'
import type { CreateSimulator, Simulator, WireReply, WireRequest } from '../simulator.ts'

const TOKEN = 'techinsp-demo-token'
const NO_DATE = '1300/1/1'
const NO_NUMBER = 999_999
/** Cars of these years are too young to be inspected. */
const FIRST_YOUNG_YEAR = 1400
const ITEMS = [
  ['01', 'ترمز'],
  ['02', 'آلایندگی'],
  ['03', 'نور چراغ‌ها'],
  ['04', 'جلوبندی'],
] as const

export const createRmtoTechinsp: CreateSimulator = ({ population }): Simulator => {
  const check = readRequests('rmto-techinsp')
  return {
    id: 'rmto-techinsp',
    name: 'Technical inspection of vehicles',
    protocol: 'REST',
    path: '/simfa',
    environment: { RMTO_TECHINSP_TOKEN: TOKEN },
    isBusiness: () => true,
    answer: (request) => answer(request, check, population),
    failure: () => jsonReply(500, { error: 'ORA-12541: TNS:no listener' }),
    drift: (text) => text.replaceAll('"validUntil":', '"expireDate":'),
  }
}

function answer(request: WireRequest, check: CheckRequest, population: Population): WireReply {
  if (!isSecret(request.headers.authorization, `Bearer ${TOKEN}`)) {
    const challenge = { 'www-authenticate': 'Bearer realm="simfa"' }
    return jsonReply(401, { error: 'unauthorized' }, challenge)
  }
  const asked = check(request)
  if (isObjection(asked)) {
    if (asked.problem === 'path') return jsonReply(404, { error: 'no such resource' })
    if (asked.problem === 'method') return jsonReply(405, { error: 'method not allowed' })
    return jsonReply(400, { error: `${asked.problem}: ${asked.name}` })
  }
  const rows = inspectionsOf(asked.values['plate'] ?? '', population)
  const [latest] = rows
  if (asked.operation === 'latestInspection') {
    return latest === undefined
      ? jsonReply(404, { error: 'not inspected' })
      : jsonReply(200, latest)
  }
  const collapsed = request.switches.oneElement && rows.length === 1
  return jsonReply(200, { count: rows.length, rows: collapsed ? latest : rows })
}

/** Trucks and buses come twice, cars once; the latest first. */
function inspectionsOf(plate: string, population: Population): Fields[] {
  const vehicle = population.personas
    .flatMap(({ vehicles }) => vehicles)
    .find((each) => each.plate === plate)
  if (vehicle === undefined || vehicle.year >= FIRST_YOUNG_YEAR) return []
  const month = 1 + numberOf(`${plate} month`, 12)
  const day = 1 + numberOf(`${plate} day`, 29)
  const isHeavy = vehicle.fleetCard !== null
  // Every fifth vehicle failed last time: then there is no certificate, and no end of one.
  const rejected = numberOf(`${plate} rejected`, 5) === 0
  const latest = toRow(vehicle, { year: 1405, month, day, rejected })
  return isHeavy ? [latest, toRow(vehicle, { year: 1404, month, day, rejected: false })] : [latest]
}

interface Inspected {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly rejected: boolean
}

/** Valid for a year; the estate's clock stands in the ninth month of 1405. */
function toRow(vehicle: Vehicle, { year, month, day, rejected }: Inspected): Fields {
  const { plate, vin, fleetCard } = vehicle
  const past = month > 8 ? 1 : 0
  const on = `${year - past}/${month}/${day}`
  const centre = numberOf(`${plate} centre`, 9) + 1
  return {
    plate: spelledPlate(plate),
    vin,
    certificateNo: rejected ? null : `${year}${String(numberOf(vin, 1_000_000)).padStart(6, '0')}`,
    inspectDate: on,
    validUntil: rejected ? NO_DATE : `${year - past + 1}/${month}/${day}`,
    rejectDate: rejected ? on : NO_DATE,
    isValid: rejected || year < 1405 ? 'خیر' : 'بلی',
    isHeavy: fleetCard === null ? 0 : 1,
    odometer: numberOf(`${vin} read`, 4) === 0 ? NO_NUMBER : kilometres(vin, year),
    centerCode: `04${centre}`,
    centerName: `مرکز معاینه فنی نمونه ${centre}`,
    items: ITEMS.map(([code, title], place) => ({
      code,
      title,
      passed: rejected && place === numberOf(plate, ITEMS.length) ? 'N' : 'Y',
    })),
  }
}

/** Forty thousand a year at the most. */
function kilometres(vin: string, year: number): number {
  return 200_000 + numberOf(vin, 40_000) * (year - 1400)
}
