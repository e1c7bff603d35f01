import { expect, onTestFinished, test } from 'vitest'

import type { ExchangeRequest, Transport } from '../../../adapters/adapter.ts'
import type { AuthSettings, HeaderSettings } from '../../../adapters/sign-in/auth-settings.ts'
import { authorize } from '../../../adapters/sign-in/authorize.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { callContext, serve } from '../wire.ts'

const GET: ExchangeRequest = { method: 'GET', path: '/x', headers: { authorization: 'Mine' } }
const SECRETS: Record<string, string> = {
  USER: 'کاربر',
  PASSWORD: 'p:w',
  KEY: 'k-1',
  TOKEN: 'abc.def',
}

function secret(variable: string): string {
  return SECRETS[variable] ?? ''
}

function open(
  address: string,
  auth: readonly AuthSettings[],
  headers?: HeaderSettings[],
): Transport {
  const limits = { replyBytes: 10_000, concurrency: 8 }
  const transport = openTransport({ system: 'sys', address, limits })
  onTestFinished(() => transport.close())
  return authorize(transport, auth, { system: 'sys', secret, address, headers })
}

test('basic and api-key stand together in their headers and win over the exchange', async () => {
  const wire = await serve(() => ({}))
  const auth: AuthSettings[] = [
    { scheme: 'basic', user: 'USER', password: 'PASSWORD' },
    { scheme: 'api-key', header: 'X-Api-Key', key: 'KEY' },
    { scheme: 'input', values: {} },
  ]
  await open(wire.address, auth).exchange(
    { ...GET, headers: { Authorization: 'Mine' } },
    callContext(),
  )
  const expected = `Basic ${Buffer.from('کاربر:p:w').toString('base64')}`
  expect(wire.received[0]?.headers).toMatchObject({ authorization: expected, 'x-api-key': 'k-1' })
})

test('a bearer token stands in its header, query credentials behind the query', async () => {
  const wire = await serve(() => ({}))
  const auth: AuthSettings[] = [
    { scheme: 'bearer', token: 'TOKEN' },
    { scheme: 'api-key', query: 'api key', key: 'KEY' },
    { scheme: 'query', values: { u: 'USER', p: 'PASSWORD' } },
  ]
  await open(wire.address, auth).exchange({ ...GET, path: '/x?a=1' }, callContext())
  expect(wire.received).toMatchObject([
    {
      url: '/base/x?a=1&api%20key=k-1&u=%DA%A9%D8%A7%D8%B1%D8%A8%D8%B1&p=p%3Aw',
      headers: { authorization: 'Bearer abc.def' },
    },
  ])
})

test('headers of the settings are filled anew for every call', async () => {
  const wire = await serve(() => ({}))
  const transport = open(
    wire.address,
    [],
    [
      { name: 'X-Client', text: 'EE/GOV/1' },
      { name: 'x-id', from: 'uuid' },
      { name: 'x-time', from: 'time' },
      { name: 'x-request', from: 'request-id' },
      { name: 'x-trace', from: 'traceparent' },
      { name: 'x-user', variable: 'KEY' },
      { element: '{urn:x}id', from: 'uuid' },
    ],
  )
  for (const _ of [1, 2])
    await transport.exchange({ ...GET, headers: { 'X-CLIENT': 'mine' } }, callContext())
  const [one, two] = wire.received.map(({ headers }) => headers)
  expect(one).toMatchObject({
    'x-client': 'EE/GOV/1',
    'x-id': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
    'x-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    'x-request': callContext().requestId,
    'x-user': 'k-1',
  })
  expect(one).not.toHaveProperty('x-trace')
  expect(one?.['x-id']).not.toBe(two?.['x-id'])
})

test.each([
  ['a line end', 'k\r\nx-admin: 1'],
  ['a line end behind it', 'k\n'],
  ['a null', 'k\0'],
  ['a letter beyond Latin-1', 'کلید'],
])('a secret with %s is refused at load and not shown', (_name, value) => {
  const transport: Transport = {
    exchange: () => Promise.reject(new TypeError()),
    close: async () => {},
  }
  for (const auth of [
    { scheme: 'bearer', token: 'SECRET' },
    { scheme: 'api-key', header: 'x-key', key: 'SECRET' },
  ] as const) {
    const options = { system: 'sys', secret: () => value, address: 'http://h' }
    expect(() => authorize(transport, [auth], options)).toThrow('SECRET holds what no header')
    expect(() => authorize(transport, [auth], options)).not.toThrow(value)
  }
})
