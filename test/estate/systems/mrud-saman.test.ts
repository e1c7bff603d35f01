import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Asking, openRestClient, type RestClient } from '../rest-client.ts'

const PLACE = '/api/inquiry/applicant'
const KAMRAN = '9954279253'
const SHIRIN = '9994323938'
let client: RestClient

beforeAll(async () => {
  client = await openRestClient('mrud-saman')
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

const inquire = (nationalCode: string) => client.read(PLACE, { body: { nationalCode } })

test('Q13: old files have commas, new ones Persian separators', async () => {
  expect(await inquire(KAMRAN)).toMatchObject({
    is_ok: true,
    code: 0,
    result: {
      formJ: 'R',
      applications: [
        { scheme: 1, depositRial: '2,000,000', subsidyRial: '45,000,000' },
        { scheme: 3, depositRial: '۴۰۰٬۰۰۰٬۰۰۰', paidRial: '۰', loanRial: null },
      ],
    },
  })
})

test.each([
  ['somebody who never applied', { nationalCode: '9994435639' }, 21],
  ['a wrong check digit', { nationalCode: '0004120372' }, 31],
  ['a number', { nationalCode: 9_954_279_253 }, 30],
  ['nothing', {}, 30],
  ['a member that the contract does not have', { nationalCode: KAMRAN, mobile: '09' }, 30],
])('Q15: %s is a fault inside status 200', async (_name, body, code) => {
  expect(await client.read(PLACE, { body })).toMatchObject({ is_ok: false, code, result: null })
})

test.each<[string, Asking, number]>([
  ['without a token', { signedIn: false, body: {} }, 401],
  ['with another token', { headers: { authorization: 'Bearer saman-demo-tokem' }, body: {} }, 401],
  ['by GET', {}, 405],
  ['as text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
])('a call %s is refused', async (_name, asking, status) => {
  expect((await client.ask(PLACE, asking)).status).toBe(status)
})

test('Q29: a second call at a time gets 429', async () => {
  client.estate.set('mrud-saman', { latency: 150 })
  const asking = { body: { nationalCode: KAMRAN } }
  const replies = await Promise.all([client.ask(PLACE, asking), client.ask(PLACE, asking)])
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 429]))
})

test('a list of one element collapses, a field drifts, a breakdown is a fault inside status 200', async () => {
  client.estate.set('mrud-saman', { oneElement: true })
  expect(await inquire(SHIRIN)).toHaveProperty('result.applications.scheme', 3)
  client.estate.set('mrud-saman', { drift: true })
  expect(await inquire(KAMRAN)).toHaveProperty('result.applications.0.facilityRial', '200,000,000')
  client.estate.set('mrud-saman', { failRate: 1 })
  expect(await inquire(KAMRAN)).toMatchObject({ is_ok: false, code: 90 })
})
