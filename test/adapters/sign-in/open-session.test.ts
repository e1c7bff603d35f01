import { describe, expect, onTestFinished, test, vi } from 'vitest'

import type { Adapter, Contract, Secret, Tree } from '../../../adapters/adapter.ts'
import type { AuthScheme, AuthSettings } from '../../../adapters/sign-in/auth-settings.ts'
import { authorize } from '../../../adapters/sign-in/authorize.ts'
import { openSession } from '../../../adapters/sign-in/open-session.ts'
import { withSession } from '../../../adapters/sign-in/with-session.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { eventually } from '../../support/eventually.ts'
import { callContext, everythingOf, type Received, serve, type WireAnswer } from '../wire.ts'

const SECRETS: Record<string, string> = {
  USER: 'کاربر',
  PASSWORD: 'p&w',
  CLIENT: 'c l',
  CLIENT_SECRET: 's&t',
}
const OAUTH: AuthScheme<'oauth2'> = {
  scheme: 'oauth2',
  tokenPath: '/token',
  client: 'CLIENT',
  secret: 'CLIENT_SECRET',
  scope: 'read',
}
const BEARER = { header: 'authorization', prefix: 'Bearer ' } as const
const BY_TOKEN = {
  scheme: 'login',
  path: '/token',
  token: 'claims.token',
  send: BEARER,
  lifetime: '100s',
} as const
const LOGIN: AuthScheme<'login'> = {
  ...BY_TOKEN,
  json: { 'who.user': 'USER', password: 'PASSWORD' },
}
const COOKIE: AuthSettings = {
  scheme: 'login',
  path: '/token',
  form: { user: 'USER', password: 'PASSWORD' },
  constants: { remember: true },
  cookie: 'SID',
  lifetime: '100s',
}
const NONE: Contract = { operations: new Map() }
const secret: Secret = (variable) => SECRETS[variable] ?? ''
const PAGE: WireAnswer = { headers: { 'content-type': 'text/html' }, body: '<html>' }

interface Opened {
  /** Path of the exchange → text of its reply. */
  readonly ask: (path?: string, signal?: AbortSignal) => Promise<string>
}

/** A system that is asked by GET; the codec's part is to name the path. */
function open(address: string, auth: AuthSettings, now?: () => number): Opened {
  const limits = { replyBytes: 40_000, concurrency: 8 }
  const bare = openTransport({ system: 'sys', address, limits })
  onTestFinished(() => bare.close())
  const transport = authorize(bare, [auth], { system: 'sys', secret, address })
  const codec: Adapter = {
    async call(path, input, context) {
      const query = typeof input['token'] === 'string' ? `?in=${input['token']}` : ''
      const request = { method: 'GET', path: path + query, headers: {} } as const
      const { body, status } = await transport.exchange(request, context)
      return { value: { text: `${status} ${Buffer.from(body).toString()}` }, at: 0 }
    },
  }
  const use = openSession([auth], {
    system: 'sys',
    secret,
    transport,
    adapter: codec,
    contract: NONE,
    now,
  })
  const adapter = use ? withSession(codec, use) : codec
  const ask = async (path = '/x', signal?: AbortSignal): Promise<string> => {
    const input: Tree = {}
    const { value } = await adapter.call(path, input, callContext(signal))
    return typeof value['text'] === 'string' ? value['text'] : ''
  }
  return { ask }
}

/** A system with a login that takes 20 ms; `business` answers all else. */
function system(
  business: (request: Received, count: number) => WireAnswer | Promise<WireAnswer>,
  login: (count: number) => WireAnswer = (count) => ({
    body: JSON.stringify({ access_token: `t${count}`, claims: { token: `t${count}` } }),
    headers: { 'set-cookie': `SID=t${count}; Path=/; HttpOnly` },
  }),
) {
  let logins = 0
  let asked = 0
  return serve(async (request) => {
    if (!request.url.startsWith('/base/token')) return business(request, (asked += 1))
    logins += 1
    const count = logins
    await new Promise((resolve) => setTimeout(resolve, 20))
    return login(count)
  })
}

