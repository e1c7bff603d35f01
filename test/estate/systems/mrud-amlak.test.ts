import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

const RESIDENCES = '/v1/residences?nationalCode='
const RENTALS = '/v1/rentals?nationalCode=9944268089'
let client: RestClient

beforeAll(async () => {
  client = await openRestClient('mrud-amlak')
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

test.each<[string, Record<string, string>, number]>([
  ['without an account', { authorization: '' }, 401],
  ['with a wrong password', { authorization: `Basic ${btoa('panjareh-demo:wrong')}` }, 401],
  ['with a wrong project key', { 'x-project-key': 'wrong' }, 403],
])('Q34: a call %s is refused', async (_name, headers, status) => {
  const reply = await client.ask(`${RESIDENCES}0004120371`, { headers })
  expect(reply.status).toBe(status)
})

test.each([
  ['a wrong check digit', `${RESIDENCES}0004120372`, 400],
  ['a national id without its zeros', `${RESIDENCES}4120371`, 400],
  ['no national id', '/v1/residences', 400],
  ['a page that is no number', `${RENTALS}&page=x`, 400],
  ['a parameter that the contract does not have', `${RENTALS}&pageSize=100`, 400],
  ['a postcode with a dash', '/v1/units/15936-01044', 400],
  ['another path', '/v2/residences', 404],
  ['a person without an account', `${RESIDENCES}9924357442`, 404],
  ['a postcode that nobody has', '/v1/units/1111111111', 404],
])('%s is refused', async (_name, path, status) => {
  expect((await client.ask(path)).status).toBe(status)
})

test('another method is refused', async () => {
  expect((await client.ask(`${RESIDENCES}0004120371`, { body: {} })).status).toBe(405)
})

test('Q11: postcodes and national ids are numbers that have lost their zeros', async () => {
  expect(await client.read(RENTALS)).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ tenantNationalCode: 1015, postalCode: expect.any(Number) }),
    ]),
  })
})

test.each([
  [1, 50],
  [2, 3],
  [3, 0],
])('Q33: page %i has %i of 53 tenancies', async (page, length) => {
  const reply = await client.read(`${RENTALS}&page=${page}`)
  expect(reply).toMatchObject({ page, pageSize: 50, totalCount: 53 })
  expect(reply).toHaveProperty('items.length', length)
})

test.each([
  ['its owner lives', '1593601044', { status: 1, households: 1, emptySince: null }],
  ['its owner has died', '9177601046', { status: 3, households: 0, emptySince: '1401/07/23' }],
  ['a tenant lives', '5166601058', { status: 2, households: 1 }],
])('a unit in which %s', async (_name, postCode, unit) => {
  expect(await client.read(`/v1/units/${postCode}`)).toMatchObject(unit)
})

test('a list of one element collapses by its switch', async () => {
  client.estate.set('mrud-amlak', { oneElement: true })
  expect(await client.read(`${RESIDENCES}9924022343`)).toMatchObject({
    items: { postalCode: 8_143_601_045, relation: 1 },
  })
})

test('drift renames a field, a breakdown is 503', async () => {
  client.estate.set('mrud-amlak', { drift: true })
  expect(await client.read('/v1/units/1593601044')).toHaveProperty('postCode', 1_593_601_044)
  client.estate.set('mrud-amlak', { failRate: 1 })
  expect((await client.ask('/v1/units/1593601044')).status).toBe(503)
})
