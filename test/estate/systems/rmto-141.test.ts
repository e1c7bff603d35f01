import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Asking, openRestClient, type RestClient } from '../rest-client.ts'

let client: RestClient

beforeAll(async () => {
  client = await openRestClient('rmto-141', { now: () => Date.parse('2026-11-22T08:30:00Z') })
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const REPORT = {
  service_code: '003',
  utm_e: '536126.4',
  utm_n: '3949785.9',
  utm_zone: '39',
  description: 'آب همه خط را گرفته است',
}

function send(
  change: Record<string, string> = {},
  headers: Record<string, string> = FORM,
): Promise<Response> {
  const body = new URLSearchParams({ ...REPORT, ...change }).toString()
  return client.ask('/requests', { body, headers })
}

test('Q28: places of sections are x and y in either order', async () => {
  expect(await client.read('/sections/0590011')).toMatchObject({ start: { x: 51.209, y: 36.001 } })
  expect(await client.read('/sections/0440105')).toMatchObject({ start: { x: 31.8402, y: 54.442 } })
})

test('Q6, Q28: reports have no zone of time and a zone of place', async () => {
  expect(await client.read('/requests/14100231')).toMatchObject([
    {
      requested_datetime: '2026-11-22T05:31:00',
      utm_e: 522_788.9,
      utm_n: 3_999_528.6,
      utm_zone: 39,
    },
  ])
})

test('sections of a province, open and all reports of a section', async () => {
  expect(await client.read('/provinces/1/sections')).toMatchObject([{ sectionId: '0910007' }])
  expect(await client.read('/sections/0710042/requests')).toHaveLength(2)
  expect(await client.read('/sections/0710042/requests?status=open')).toHaveLength(1)
  expect(await client.read('/sections/0440105/requests')).toEqual([])
})

test('a report is taken once, and can be asked for', async () => {
  const first = await send()
  expect(first.status).toBe(201)
  const [receipt] = [await first.json()].flat()
  expect(await (await send()).json()).toEqual([receipt])
  expect(receipt).toMatchObject({ service_request_id: expect.stringMatching(/^1420[0-9]{4}$/u) })
  const id: unknown = Object.values(Object(receipt))[0]
  expect(await client.read(`/requests/${String(id)}`)).toMatchObject([
    { status: 'open', service_name: 'آب‌گرفتگی', requested_datetime: '2026-11-22T12:00:00' },
  ])
})

test.each<[string, Record<string, string>, number]>([
  ['an unknown subject', { service_code: '009' }, 400],
  ['a zone outside Iran', { utm_zone: '33' }, 400],
  ['a place that is no number', { utm_e: 'east' }, 400],
  ['a word of two letters', { description: 'آب' }, 400],
  ['a member that the contract does not have', { mobile: '09000000001' }, 400],
])('a report with %s is refused', async (_name, change, status) => {
  expect((await send(change)).status).toBe(status)
})

test('a report as JSON is refused', async () => {
  expect((await client.ask('/requests', { body: REPORT })).status).toBe(415)
})

test.each<[string, string, Asking, number]>([
  ['without a key', '/sections/0590011', { signedIn: false }, 403],
  ['with a wrong key', '/sections/0590011', { headers: { 'x-141-key': 'wrong' } }, 403],
  ['for a section of six digits', '/sections/059001', {}, 400],
  ['for a section that does not exist', '/sections/1234567', {}, 404],
  ['for a report that does not exist', '/requests/99999999', {}, 404],
  ['for a province by name', '/provinces/tehran/sections', {}, 400],
  ['with a parameter that the contract does not have', '/sections/0590011?lang=fa', {}, 400],
  ['by POST', '/sections/0590011', { body: '', method: 'POST' }, 405],
])('a call %s is refused', async (_name, path, asking, status) => {
  expect((await client.ask(path, asking)).status).toBe(status)
})

test('Q29: a third connection at a time is cut', async () => {
  client.estate.set('rmto-141', { latency: 150 })
  const calls = [1, 2, 3].map(() => client.ask('/sections/0590011'))
  const ended = await Promise.allSettled(calls)
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
})

test('a list of one element collapses, a field drifts, a breakdown is an error of Open311', async () => {
  client.estate.set('rmto-141', { oneElement: true })
  expect(await client.read('/provinces/1/sections')).toHaveProperty('sectionId', '0910007')
  client.estate.set('rmto-141', { drift: true })
  expect(await client.read('/sections/0590011')).toHaveProperty('updatedAt')
  client.estate.set('rmto-141', { failRate: 1 })
  const reply = await client.ask('/sections/0590011')
  expect(reply.status).toBe(500)
  expect(await reply.json()).toMatchObject([{ code: 500 }])
})
