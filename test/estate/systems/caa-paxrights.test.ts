import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

let client: RestClient

beforeAll(async () => {
  client = await openRestClient('caa-paxrights')
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

const rights = (flightKey: string) => client.read('/GetFlightRights', { body: { flightKey } })
const claims = (nationalCode: string) =>
  client.read('/GetClaimsOfPassenger', { body: { nationalCode } })

test.each([
  [
    'a delay of its own making',
    'X7113-2026-11-20',
    { event: 'DELAY', delayMinutes: 265, airlineFault: 'بلی', meal: 'Y', refundPercent: 50 },
  ],
  [
    'a cancellation by weather',
    'Z2208-2026-11-21',
    { event: 'CANCEL', forceMajeure: 'بلی', airlineFault: 'خیر', refundPercent: 100 },
  ],
  ['a flight on time', 'X7112-2026-11-20', { event: 'NONE', meal: 'N', ruledOn: null }],
])('Q22: %s', async (_name, flightKey, data) => {
  expect(await rights(flightKey)).toMatchObject({ isSuccess: true, ResCode: 0, data })
})

test.each([
  ['a flight that does not exist', '/GetFlightRights', { flightKey: 'X7999-2026-11-20' }, 1404],
  ['a key without its day', '/GetFlightRights', { flightKey: 'X7112' }, 1400],
  [
    'a member that the contract does not have',
    '/TrackClaim',
    { trackingNo: 'PR05090011', a: 1 },
    1400,
  ],
  ['a wrong check digit', '/GetClaimsOfPassenger', { nationalCode: '0004120372' }, 1400],
  ['a claim that does not exist', '/TrackClaim', { trackingNo: 'PR00000000' }, 1404],
])('Q15: %s is an error inside status 200', async (_name, path, body, ResCode) => {
  expect(await client.read(path, { body })).toMatchObject({
    isSuccess: false,
    ResCode,
    data: null,
  })
})

test.each([
  ['with a wrong key', { headers: { apikey: 'wrong' }, body: {} }, 401],
  ['without a key', { signedIn: false, body: {} }, 401],
  ['by GET', { method: 'GET' }, 405],
  [
    'as a form',
    {
      body: 'flightKey=X7112-2026-11-20',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    415,
  ],
])('a call %s is refused', async (_name, asking, status) => {
  expect((await client.ask('/GetFlightRights', asking)).status).toBe(status)
})

test('claims of a passenger, and of one who has none', async () => {
  expect(await claims('9924022343')).toHaveProperty('data.length', 2)
  expect(await claims('0004120371')).toMatchObject({ data: [{ answeredByAirline: 0 }] })
  expect(await claims('9994435639')).toMatchObject({ isSuccess: true, data: [] })
})

test('a list of one element collapses, a field drifts, the service breaks down inside status 200', async () => {
  client.estate.set('caa-paxrights', { oneElement: true })
  expect(await claims('0004120371')).toHaveProperty('data.trackingNo', 'PR05090011')
  client.estate.set('caa-paxrights', { drift: true })
  expect(await rights('X7112-2026-11-20')).toHaveProperty('data.flightNo')
  client.estate.set('caa-paxrights', { failRate: 1 })
  expect(await rights('X7112-2026-11-20')).toMatchObject({ isSuccess: false, ResCode: 1500 })
})
