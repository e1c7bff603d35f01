import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { signIn } from '../credentials.ts'
import { openRestClient, type RestClient } from '../rest-client.ts'

const START = Date.UTC(2026, 10, 22, 8)
let now = START
let client: RestClient

beforeAll(async () => {
  client = await openRestClient('irimo-data', { now: () => now })
})
afterEach(() => {
  now = START
  client.estate.reset()
})
afterAll(() => client.estate.close())

const days = (query: string) => client.read(`/dws/GetDaily?${query}`)

test('a station, and one that does not exist', async () => {
  expect(await client.read('/dws/GetStation?station=99706')).toMatchObject({
    rows: [{ station_id: 99_706, station_name_en: 'Tabriz', elevation: 1361, distance_km: null }],
  })
  expect(await client.read('/dws/GetStation?station=1')).toEqual({ rows: [] })
})

test('the nearest station to a point', async () => {
  expect(await client.read('/dws/GetNearestStation?lat=35.7219&lon=51.4056')).toMatchObject({
    rows: [{ station_id: 99_754, distance_km: 9.1 }],
  })
  expect(await client.read('/dws/GetNearestStation?lat=32.6&lon=51.7')).toMatchObject({
    rows: [{ station_name_en: 'Isfahan' }],
  })
})

test('Q25: a day without a report is a row of zeros, what is not measured is 9999', async () => {
  expect(await days('station=99751&from=2026-11-19&to=2026-11-20')).toMatchObject({
    rows: [
      { station_id: 99_751, day: '2026-11-19', snow_cm: 9999 },
      { station_id: 0, day: '0000-00-00', t_max: 0, rain_mm: 0 },
    ],
    next: null,
  })
})

test('seven rows at a time, the rest by a cursor', async () => {
  const first = await days('station=99706&from=2026-11-10&to=2026-11-22')
  expect(first).toHaveProperty('rows.length', 7)
  expect(first).toHaveProperty('next', 'r7')
  const rest = await days('station=99706&from=2026-11-10&to=2026-11-22&cursor=r7')
  expect(rest).toHaveProperty('rows.length', 6)
  expect(rest).toHaveProperty('rows.4.phenomena', 'برف شدید و کولاک')
  expect(rest).toHaveProperty('next', null)
})

test('Q23: a token lives ten minutes, then comes the login page with status 200', async () => {
  const { query } = await signIn(client.estate, 'irimo-data')
  const ask = () =>
    client.ask(`/dws/GetStation?station=99706&token=${query['token']}`, { signedIn: false })
  expect((await ask()).headers.get('content-type')).toMatch(/json/u)
  now = START + 601_000
  const late = await ask()
  expect(late.status).toBe(200)
  expect(late.headers.get('content-type')).toMatch(/html/u)
})

test('Q27: the login takes user and password from the query, and says null to a wrong one', async () => {
  const { IRIMO_DATA_USER: user } = client.estate.environment
  const place = `/auth/login?user=${user}&pass=wrong`
  expect(await client.read(place, { signedIn: false })).toEqual({ claims: null })
  expect((await client.ask('/auth/login', { signedIn: false })).status).toBe(400)
  expect(client.estate.calls()).toEqual({ 'irimo-data': 0 })
})

test.each([
  ['a point outside Iran', '/dws/GetNearestStation?lat=48.1&lon=51.4', 400],
  ['a station that is no number', '/dws/GetStation?station=tabriz', 400],
  ['a day that is none', '/dws/GetDaily?station=99706&from=yesterday&to=2026-11-22', 400],
  ['no end', '/dws/GetDaily?station=99706&from=2026-11-22', 400],
  ['a parameter that the contract does not have', '/dws/GetStation?station=99706&lang=fa', 400],
  ['a procedure that does not exist', '/dws/GetHourly?station=99706', 404],
])('%s is refused', async (_name, path, status) => {
  expect((await client.ask(path)).status).toBe(status)
})

test('a list of one element collapses, a field drifts, the database is away', async () => {
  client.estate.set('irimo-data', { oneElement: true })
  expect(await client.read('/dws/GetStation?station=99706')).toHaveProperty('rows.elevation', 1361)
  client.estate.set('irimo-data', { drift: true })
  expect(await client.read('/dws/GetStation?station=99706')).toHaveProperty('rows.name_fa')
  client.estate.set('irimo-data', { failRate: 1 })
  expect((await client.ask('/dws/GetStation?station=99706')).status).toBe(500)
})
