import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readPopulation } from '../personas.ts'
import { type Estate, startEstate } from '../start-estate.ts'

/** 12:00 in Tehran (UTC+03:30). */
const NOON = Date.UTC(2026, 10, 22, 8, 30)
const HOUR = 3_600_000
let now = NOON
let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: ['vazife-status'], switches: { latency: 0 }, now: () => now })
})
afterEach(() => {
  now = NOON
  estate.reset()
})
afterAll(() => estate.close())

const population = await readPopulation()
const numberOf = (key: string): string => String(Number(population.byKey(key)?.nationalId))

function authorization(): string {
  const { VAZIFE_STATUS_USER: user, VAZIFE_STATUS_PASSWORD: password } = estate.environment
  return `Basic ${btoa(`${user}:${password}`)}`
}

function place(nin: string): string {
  return `${estate.environment['VAZIFE_STATUS_URL']}/status.csv?nin=${nin}`
}

function ask(nin: string, credentials = authorization()): Promise<Response> {
  return fetch(place(nin), { headers: { authorization: credentials } })
}

async function textOf(reply: Response): Promise<string> {
  return new TextDecoder('windows-1256', { fatal: true }).decode(await reply.arrayBuffer())
}

test('one row in windows-1256, Arabic letters, no header, id without its zeros', async () => {
  const reply = await ask(numberOf('kaveh'))
  expect(reply.headers.get('content-type')).toBe('text/csv')
  expect(await textOf(reply)).toMatch(/^4120371;01;پايان خدمت;[0-9]{8};1386\/11\/20;\r\n$/u)
})

test('an exemption says its kind', async () => {
  expect(await textOf(await ask(numberOf('gholam-approximate')))).toContain(';02;معاف;')
  expect(await textOf(await ask(numberOf('nader-no-licence')))).toContain(';پزشكي\r\n')
})

test.each([
  ['a woman', () => numberOf('sara')],
  ['a person who does not exist', () => '9990000001'],
])('there is no row for %s', async (_name, nin) => {
  const reply = await ask(nin())
  expect(reply.status).toBe(200)
  expect(await reply.text()).toBe('')
})

test.each(['0004120371', 'x', '', '12345678901'])('nin %j is no number of theirs', async (nin) => {
  expect((await ask(nin)).status).toBe(400)
})

test.each(['', `Basic ${btoa('panjareh-demo:wrong')}`])('refuses credentials %j', async (given) => {
  expect((await ask('4120371', given)).status).toBe(401)
})

test('an address that is not on the list is refused', async () => {
  const request = get(place('4120371'), {
    localAddress: '127.0.0.2',
    headers: { authorization: authorization() },
  })
  const events: unknown[] = await once(request, 'response')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of this event in node:http
  const reply = events[0] as IncomingMessage
  reply.resume()
  expect(reply.statusCode).toBe(403)
})

test.each([
  ['00:59', -11 * HOUR - 60_000, 'text/csv'],
  ['01:00', -11 * HOUR, 'text/html; charset=utf-8'],
  ['04:29', -7 * HOUR - 31 * 60_000, 'text/html; charset=utf-8'],
  ['05:00', -7 * HOUR, 'text/csv'],
])('by the clock, %s Tehran answers %s', async (_time, offset, type) => {
  estate.set('vazife-status', { window: 'clock' })
  now = NOON + offset
  const reply = await ask('4120371')
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toBe(type)
})

test('by the clock, connections are reset from 04:30', async () => {
  estate.set('vazife-status', { window: 'clock' })
  now = NOON - 7.5 * HOUR
  await expect(ask('4120371')).rejects.toThrow()
})

test('drift puts a column in', async () => {
  estate.set('vazife-status', { drift: true })
  expect(await textOf(await ask('4120371'))).toMatch(/^4120371;0;01;/u)
})

test('another charset by its switch', async () => {
  estate.set('vazife-status', { encoding: 'utf-8' })
  expect(await (await ask('4120371')).text()).toContain('پايان خدمت')
})
