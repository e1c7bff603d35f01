// What the sign-on tells of its sessions, over real sockets: who is let out, and what is not believed.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { livedTime } from '../../support/lived-time.ts'
import { type Opened, open } from '../support/open.ts'
import { newKey, openTokenIssuer, signed, type TokenIssuer } from '../support/token-issuer.ts'

let issuer: TokenIssuer
let gateway: Opened

/** What is deferred never comes by itself. */
const never = new Promise<string>(() => {})

beforeEach(async () => {
  issuer = await openTokenIssuer()
  gateway = await open(
    {
      own: {
        sdl: 'type Query { who: String, me: Person } type Person @key(fields: "id") { id: ID! }',
        resolvers: { Query: { who: () => 'somebody', me: () => ({ id: '1' }) } },
      },
      late: {
        sdl: 'type Person @key(fields: "id") { id: ID!, late: String }',
        resolvers: { Person: { __resolveReference: (one: object) => one, late: () => never } },
      },
    },
    { PANJAREH_ISSUER: issuer.issuer, PANJAREH_KEYS_URL: issuer.keysUrl },
  )
})
afterEach(async () => {
  await gateway.close()
  await issuer.close()
})

const seconds = () => Math.floor(Date.now() / 1000)
const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** As Keycloak 26.7 sends it, but for what is given. */
function logoutToken(
  claims: object = {},
  header: object = {},
  key = issuer.keys['RS256']!,
): string {
  const iat = seconds()
  const own = { iss: issuer.issuer, aud: 'portal', sub: 'u1', typ: 'Logout', sid: 's1' }
  const all = { ...own, iat, exp: iat + 120, jti: crypto.randomUUID(), events: EVENTS, ...claims }
  const head = { alg: key.alg, typ: 'logout+jwt', kid: key.kid, ...header }
  return signed(JSON.stringify(head), JSON.stringify(all), key)
}

function post(path: string, body: string, type = 'application/x-www-form-urlencoded') {
  const headers = { 'content-type': type }
  return fetch(`${gateway.url}${path}`, { method: 'POST', headers, body })
}

const logOut = (token: string) =>
  post('/backchannel-logout', new URLSearchParams({ logout_token: token }).toString())

async function statusOf(token: string): Promise<number> {
  return (await gateway.post({ query: '{ who }' }, { authorization: `Bearer ${token}` })).status
}

test('ends the tokens of the session, those that are known and those that are not', async () => {
  const [known, fresh] = [issuer.token(), issuer.token({ jti: 'fresh' })]
  const other = issuer.token({ sid: 's2' })
  expect([await statusOf(known), await statusOf(other)]).toEqual([200, 200])
  const answer = await logOut(logoutToken())
  expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
    200,
    'no-store',
    '',
  ])
  expect([await statusOf(known), await statusOf(fresh), await statusOf(other)]).toEqual([
    401, 401, 200,
  ])
})

test('without a session it ends all of the person that began before, and none that begins after', async () => {
  const iat = seconds()
  const before = issuer.token({ iat: iat - 30, sid: 's7' })
  const after = issuer.token({ iat: iat + 3, sid: 's8' })
  const others = issuer.token({ sub: 'u2', sid: 's9' })
  expect((await logOut(logoutToken({ iat, sid: undefined }))).status).toBe(200)
  expect([await statusOf(before), await statusOf(after), await statusOf(others)]).toEqual([
    401, 200, 200,
  ])
})

async function deferred(token: string): Promise<ReadableStreamDefaultReader<string>> {
  const accept = 'multipart/mixed;deferSpec=20220824,application/json'
  const query = '{ me { id ... @defer { late } } }'
  const response = await gateway.post({ query }, { authorization: `Bearer ${token}`, accept })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toContain('"hasNext":true')
  return reader
}

test('ends what is still to come of an answer of that session, and of no other', async () => {
  const [mine, others] = [
    await deferred(issuer.token()),
    await deferred(issuer.token({ sid: 's2' })),
  ]
  const lived = livedTime()
  await logOut(logoutToken())
  const rest: string[] = []
  for (let read = await mine.read(); !read.done; read = await mine.read()) rest.push(read.value)
  expect(rest.join('')).toContain('"hasNext":false')
  expect(lived()).toBeLessThan(1500)
  expect(await Promise.race([others.read(), Promise.resolve('open')])).toBe('open')
  await others.cancel()
})