const shown = ({ headers }: Received): string => headers.authorization ?? headers.cookie ?? 'none'
const echo = (request: Received): WireAnswer => ({ body: shown(request) })
const logins = (received: readonly Received[]): Received[] =>
  received.filter(({ url }) => url.startsWith('/base/token'))

describe.each<[string, AuthSettings, string, Partial<Received>]>([
  [
    'oauth2',
    OAUTH,
    'Bearer t',
    {
      method: 'POST',
      url: '/base/token',
      body: 'grant_type=client_credentials&scope=read',
    },
  ],
  [
    'a login by JSON',
    LOGIN,
    'Bearer t',
    { method: 'POST', body: '{"who":{"user":"کاربر"},"password":"p&w"}' },
  ],
  [
    'a login by form that gives a cookie',
    COOKIE,
    'SID=t',
    {
      method: 'POST',
      body: 'remember=true&user=%DA%A9%D8%A7%D8%B1%D8%A8%D8%B1&password=p%26w',
    },
  ],
  [
    'a login by query',
    { ...BY_TOKEN, query: { u: 'USER', p: 'PASSWORD' } },
    'Bearer t',
    { method: 'GET', url: '/base/token?u=%DA%A9%D8%A7%D8%B1%D8%A8%D8%B1&p=p%26w', body: '' },
  ],
])('%s', (_name, auth, sent, request) => {
  test('is made once for all who wait', async () => {
    const wire = await system(echo)
    const { ask } = open(wire.address, auth)
    const texts = await Promise.all([1, 2, 3, 4].map(() => ask()))
    expect(texts).toEqual(Array.from({ length: 4 }, () => `200 ${sent}1`))
    expect(logins(wire.received)).toMatchObject([request])
  })

  test.each<[string, WireAnswer]>([
    ['401', { status: 401 }],
    ['a login page with status 200', PAGE],
    ['the way to the login page', { status: 302, headers: { location: '/login' } }],
  ])('is made once more after %s', async (_refusal, refusal) => {
    const wire = await system((each) => (shown(each) === `${sent}1` ? refusal : echo(each)))
    const { ask } = open(wire.address, auth)
    expect(await Promise.all([1, 2, 3].map(() => ask()))).toEqual(Array(3).fill(`200 ${sent}2`))
    expect(logins(wire.received)).toHaveLength(2)
  })

  test('is not made a third time, and rests when it was of no use', async () => {
    let now = 0
    const wire = await system(({ url }) => (url === '/base/x' ? { status: 401 } : { body: 'ok' }))
    const { ask } = open(wire.address, auth, () => now)
    const refused = { code: 'SYSTEM_REFUSED', detail: { reason: 'signed out', status: 401 } }
    await expect(ask()).rejects.toMatchObject(refused)
    expect(wire.received).toHaveLength(4)
    await expect(ask()).rejects.toMatchObject({ code: 'SYSTEM_REFUSED' })
    expect(await ask('/y')).toBe('200 ok')
    expect(logins(wire.received)).toHaveLength(2)
    now = 30_000
    await expect(ask()).rejects.toMatchObject(refused)
    expect(logins(wire.received)).toHaveLength(3)
  })

  test('a late refusal of the old session does not throw the new one away', async () => {
    const wire = await system(async (each, count) => {
      if (shown(each) !== `${sent}1`) return echo(each)
      await new Promise((resolve) => setTimeout(resolve, count === 1 ? 0 : 100))
      return { status: 401 }
    })
    const { ask } = open(wire.address, auth)
    expect(await Promise.all([1, 2].map(() => ask()))).toEqual(Array(2).fill(`200 ${sent}2`))
    expect(logins(wire.received)).toHaveLength(2)
  })

  test('that fails is not tried by every call: it rests, longer each time', async () => {
    let now = 0
    const wire = await system(echo, () => ({ status: 403, body: 'کاربر p&w p%26w' }))
    const { ask } = open(wire.address, auth, () => now)
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => ask()))
    for (const outcome of outcomes) {
      const error: unknown = outcome.status === 'rejected' ? outcome.reason : undefined
      expect(error).toMatchObject({ code: 'SYSTEM_REFUSED', detail: { reason: 'login' } })
      expect(everythingOf(error)).not.toMatch(/کاربر|p&w|p%26w|c l|s&t|s%26t/)
    }
    const tries: number[] = []
    for (now = 0; now <= 8_000; now += 500) {
      await ask().catch(() => {})
      tries.push(wire.received.length)
    }
    expect(tries).toEqual([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4])
  })

  test('does not hold a caller beyond the deadline, nor end for the others', async () => {
    const wire = await system(echo)
    const { ask } = open(wire.address, auth)
    const leaving = ask('/x', AbortSignal.timeout(1))
    const staying = ask()
    await expect(leaving).rejects.toMatchObject({ code: 'SYSTEM_TIMEOUT' })
    expect(await staying).toBe(`200 ${sent}1`)
    expect(wire.received).toHaveLength(2)
  })
})

