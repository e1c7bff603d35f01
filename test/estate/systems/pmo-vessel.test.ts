import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { signIn } from '../credentials.ts'
import { openRestClient, type RestClient } from '../rest-client.ts'

const START = Date.UTC(2026, 10, 22, 8)
let now = START
let client: RestClient

beforeAll(async () => {
  client = await openRestClient('pmo-vessel', { now: () => now })
})
afterEach(() => {
  now = START
  client.estate.reset()
})
afterAll(() => client.estate.close())

test('Q8: every number, date and identifier mixes three digit sets', async () => {
  expect(await client.read('/v2/vessels/9000235')).toMatchObject({
    imoNo: 'IMO ۹٠0۰٢3۵',
    nameEn: 'AZMUN 2',
    grossTonnage: '۶١,2۳٠',
    registerDate: '۱٣9۲/١1/۰٥',
    owners: [{ nationalCode: null, legalNationalCode: '۹٩0۰٥6۸٨1۳٧' }, {}],
  })
})

test('Q25: what is not known is a sentinel', async () => {
  expect(await client.read('/v2/vessels/9000479')).toMatchObject({
    callSign: '-',
    mmsi: '-',
    netTonnage: '۹٩9۹',
    builtYear: '۹٩9۹',
    loadLineExpireDate: '۱٣0۰/٠1/۰١',
  })
})

test.each([
  ['a vessel that does not exist', '/v2/vessels/9074729', 404],
  ['a wrong check digit', '/v2/vessels/9000100', 400],
  ['a number that is too short', '/v2/vessels/900010', 400],
  ['an owner id of nine digits', '/v2/owners/123456789/vessels', 400],
  ['a switch that is no boolean', '/v2/owners/0004120371/vessels?includeDeleted=perhaps', 400],
  ['a parameter that the contract does not have', '/v2/vessels/9000106?lang=fa', 400],
  ['another path', '/v1/vessels/9000106', 404],
])('%s is refused', async (_name, path, status) => {
  expect((await client.ask(path)).status).toBe(status)
})

test('deleted vessels are listed only for whoever asks for them', async () => {
  const owned = '/v2/owners/99005688137/vessels'
  expect(await client.read(owned)).toHaveLength(2)
  expect(await client.read(`${owned}?includeDeleted=true`)).toHaveLength(3)
  expect(await client.read('/v2/owners/9994435639/vessels')).toEqual([])
})

test('a token lives five minutes', async () => {
  const { headers } = await signIn(client.estate, 'pmo-vessel')
  const status = async () =>
    (await client.ask('/v2/vessels/9000106', { signedIn: false, headers })).status
  expect(await status()).toBe(200)
  now = START + 301_000
  expect(await status()).toBe(401)
})

test('no token, no vessel', async () => {
  expect((await client.ask('/v2/vessels/9000106', { signedIn: false })).status).toBe(401)
})

test('a list of one element collapses, a field drifts, a breakdown is 503', async () => {
  client.estate.set('pmo-vessel', { oneElement: true })
  expect(await client.read('/v2/owners/0000001015/vessels')).toHaveProperty('status', 1)
  client.estate.set('pmo-vessel', { drift: true })
  expect(await client.read('/v2/vessels/9000106')).toHaveProperty('gt')
  client.estate.set('pmo-vessel', { failRate: 1 })
  expect((await client.ask('/v2/vessels/9000106')).status).toBe(503)
})
