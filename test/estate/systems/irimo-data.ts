// Data of weather stations. REST JSON over stored procedures: a login whose token is nested in `claims` (Q23), user,
// password and token in the query (Q27), rows of zeros for days without a report and 9999 for what is not measured (Q25).

import { type Asked, type CheckRequest, isObjection, readRequests } from '../contract-requests.ts'
import { LoginTokens } from '../login-tokens.ts'
import type { Fields } from '../open-api.ts'
import type { Point, WeatherStation } from '../places.ts'
import { isSecret, jsonReply, numberOf } from '../rest-replies.ts'
import {
  htmlPage,
  type CreateSimulator,
  type Simulator,
  type WireReply,
  type WireRequest,
  type World,
} from '../simulator.ts'

const USER = 'panjareh-demo'
const PASSWORD = 'sajjadeh-demo-password'
const LIFE_MS = 600_000
const LOGIN_PLACE = '/sajjadeh/auth/login'
const PAGE_SIZE = 7
const DAY_MS = 86_400_000
const NOT_MEASURED = 9999
const EARTH_KM = 6371
const LOGIN_PAGE = htmlPage('سجاده', 'برای ورود نام کاربری و گذرواژه را وارد کنید')
/** Days of which the estate tells a story: the flights to Tabriz were cancelled by this snow. */
const STORIES: Readonly<Record<string, Fields>> = {
  '99706 2026-11-21': {
    t_min: -9.4,
    t_max: -2.1,
    rain_mm: 18.6,
    snow_cm: 24,
    wind_max_ms: 21,
    wind_dir: 270,
    phenomena: 'برف شدید و کولاک',
  },
}
/** A day of the week (0 is Sunday) on which nobody reports from small stations. */
const SILENT_DAY = 5
const SMALL_STATIONS: ReadonlySet<string> = new Set(['99751', '99719'])

export const createIrimoData: CreateSimulator = (world): Simulator => {
  const check = readRequests('irimo-data', 'openapi.yaml')
  const tokens = new LoginTokens(world.now, LIFE_MS)
  return {
    id: 'irimo-data',
    name: 'Weather station data',
    protocol: 'REST',
    path: '/sajjadeh',
    environment: { IRIMO_DATA_USER: USER, IRIMO_DATA_PASSWORD: PASSWORD },
    isBusiness: ({ url }) => url.pathname !== LOGIN_PLACE,
    answer: (request) => answer(request, { check, tokens, world }),
    failure: () => jsonReply(500, { error: 'ORA-01034: ORACLE not available' }),
    drift: (text) => text.replaceAll('"station_name":', '"name_fa":'),
  }
}

interface Service {
  readonly check: CheckRequest
  readonly tokens: LoginTokens
  readonly world: World
}

function answer(request: WireRequest, { check, tokens, world }: Service): WireReply {
  const isLogin = request.url.pathname === LOGIN_PLACE
  if (!isLogin && !tokens.isLive(request.url.searchParams.get('token'))) {
    return { status: 200, contentType: 'text/html; charset={charset}', body: LOGIN_PAGE }
  }
  const asked = check(request)
  if (isObjection(asked)) {
    if (asked.problem === 'path') return jsonReply(404, { error: 'no such procedure' })
    if (asked.problem === 'method') return jsonReply(405, { error: 'method not allowed' })
    return jsonReply(400, { error: `${asked.problem}: ${asked.name}` })
  }
  if (isLogin) return logIn(asked, tokens, world)
  const rows = asked.operation === 'GetDaily' ? daysOf(asked, world) : stationsOf(asked, world)
  const { oneElement } = request.switches
  const listed = (items: readonly Fields[]): unknown =>
    oneElement && items.length === 1 ? items[0] : items
  if (asked.operation !== 'GetDaily') return jsonReply(200, { rows: listed(rows) })
  const from = Number(asked.values['cursor']?.slice(1) ?? 0)
  const next = from + PAGE_SIZE < rows.length ? `r${from + PAGE_SIZE}` : null
  return jsonReply(200, { rows: listed(rows.slice(from, from + PAGE_SIZE)), next })
}