describe('what comes again right after signing in', () => {
  const auth = { ...LOGIN, signedOut: ['نشست منقضی'] }
  const words: WireAnswer = { ...PAGE, body: '<html>نشست منقضی' }
  test.each<[string, WireAnswer, string, boolean]>([
    ['401 refuses', { status: 401 }, 'SYSTEM_REFUSED', false],
    ['the words of system.json on a page refuse', words, 'SYSTEM_REFUSED', false],
    ['any other page is of a system that is broken', PAGE, 'SYSTEM_REPLY_INVALID', true],
  ])('%s', async (_name, again, code, retryable) => {
    const wire = await system(() => again)
    const { ask } = open(wire.address, auth)
    await expect(ask()).rejects.toMatchObject({ code, retryable })
    expect(logins(wire.received)).toHaveLength(2)
    // While another sign-in would be of no use.
    await expect(ask()).rejects.toMatchObject({ code, retryable })
    expect(logins(wire.received)).toHaveLength(2)
  })
})

test('the session is renewed before its end, while the old one still serves', async () => {
  let now = 0
  const wire = await system(echo)
  const { ask } = open(wire.address, LOGIN, () => now)
  await ask()
  now = 89_999
  expect(await ask()).toBe('200 Bearer t1')
  expect(logins(wire.received)).toHaveLength(1)
  now = 90_000
  expect(await ask()).toBe('200 Bearer t1')
  await eventually(() => expect(logins(wire.received)).toHaveLength(2))
  await eventually(async () => expect(await ask()).toBe('200 Bearer t2'))
  now = 190_000
  expect(await ask()).toBe('200 Bearer t3')
})

test('a renewal that fails leaves the old session until its end', async () => {
  let now = 0
  const wire = await system(echo, (count) =>
    count === 1 ? { body: '{"claims":{"token":"t1"}}' } : { status: 503 },
  )
  const { ask } = open(wire.address, LOGIN, () => now)
  await ask()
  now = 95_000
  expect(await ask()).toBe('200 Bearer t1')
  await eventually(() => expect(logins(wire.received)).toHaveLength(2))
  expect(await ask()).toBe('200 Bearer t1')
  expect(logins(wire.received)).toHaveLength(2)
  now = 100_000
  await expect(ask()).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
})

describe('a token of OAuth 2', () => {
  test.each([
    ['120', 119_999, 1],
    ['120', 120_000, 2],
    ['"120"', 119_999, 1],
    ['-5', 299_999, 1],
    ['null', 300_000, 2],
  ])('with expires_in %s is another one %i ms later: t%i', async (expires, later, expected) => {
    let now = 0
    const wire = await system(echo, (count) => ({
      body: `{"access_token":"t${count}","expires_in":${expires}}`,
    }))
    const { ask } = open(wire.address, OAUTH, () => now)
    await ask()
    now = later
    expect(await ask()).toBe(`200 Bearer t${expected}`)
  })

  test('is asked for with client and secret form-encoded in the header, or in the body', async () => {
    const wire = await system(echo)
    await open(wire.address, OAUTH).ask()
    await open(wire.address, { ...OAUTH, credentials: 'body' }).ask()
    const expected = `Basic ${Buffer.from('c+l:s%26t').toString('base64')}`
    expect(logins(wire.received)[0]?.headers.authorization).toBe(expected)
    expect(logins(wire.received)[1]?.headers.authorization).toBeUndefined()
    expect(logins(wire.received)[1]?.body).toContain('client_id=c+l&client_secret=s%26t')
  })
})

