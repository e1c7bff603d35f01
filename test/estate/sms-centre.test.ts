import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { type Estate, startEstate } from './start-estate.ts'

let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: [], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function call(method: string, path: string, body?: unknown, key?: string): Promise<Response> {
  const { SMS_CENTRE_URL: url, SMS_CENTRE_KEY: right = '' } = estate.environment
  const headers = { 'content-type': 'application/json', 'x-api-key': key ?? right }
  return fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const MESSAGE = { to: '09000000001', text: 'کد: ۱۲۳۴۵۶', reference: 'reference-1' }

test('a message that is taken can be read at the control endpoint, the newest first', async () => {
  expect(await (await call('POST', '/v1/messages', MESSAGE)).json()).toMatchObject({ status: 0 })
  await call('POST', '/v1/messages', { ...MESSAGE, to: '09000000002' })
  const read: unknown = await (await fetch(`${estate.control}/messages`)).json()
  expect(read).toMatchObject([{ to: '09000000002' }, { to: '09000000001', text: MESSAGE.text }])
})

test.each<[string, unknown, number]>([
  ['another number', { ...MESSAGE, to: '+989000000001' }, 400],
  ['no text', { ...MESSAGE, text: '' }, 400],
  ['no reference', { to: MESSAGE.to, text: MESSAGE.text }, 400],
])('%s is refused', async (_, body, status) => {
  expect((await call('POST', '/v1/messages', body)).status).toBe(status)
  expect(estate.messages()).toEqual([])
})

test('a number that is not taken is an error inside status 200', async () => {
  const reply = await call('POST', '/v1/messages', { ...MESSAGE, to: '09990000000' })
  expect([reply.status, await reply.json()]).toEqual([200, { status: 4, messageId: null }])
})

test('it wants its key', async () => {
  expect((await call('POST', '/v1/messages', MESSAGE, 'x')).status).toBe(401)
  expect((await call('GET', '/v1/credit', undefined, 'x')).status).toBe(401)
})

test('it is switched like a system, and is none of the systems', async () => {
  const url = `${estate.control}/switches/sms-centre`
  await fetch(url, { method: 'PUT', body: '{"failRate":1}' })
  expect((await call('GET', '/v1/credit')).status).toBe(503)
  expect(estate.systems).toEqual([])
  expect(Object.keys(estate.switches())).toEqual([])
  await fetch(`${estate.control}/switches`, { method: 'DELETE' })
  expect((await call('GET', '/v1/credit')).status).toBe(200)
})