function logIn({ values }: Asked, tokens: LoginTokens, { now }: World): WireReply {
  const { user, pass } = values
  if (user !== USER || !isSecret(pass, PASSWORD)) return jsonReply(200, { claims: null })
  const exp = Math.floor((now() + LIFE_MS) / 1_000)
  return jsonReply(200, { claims: { token: tokens.issue(), user, exp } })
}

function stationsOf({ operation, values }: Asked, { places }: World): Fields[] {
  if (operation === 'GetStation') {
    const station = places.weatherStation(String(values['station']).padStart(5, '0'))
    return station === undefined ? [] : [toRow(station, null)]
  }
  const point = { latitude: Number(values['lat']), longitude: Number(values['lon']) }
  const near = places.weatherStations
    .map((station) => ({ station, distance: distanceKm(point, station) }))
    .toSorted((left, right) => left.distance - right.distance)
  return near.slice(0, 1).map(({ station, distance }) => toRow(station, distance))
}

function toRow(station: WeatherStation, distance: number | null): Fields {
  return {
    station_id: Number(station.stationId),
    station_name: station.name,
    station_name_en: station.nameEn,
    province_code: Number(station.province),
    lat: station.latitude,
    lon: station.longitude,
    elevation: station.elevationMetres,
    distance_km: distance === null ? null : Number(distance.toFixed(1)),
  }
}

function daysOf({ values }: Asked, { places }: World): Fields[] {
  const station = places.weatherStation(String(values['station']).padStart(5, '0'))
  const first = Date.parse(`${values['from']}T00:00:00Z`)
  const last = Date.parse(`${values['to']}T00:00:00Z`)
  if (station === undefined || !(last >= first)) return []
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, place) =>
    dayOf(station, new Date(first + place * DAY_MS)),
  )
}

/** Invented, but the same at every asking. */
function dayOf(station: WeatherStation, at: Date): Fields {
  const day = at.toISOString().slice(0, 10)
  const isSmall = SMALL_STATIONS.has(station.stationId)
  if (isSmall && at.getUTCDay() === SILENT_DAY) return ZEROS
  const seed = `${station.stationId} ${day}`
  const low = 14 - station.elevationMetres / 150 + numberOf(seed, 60) / 10
  const rain = numberOf(`${seed} rain`, 4) === 0 ? numberOf(`${seed} mm`, 200) / 10 : 0
  return {
    station_id: Number(station.stationId),
    day,
    t_min: Number(low.toFixed(1)),
    t_max: Number((low + 8 + numberOf(`${seed} max`, 60) / 10).toFixed(1)),
    rain_mm: rain,
    snow_cm: isSmall ? NOT_MEASURED : 0,
    wind_max_ms: numberOf(`${seed} wind`, 18),
    wind_dir: numberOf(`${seed} direction`, 36) * 10,
    phenomena: rain > 0 ? 'باران' : null,
    ...STORIES[seed],
  }
}

const ZEROS: Fields = {
  station_id: 0,
  day: '0000-00-00',
  t_min: 0,
  t_max: 0,
  rain_mm: 0,
  snow_cm: 0,
  wind_max_ms: 0,
  wind_dir: 0,
  phenomena: null,
}

/** Great circle, haversine. */
function distanceKm(from: Point, to: Point): number {
  const part =
    half(from.latitude, to.latitude) +
    Math.cos(radians(from.latitude)) *
      Math.cos(radians(to.latitude)) *
      half(from.longitude, to.longitude)
  return 2 * EARTH_KM * Math.asin(Math.sqrt(part))
}

function half(left: number, right: number): number {
  return Math.sin(radians(right - left) / 2) ** 2
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
