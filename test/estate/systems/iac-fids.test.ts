import { request } from 'node:http'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { openRestClient, type RestClient } from '../rest-client.ts'

const ID = 'iac-fids'

let client: RestClient
beforeAll(async () => {
  client = await openRestClient(ID)
})
afterEach(() => client.estate.reset())
afterAll(() => client.estate.close())

async function text(path: string): Promise<string> {
  return (await client.ask(path)).text()
}

test('times are local without zone, what has not happened is in the year 1', async () => {
  const body = await text('/flights/Z2208-2026-11-22')
  expect(body).toContain('<STD>2026-11-22T16:00:00</STD>')
  expect(body).toContain('<ATD>0001-01-01T00:00:00</ATD>')
  expect(body).toContain('<Delay>210</Delay><Gate>0</Gate>')
  expect(await text('/flights/Z2208-2026-11-21')).toContain('<Delay>9999</Delay>')
})

test('texts are in Arabic letters', async () => {
  const body = await text('/airports/THR/departures?date=2026-11-22')
  expect(body).toMatch(/[يك]/u)
  expect(body).not.toMatch(/[یک]/u)
})

async function count(place: string): Promise<number> {
  return (await text(`/airports/${place}`)).match(/<Flight /gu)?.length ?? 0
}

test('a board is a list whatever its length', async () => {
  expect(await count('THR/departures?date=2026-11-20')).toBe(2)
  expect(await count('KER/departures?date=2026-11-22')).toBe(1)
  expect(await count('KER/arrivals?date=2026-11-22')).toBe(0)
})

test.each([
  ['another path', '/airport/THR', 404],
  ['an airport of four letters', '/airports/OIII', 400],
  ['an airport that is none', '/airports/XXX', 404],
  ['no day', '/airports/THR/departures', 400],
  ['a day of another form', '/airports/THR/departures?date=20261120', 400],
  ['an unknown parameter', '/airports/THR?lang=fa', 400],
  ['a flight that is none', '/flights/X7999-2026-11-20', 404],
])('%s is answered by an error in XML', async (_name, path, status) => {
  const reply = await client.ask(path)
  expect(reply.status).toBe(status)
  expect(await reply.text()).toContain(`<Error><Code>${status}</Code>`)
})

test('a caller from another address is refused, whatever it says of itself', async () => {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const url = `${client.estate.environment['IAC_FIDS_URL']}/airports/THR`
  const headers = { 'x-forwarded-for': '127.0.0.1' }
  request(url, { localAddress: '127.0.0.2', headers }, (reply) => {
    reply.resume()
    resolve(reply.statusCode)
  })
    .on('error', reject)
    .end()
  expect(await promise).toBe(403)
})

test('drift renames an element, a breakdown is 503', async () => {
  client.estate.set(ID, { drift: true })
  expect(await text('/flights/Z2208-2026-11-22')).toContain('<ActualDep>')
  client.estate.set(ID, { failRate: 1 })
  expect((await client.ask('/airports/THR')).status).toBe(503)
})
