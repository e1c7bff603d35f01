import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createPmoSeafarer } from './pmo-seafarer.ts'

const NAMESPACE = 'urn:pmo:seafarer:v1'
const ACCOUNT = { username: 'panjareh', password: 'Dary4navard' }
const OFFICER = '9964290421'
const MINUTE = 60_000
let now = Date.UTC(2026, 10, 22, 8)
let estate: Estate
let url = ''
let ticket = ''

beforeAll(async () => {
  estate = await startEstate({
    systems: [createPmoSeafarer],
    switches: { latency: 0 },
    now: () => now,
  })
  url = estate.environment['PMO_SEAFARER_URL'] ?? ''
})
beforeEach(async () => {
  ticket = await signOn()
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function ask(body: unknown, method = 'POST'): Promise<Response> {
  const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
  return fetch(`${url}/sso/ticket`, { method, ...sent })
}

async function signOn(): Promise<string> {
  const { data }: { data: { ticket: string } } = await (await ask(ACCOUNT)).json()
  return data.ticket
}

function toHeader(value: string, name = 'Ticket'): string {
  return `<SsoTicket xmlns="${NAMESPACE}"><${name}>${value}</${name}></SsoTicket>`
}

function toBody(number: string): string {
  return `<GetSeafarer xmlns="${NAMESPACE}"><CodeMelli>${number}</CodeMelli></GetSeafarer>`
}

function toCall(number = OFFICER): SoapCall {
  const action = `${NAMESPACE}:GetSeafarer`
  return { url, version: '1.2', action, header: toHeader(ticket), body: toBody(number) }
}

describeStrictness({
  system: 'pmo-seafarer',
  estate: () => estate,
  call: () => toCall(),
  wrongBodies: {
    'a text for a number': toBody('abc'),
    'an element left out': `<GetSeafarer xmlns="${NAMESPACE}"/>`,
  },
  strangers: {
    'no header': [{ header: '' }, 'Sender'],
    'a ticket that nobody gave': [{ header: toHeader('x') }, 'Sender'],
    'a header of another form': [{ header: toHeader('x', 'Token') }, 'Sender'],
  },
})

it.each([
  ['another password', { ...ACCOUNT, password: 'x' }, 401],
  ['no account', {}, 401],
  ['what is no object', 'x', 401],
])('gives no ticket to %s', async (_, body, status) => {
  expect((await ask(body)).status).toBe(status)
})

it('gives tickets to a POST only, and does not count them as calls', async () => {
  expect((await ask(undefined, 'GET')).status).toBe(405)
  expect(estate.calls()['pmo-seafarer']).toBe(0)
})

it('takes a ticket for fifteen minutes', async () => {
  now += 15 * MINUTE - 1
  expect((await postSoap(toCall())).status).toBe(200)
  now += 1
  const { status, content } = await postSoap(toCall())
  expect(status).toBe(400)
  expect(childText(child(child(content, 'Detail'), 'SeafarerFault'), 'Code')).toBe(
    'SSO_TICKET_EXPIRED',
  )
})

it('writes ids as numbers, names in two alphabets', async () => {
  const { content } = await postSoap(toCall('1015'))
  const seafarer = child(content, 'Seafarer')
  expect(childText(seafarer, 'CodeMelli')).toBe('1015')
  expect([childText(seafarer, 'NamFa'), childText(seafarer, 'NameEn')]).toEqual([
    'زهرا صفرپور',
    'ZAHRA SAFARPOUR',
  ])
})

it.each([
  ['404', '4120371'],
  ['400', '4120372'],
])('answers code %s and nil', async (code, number) => {
  const { content } = await postSoap(toCall(number))
  expect(childText(content, 'Code')).toBe(code)
  expect(child(content, 'Seafarer')?.attributes).toEqual({ nil: 'true' })
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('pmo-seafarer', 'Seafarer.wsdl', url)
  client.addSoapHeader(toHeader(ticket))
  const [reply] = await client['GetSeafarerAsync']({ CodeMelli: OFFICER })
  expect(reply.Seafarer.Madarek.Madrak).toHaveLength(3)
})