describe('is not believed:', () => {
  const cases: Readonly<Record<string, () => string>> = {
    'one of another issuer': () => logoutToken({ iss: `${issuer.issuer}/` }),
    'one by a stranger': () => logoutToken({}, {}, { ...newKey('RS256', 'key-RS256') }),
    'one by an unknown key': () => logoutToken({}, {}, newKey('RS256', 'other')),
    'one without signature': () => logoutToken({}, { alg: 'none' }),
    'one without kid': () => logoutToken({}, { kid: undefined }),
    'one with a nonce': () => logoutToken({ nonce: 'n' }),
    'one without events': () => logoutToken({ events: undefined }),
    'one with other events': () => logoutToken({ events: { other: {} } }),
    'one whose event is no object': () => logoutToken({ events: { [Object.keys(EVENTS)[0]!]: 1 } }),
    'one with neither sid nor sub': () => logoutToken({ sid: undefined, sub: undefined }),
    'one with a sid that is no text': () => logoutToken({ sid: 5 }),
    'one without jti': () => logoutToken({ jti: undefined }),
    'one without aud': () => logoutToken({ aud: undefined }),
    'one without iat': () => logoutToken({ iat: undefined }),
    'one of the future': () => logoutToken({ iat: seconds() + 600 }),
    'one of an hour ago': () => logoutToken({ iat: seconds() - 3600 }),
    'one that has expired': () => logoutToken({ exp: seconds() - 60 }),
    'an access token': () => issuer.token(),
    'an access token in its clothes': () => issuer.token({ events: EVENTS, jti: 'a' }),
    'an ID token': () => issuer.token({ typ: 'ID', events: EVENTS, jti: 'a' }),
    'one of another type': () => logoutToken({}, { typ: 'at+jwt' }),
    'no token': () => 'x',
    'one of more than 8 KiB': () => logoutToken({ filler: 'x'.repeat(9000) }),
  }
  test.each(Object.entries(cases))('%s', async (_, make) => {
    const token = issuer.token()
    const answer = await logOut(make())
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store'])
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    expect(await statusOf(token)).toBe(200)
  })

  test('the same one again', async () => {
    const token = logoutToken()
    expect([(await logOut(token)).status, (await logOut(token)).status]).toEqual([200, 400])
  })

  test('two at once, none, or not as a form', async () => {
    const token = logoutToken()
    const both = `logout_token=${token}&logout_token=${token}`
    expect((await post('/backchannel-logout', both)).status).toBe(400)
    expect((await post('/backchannel-logout', '')).status).toBe(400)
    expect((await post('/backchannel-logout', `logout_token=${token}`, 'text/plain')).status).toBe(
      415,
    )
    const read = await fetch(`${gateway.url}/backchannel-logout?logout_token=${token}`)
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await post('/backchannel-logout', 'x'.repeat(20_000))).status).toBe(413)
  })

  test('anything while the keys cannot be read', async () => {
    issuer.answer((response) => response.destroy())
    const answer = await logOut(logoutToken())
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })
})

const action = (claims: object, key = issuer.keys['RS256']!) =>
  signed(
    JSON.stringify({ alg: key.alg, typ: 'JWT', kid: key.kid }),
    JSON.stringify({ id: 'a', expiration: seconds() + 30, resource: 'gateway', ...claims }),
    key,
  )

describe('Keycloak tells an admin URL', () => {
  test.each([
    ['/k_push_not_before', { action: 'PUSH_NOT_BEFORE' }],
    ['/k_logout', { action: 'LOGOUT' }],
  ])('%s: tokens from before the moment count no more', async (path, claims) => {
    const before = issuer.token({ iat: seconds() - 30 })
    expect(await statusOf(before)).toBe(200)
    const notBefore = seconds() - 10
    expect((await post(path, action({ ...claims, notBefore }), 'text/plain')).status).toBe(200)
    expect([await statusOf(before), await statusOf(issuer.token())]).toEqual([401, 200])
    // A moment that was told earlier does not bring them back.
    expect((await post(path, action({ ...claims, notBefore: 0 }), 'text/plain')).status).toBe(200)
    expect(await statusOf(before)).toBe(401)
  })

  test('the end of some sessions', async () => {
    const body = { action: 'LOGOUT', notBefore: seconds(), keycloakSessionIds: ['s1'] }
    expect((await post('/k_logout', action(body), 'text/plain')).status).toBe(200)
    expect([await statusOf(issuer.token()), await statusOf(issuer.token({ sid: 's2' }))]).toEqual([
      401, 200,
    ])
  })

  test('and nobody else does', async () => {
    const body = { action: 'PUSH_NOT_BEFORE', notBefore: seconds() }
    const stranger = newKey('RS256', 'key-RS256')
    for (const text of [
      action(body, stranger),
      action({ ...body, expiration: seconds() - 60 }),
      action({ ...body, notBefore: 'now' }),
      action({ ...body, action: 'OTHER' }),
      issuer.token({ notBefore: seconds() }),
      // As a mapper of a client could write them into its tokens.
      issuer.token({ ...body, expiration: seconds() + 30 }),
      '',
    ]) {
      expect((await post('/k_push_not_before', text, 'text/plain')).status).toBe(400)
    }
    expect(await statusOf(issuer.token({ iat: seconds() - 30 }))).toBe(200)
  })
})
