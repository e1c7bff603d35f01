import { describe, expect, onTestFinished, test, vi } from 'vitest'

import type { ExchangeRequest, Transport } from '../../../adapters/adapter.ts'
import type { AuthSettings } from '../../../adapters/settings.ts'
import { authorize } from '../../../adapters/transport/authorize.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { callContext, everythingOf, type Received, serve, type WireAnswer } from '../wire.ts'

const GET: ExchangeRequest = { method: 'GET', path: '/x', headers: { authorization: 'Mine' } }
const SECRETS: Record<string, string> = {
  USER: 'کاربر',
  PASSWORD: 'p:w',
  KEY: 'k-1',
  CLIENT: 'c l',
  CLIENT_SECRET: 's&t',
}
const OAUTH: AuthSettings = {
  scheme: 'oauth2',
  tokenPath: '/token',
  client: 'CLIENT',
  secret: 'CLIENT_SECRET',
  scope: 'read',
}

function secret(variable: string): string {
  return SECRETS[variable] ?? ''
}

function open(address: string, auth: readonly AuthSettings[], now?: () => number): Transport {
  const limits = { replyBytes: 10_000, concurrency: 8 }
  const transport = openTransport({ system: 'sys', address, limits })
  onTestFinished(() => transport.close())
  return authorize(transport, auth, { system: 'sys', secret, ...(now && { now }) })
}

/** A system with a token endpoint; `business` answers all else. */
function system(
  business: (token: string, count: number) => WireAnswer | Promise<WireAnswer>,
  expiresIn?: number,
) {
  let issued = 0
  let asked = 0
  return serve(async (request: Received) => {
    if (request.url !== '/base/token') {
      asked += 1
      return business(request.headers.authorization ?? '', asked)
    }
    issued += 1
    await new Promise((resolve) => setTimeout(resolve, 20))
    const token = {
      access_token: `t${issued}`,
      token_type: 'Bearer',
      ...(expiresIn && { expires_in: expiresIn }),
    }
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(token) }
  })
}
const ok = (token: string): WireAnswer => ({ body: token })
const textOf = (reply: { readonly body: Uint8Array }): string => Buffer.from(reply.body).toString()
const tokens = (received: readonly Received[]): Received[] =>
  received.filter(({ url }) => url === '/base/token')

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

describe('oauth2 client credentials', () => {
  test('fetches one token for all who wait, signing in as RFC 6749 says', async () => {
    const wire = await system(ok)
    const transport = open(wire.address, [OAUTH])
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => transport.exchange(GET, callContext())),
    )
    expect(replies.map(textOf)).toEqual(Array.from({ length: 4 }, () => 'Bearer t1'))
    expect(tokens(wire.received)).toMatchObject([
      {
        method: 'POST',
        body: 'grant_type=client_credentials&scope=read',
        headers: {
          authorization: `Basic ${Buffer.from('c+l:s%26t').toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
      },
    ])
  })

  test.each([
    [120, 107_000, 'Bearer t1'],
    [120, 108_000, 'Bearer t2'],
    [undefined, 269_000, 'Bearer t1'],
    [undefined, 270_000, 'Bearer t2'],
  ])('with expires_in %s the token %i ms later is %s', async (expiresIn, later, expected) => {
    let now = 1_000
    const wire = await system(ok, expiresIn)
    const transport = open(wire.address, [OAUTH], () => now)
    await transport.exchange(GET, callContext())
    now += later
    expect(textOf(await transport.exchange(GET, callContext()))).toBe(expected)
  })

  test.each<[string, WireAnswer]>([
    ['401', { status: 401 }],
    ['a login page with status 200', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ])('tries once more with a new token after %s', async (_name, refusal) => {
    const wire = await system((token) => (token === 'Bearer t1' ? refusal : ok(token)))
    const transport = open(wire.address, [OAUTH])
    const replies = await Promise.all([1, 2].map(() => transport.exchange(GET, callContext())))
    expect(replies.map(textOf)).toEqual(['Bearer t2', 'Bearer t2'])
    expect(tokens(wire.received)).toHaveLength(2)
  })

  test('a late refusal of the old token does not throw the new one away', async () => {
    const wire = await system(async (token, count) => {
      if (token !== 'Bearer t1') return ok(token)
      await new Promise((resolve) => setTimeout(resolve, count === 1 ? 0 : 100))
      return { status: 401 }
    })
    const transport = open(wire.address, [OAUTH])
    const replies = await Promise.all([1, 2].map(() => transport.exchange(GET, callContext())))
    expect(replies.map(textOf)).toEqual(['Bearer t2', 'Bearer t2'])
    expect(tokens(wire.received)).toHaveLength(2)
  })

  test('does not try a third time', async () => {
    const wire = await system(() => ({ status: 401 }))
    expect(await open(wire.address, [OAUTH]).exchange(GET, callContext())).toMatchObject({
      status: 401,
    })
    expect(wire.received).toHaveLength(4)
  })

  test.each<[string, WireAnswer, string]>([
    ['401', { status: 401, body: 'client c l is unknown' }, 'SYSTEM_REFUSED'],
    ['503', { status: 503 }, 'SYSTEM_UNAVAILABLE'],
    ['a page', { body: '<html>c l</html>' }, 'SYSTEM_REPLY_INVALID'],
    ['a token that is no header', { body: '{"access_token":"a\\r\\nb"}' }, 'SYSTEM_REPLY_INVALID'],
  ])(
    'a token endpoint that answers %s fails the call without saying who asked',
    async (_name, answer, code) => {
      const wire = await serve(() => answer)
      const error: unknown = await open(wire.address, [OAUTH])
        .exchange(GET, callContext())
        .catch((each: unknown) => each)
      expect(error).toMatchObject({ code, system: 'sys', detail: { reason: 'no token' } })
      expect(everythingOf(error)).not.toMatch(/c l|c\+l|s&t|s%26t/)
      expect(wire.received).toHaveLength(1)
    },
  )

  test('a failed fetch is not kept: the next call fetches again', async () => {
    const wire = await serve((request, count) => {
      if (request.url !== '/base/token') return { body: 'ok' }
      return count === 1 ? { status: 500 } : { body: '{"access_token":"t"}' }
    })
    const transport = open(wire.address, [OAUTH])
    await expect(transport.exchange(GET, callContext())).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
    })
    expect(await transport.exchange(GET, callContext())).toMatchObject({ status: 200 })
  })

  test('a caller who goes away does not end the fetch for the others', async () => {
    const wire = await system(ok)
    const transport = open(wire.address, [OAUTH])
    const leaving = transport.exchange(GET, callContext(AbortSignal.timeout(1)))
    const staying = transport.exchange(GET, callContext())
    await expect(leaving).rejects.toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    expect(textOf(await staying)).toBe('Bearer t1')
  })

  test('reads every secret at load', () => {
    const asked = vi.fn((name: string) => name)
    const transport: Transport = {
      exchange: () => Promise.reject(new TypeError()),
      close: async () => {},
    }
    authorize(transport, [OAUTH], { system: 'sys', secret: asked })
    expect(asked.mock.calls.flat()).toEqual(['CLIENT', 'CLIENT_SECRET'])
  })
})
