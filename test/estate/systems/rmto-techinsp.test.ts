import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

let client: RestClient

beforeAll(async () => {
  client = await openRestClient('rmto-techinsp')
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

const latest = (plate: string) => `/api/vehicles/${encodeURIComponent(plate)}/inspection`
const all = (plate: string) => `/api/vehicles/${encodeURIComponent(plate)}/inspections`

test('Q2, Q22, Q25: a vehicle that passed', async () => {
  expect(await client.read(latest('68ب417-10'))).toMatchObject({
    plate: '68ب417 ايران 10',
    inspectDate: '1405/7/1',
    validUntil: '1406/7/1',
    rejectDate: '1300/1/1',
    isValid: 'بلی',
    isHeavy: 0,
    odometer: 999_999,
    items: expect.arrayContaining([{ code: '01', title: 'ترمز', passed: 'Y' }]),
  })
})

test('Q22, Q25: a vehicle that failed has neither a certificate nor an end of one', async () => {
  expect(await client.read(latest('55ع631-12'))).toMatchObject({
    certificateNo: null,
    validUntil: '1300/1/1',
    rejectDate: '1405/8/2',
    isValid: 'خیر',
    items: expect.arrayContaining([{ code: '01', title: 'ترمز', passed: 'N' }]),
  })
})

test('heavy vehicles have a history, young ones none', async () => {
  expect(await client.read(all('12ع345-11'))).toMatchObject({
    count: 2,
    rows: [{ isHeavy: 1 }, { isValid: 'خیر' }],
  })
  expect(await client.read(all('83ن295-44'))).toEqual({ count: 0, rows: [] })
})

test.each([
  ['a young car', latest('83ن295-44'), 404],
  ['a plate that nobody has', latest('99ب999-99'), 404],
  ['a plate in another order', latest('ایران11-345ع12'), 400],
  ['a parameter that the contract does not have', `${latest('12ع345-11')}?full=1`, 400],
  ['another path', '/api/vehicles', 404],
])('%s is refused', async (_name, path, status) => {
  expect((await client.ask(path)).status).toBe(status)
})

test.each([
  ['without a token', { signedIn: false }, 401],
  ['with another token', { headers: { authorization: 'Bearer techinsp-demo-tokem' } }, 401],
  ['with the token as Basic', { headers: { authorization: 'Basic techinsp-demo-token' } }, 401],
  ['by POST', { body: {} }, 405],
])('a call %s is refused', async (_name, asking, status) => {
  expect((await client.ask(latest('12ع345-11'), asking)).status).toBe(status)
})

test('a list of one element collapses, a field drifts, the database breaks down', async () => {
  client.estate.set('rmto-techinsp', { oneElement: true })
  expect(await client.read(all('68ب417-10'))).toHaveProperty('rows.isHeavy', 0)
  client.estate.set('rmto-techinsp', { drift: true })
  expect(await client.read(latest('68ب417-10'))).toHaveProperty('expireDate', '1406/7/1')
  client.estate.set('rmto-techinsp', { failRate: 1 })
  expect((await client.ask(latest('68ب417-10'))).status).toBe(500)
})