describe('what is no token', () => {
  test.each<[string, WireAnswer]>([
    ['a page', { body: '<html>t</html>' }],
    ['no member of the name', { body: '{"claims":{}}' }],
    ['a number', { body: '{"claims":{"token":12}}' }],
    ['a header of its own', { body: '{"claims":{"token":"a\\r\\nx: b"}}' }],
    ['nothing', { body: '' }],
    ['a token without end', { body: JSON.stringify({ claims: { token: 'x'.repeat(8_193) } }) }],
  ])('%s', async (_name, answer) => {
    const wire = await system(echo, () => answer)
    await expect(open(wire.address, LOGIN).ask()).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason: 'login', why: 'no token' },
    })
    expect(wire.received).toHaveLength(1)
  })
})

describe('a token goes', () => {
  test.each<[string, AuthSettings, string]>([
    ['to the query', { ...LOGIN, send: { query: 'tok en' } }, '/base/x?tok%20en=t1'],
    ['to the input', { ...LOGIN, send: { input: 'token' } }, '/base/x?in=t1'],
  ])('%s', async (_name, auth, url) => {
    const wire = await system(echo)
    await open(wire.address, auth).ask()
    expect(wire.received.at(-1)?.url).toBe(url)
    expect(wire.received.at(-1)?.headers.authorization).toBeUndefined()
  })

  test('as the whole answer', async () => {
    const wire = await system(echo, () => ({ body: ' plain-token\n' }))
    expect(await open(wire.address, { ...LOGIN, token: '.' }).ask()).toBe('200 Bearer plain-token')
  })

  test('from an operation of the contract, by a login that is a call', async () => {
    const auth: AuthSettings = {
      scheme: 'soap-login',
      operation: '/token',
      input: { user: 'USER' },
      token: 'text',
      send: { query: 'session' },
      lifetime: '5m',
    }
    const wire = await system(echo, () => ({ body: 'abc' }))
    await open(wire.address, auth).ask()
    expect(wire.received.map(({ url }) => url)).toEqual([
      '/base/token',
      '/base/x?session=200%20abc',
    ])
  })
})

describe('words of being signed out', () => {
  const WORDS = 'نشست منقضی'
  const words = { ...LOGIN, signedOut: [WORDS] }
  const escaped = JSON.stringify({ m: WORDS }).replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u0${letter.charCodeAt(0).toString(16)}`,
  )
  test.each<[string, string | Uint8Array]>([
    ['UTF-8', `{"m":"${WORDS}"}`],
    ['escapes', escaped],
    ['windows-1256', Uint8Array.from([0xe4, 0xd4, 0xd3, 0xca, 0x20, 0xe3, 0xe4, 0xde, 0xd6, 0xed])],
    ['UTF-16', Buffer.from(`\uFEFF${WORDS}`, 'utf16le')],
  ])('in %s open a new session', async (_name, body) => {
    const wire = await system((each) => (shown(each) === 'Bearer t1' ? { body } : { body: 'fine' }))
    expect(await open(wire.address, words).ask()).toBe('200 fine')
  })

  test.each([
    [16_000, '200 fine'],
    [16_400, `200 ${' '.repeat(16_400)}${WORDS}`],
  ])('behind %i bytes', async (before, expected) => {
    const body = `${' '.repeat(before)}${WORDS}`
    const wire = await system((each) => (shown(each) === 'Bearer t1' ? { body } : { body: 'fine' }))
    expect(await open(wire.address, words).ask()).toBe(expected)
  })
})

test('reads every secret at load', () => {
  const asked = vi.fn((name: string) => name)
  const unused = { call: () => Promise.reject(new TypeError()) }
  const transport = { exchange: () => Promise.reject(new TypeError()), close: async () => {} }
  const options = { system: 'sys', secret: asked, transport, adapter: unused, contract: NONE }
  for (const auth of [OAUTH, LOGIN, COOKIE]) openSession([auth], options)
  expect(new Set(asked.mock.calls.flat())).toEqual(
    new Set(['CLIENT', 'CLIENT_SECRET', 'USER', 'PASSWORD']),
  )
})
