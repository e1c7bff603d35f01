import { request as send } from 'node:http'

import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { eventually } from '../../support/eventually.ts'
import { Browser } from '../support/browser.ts'
import { makeKey, PERSON } from '../support/issuer-double.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let url: string

beforeAll(async () => {
  world = await openWorld({ limits: { keysCooldownMs: 200 } })
  url = world.portal.url
})
afterAll(() => world.close())
afterEach(() => {
  world.issuer.sid = 'sid-1'
  world.issuer.endSessionStatus = 204
  world.gateway.logoutStatus = 200
  world.clock.aheadMs = 0
})

const isSignedIn = async (browser: Browser, path = '') =>
  (await browser.fetch(`${url}${path}/sso/session`)).json()['signedIn'] === true

const order = (token: string, path = '') =>
  new Browser().send(`${url}${path}/sso/backchannel-logout`, {
    method: 'POST',
    form: { logout_token: token },
  })

const now = () => Math.floor(Date.now() / 1000)

describe('a logout token', () => {
  it('ends the sessions of its sid, wherever they are, and nobody else’s', async () => {
    world.issuer.sid = 'sid-of-two'
    const [one, other] = [await world.signedIn(), await world.signedIn()]
    world.issuer.sid = 'sid-of-a-third'
    const third = await world.signedIn()
    world.issuer.sid = 'sid-of-two'
    const token = await world.issuer.logoutToken()
    const answer = await order(token)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await isSignedIn(one.browser)).toBe(false)
    expect(await isSignedIn(other.browser)).toBe(false)
    expect(await isSignedIn(third.browser)).toBe(true)
    const told = world.gateway.asked.filter(({ path }) => path === '/backchannel-logout')
    expect(told.at(-1)?.body).toBe(new URLSearchParams({ logout_token: token }).toString())
  })

  it('without sid ends all sessions of the person', async () => {
    const { browser } = await world.signedIn()
    expect((await order(await world.issuer.logoutToken({ sid: undefined }))).status).toBe(200)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('does not end a session that has its sid but another person', async () => {
    const { browser } = await world.signedIn()
    expect((await order(await world.issuer.logoutToken({ sub: 'other' }))).status).toBe(200)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('ends the open streams of the session, too', async () => {
    const { browser, csrf } = await world.signedIn()
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first')
    })
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const seen: string[] = []
    const headers = {
      cookie,
      origin: url,
      'content-type': 'application/json',
      'panjareh-csrf': csrf,
    }
    const where = { host: '127.0.0.1', port: new URL(url).port, path: '/graphql', method: 'POST' }
    const asking = send({ ...where, headers }, (response) => {
      response.on('data', (part: Buffer) => seen.push(part.toString()))
      response.on('error', () => seen.push('cut off'))
    })
    asking.end('{}')
    await eventually(() => expect(seen).toEqual(['first']))
    await order(await world.issuer.logoutToken())
    await eventually(() => expect(seen).toEqual(['first', 'cut off']))
  })

  it('is answered by 504 when the gateway was not told, may then come again, and ends ours at once', async () => {
    const { browser } = await world.signedIn()
    world.gateway.logoutStatus = 503
    const token = await world.issuer.logoutToken()
    expect((await order(token)).status).toBe(504)
    expect(await isSignedIn(browser)).toBe(false)
    world.gateway.logoutStatus = 200
    expect((await order(token)).status).toBe(200)
  })

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['of another issuer', { iss: 'http://evil.example' }, 'iss'],
    ['for another client', { aud: 'console' }, 'aud'],
    ['that is over', { exp: now() - 60 }, 'exp'],
    ['without exp', { exp: undefined }, 'exp'],
    ['without iat', { iat: undefined }, 'iat'],
    ['of an hour ago', { iat: now() - 3600, exp: now() + 60 }, 'iat'],
    ['of the future', { iat: now() + 3600, exp: now() + 7200 }, 'iat'],
    ['with a nonce', { nonce: 'n' }, 'nonce'],
    ['without events', { events: undefined }, 'events'],
    ['with another event', { events: { 'http://evil.example/event': {} } }, 'events'],
    ['with an event that is no object', { events: eventOf(true) }, 'events'],
    ['without jti', { jti: undefined }, 'jti'],
    ['about nobody', { sid: undefined, sub: undefined }, 'sid'],
    ['that calls itself an ID token', { typ: 'ID' }, 'typ'],
  ]
  it.each(wrong)('%s is refused', async (_title, changes, reason) => {
    const { browser } = await world.signedIn()
    const told = world.gateway.asked.length
    const answer = await order(await world.issuer.logoutToken(changes))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store'])
    expect(world.logged.at(-1)).toContain(`"reason":"${reason}"`)
    expect(world.gateway.asked.length).toBe(told)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('is good once', async () => {
    const token = await world.issuer.logoutToken()
    expect((await order(token)).status).toBe(200)
    expect((await order(token)).status).toBe(400)
    expect(world.logged.at(-1)).toContain('"reason":"replayed"')
  })

  it.each([
    ['signed by somebody else under our key’s name', 'forged'],
    ['not signed', 'none'],
    ['signed with the public key as a secret', 'HS256'],
    ['without the name of a key', 'kid'],
    ['that is an ID token', 'id'],
    ['that is no token', 'text'],
  ])('%s is refused', async (_title, kind) => {
    const { browser } = await world.signedIn()
    expect((await order(await forged(kind))).status).toBe(400)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it.each([
    ['nothing', { form: {} }],
    ['two tokens', { body: 'logout_token=a&logout_token=b' }],
    ['JSON', { body: '{}', headers: { 'content-type': 'application/json' } }],
    ['too much', { form: { logout_token: 'x'.repeat(30_000) } }],
  ])('%s in its place is refused', async (_title, ask) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = await new Browser().send(`${url}/sso/backchannel-logout`, {
      method: 'POST',
      headers,
      ...ask,
    })
    expect([400, 413]).toContain(sent.status)
  })

  it('with an unknown key makes us look for keys, but not once per token', async () => {
    const key = await makeKey('RS256')
    const before = world.issuer.count('/certs')
    const storm = Array.from({ length: 40 }, async (_, index) => {
      const claims = { iss: world.issuer.issuer, aud: 'portal', sid: 's', jti: `${index}` }
      const token = await new SignJWT({ ...claims, events: {} })
        .setProtectedHeader({ alg: 'RS256', kid: `junk-${index}`, typ: 'logout+jwt' })
        .setIssuedAt()
        .setExpirationTime('2m')
        .sign(key.privateKey)
      return (await order(token)).status
    })
    expect(new Set(await Promise.all(storm))).toEqual(new Set([400]))
    // One per cool-down that the storm lasts; the bare adapter fetches forty times.
    expect(world.issuer.count('/certs') - before).toBeLessThan(10)
    // Nor does the junk keep a key that is new from being found: neither there, nor at a sign-in.
    world.issuer.keys.unshift(await makeKey('ES256'))
    expect((await order(await world.issuer.logoutToken())).status).toBe(200)
    expect((await world.signedIn()).csrf).not.toBe('nobody')
    world.issuer.keys.shift()
  })
})

/** The legacy doors of the adapter, which take an unsigned body of any size. */
it.each(['/k_logout', '/k_push_not_before', '/console/k_logout', '/logout'])(
  '%s is no door of ours',
  async (path) => {
    const fetched = world.issuer.count('/certs')
    const sent = await new Browser().fetch(`${url}${path}`, { method: 'POST', body: 'x' })
    expect(sent.status).toBe(404)
    expect(world.issuer.count('/certs')).toBe(fetched)
  },
)

describe('signing out', () => {
  it('everywhere ends both sessions, from server to server', async () => {
    const { browser, csrf } = await world.signedIn()
    const page = await browser.go(`${url}/sso/logout`)
    expect(page.text).toContain('از همهٔ سامانه‌ها')
    expect(await isSignedIn(browser)).toBe(true)
    const answer = await browser.fetch(`${url}/sso/logout`, {
      method: 'POST',
      form: { csrf, scope: 'everywhere' },
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sso/signed-out'])
    expect(browser.cookies.has('__Host-portal')).toBe(false)
    const { form, headers } = world.issuer.last('/logout')
    expect(headers.authorization).toMatch(/^Basic /)
    expect([...form.keys()].toSorted()).toEqual(['client_id', 'refresh_token'])
    expect((await browser.go(`${url}/sso/signed-out`)).text).toContain('خارج شدید')
  })

  it('here ends only this session, and tells nobody', async () => {
    const { browser, csrf } = await world.signedIn()
    const cookies = new Map(browser.cookies)
    const asked = world.issuer.asked.length
    const answer = await browser.fetch(`${url}/sso/logout`, {
      method: 'POST',
      headers: { 'panjareh-csrf': csrf },
      form: { scope: 'here' },
    })
    expect(answer.json()).toEqual({ location: '/sso/signed-out?scope=here' })
    expect(world.issuer.asked.length).toBe(asked)
    // Whoever gets up from a shared computer learns that the next one needs no password.
    const open = 'نشست شما در سامانهٔ ورود باز است'
    expect((await browser.go(`${url}/sso/signed-out?scope=here`)).text).toContain(open)
    expect((await browser.go(`${url}/sso/signed-out`)).text).not.toContain(open)
    const thief = new Browser()
    for (const [name, value] of cookies) thief.cookies.set(name, value)
    expect(await isSignedIn(thief)).toBe(false)
  })

  it('everywhere goes by the sign-on’s page when the sign-on refuses, and tells it no token', async () => {
    const { browser, csrf } = await world.signedIn()
    world.issuer.endSessionStatus = 400
    const answer = await browser.fetch(`${url}/sso/logout`, {
      method: 'POST',
      form: { csrf, scope: 'everywhere' },
    })
    const target = answer.location()
    expect(target.href).toContain(`${world.issuer.issuer}/protocol/openid-connect/logout`)
    expect(Object.fromEntries(target.searchParams)).toEqual({
      client_id: 'portal',
      post_logout_redirect_uri: `${url}/sso/signed-out`,
    })
    expect(await isSignedIn(browser)).toBe(false)
  })

  it.each([
    ['without the token', {}, {}],
    ['with another token', { csrf: 'x'.repeat(43) }, {}],
    ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from another origin', {}, { origin: 'https://evil.example' }],
  ])('is refused %s', async (_title, form, headers) => {
    const { browser, csrf } = await world.signedIn()
    const fromElsewhere = Object.keys(headers).length > 0
    const answer = await browser.fetch(`${url}/sso/logout`, {
      method: 'POST',
      headers,
      form: { scope: 'everywhere', ...(fromElsewhere ? { csrf } : {}), ...form },
    })
    expect(answer.status).toBe(403)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('is not done by a link', async () => {
    const { browser } = await world.signedIn()
    await browser.go(`${url}/sso/logout?scope=everywhere`)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('writes the name of a person as text', async () => {
    world.issuer.claims = (claims) => ({ ...claims, name: '<img src=x onerror=alert(1)>' })
    const { browser } = await world.signedIn()
    world.issuer.claims = (claims) => claims
    const page = await browser.go(`${url}/sso/logout`)
    expect(page.text).toContain('&lt;img src=x')
    expect(page.text).not.toContain('<img')
  })
})

function eventOf(value: unknown): Readonly<Record<string, unknown>> {
  return { 'http://schemas.openid.net/event/backchannel-logout': value }
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function forged(kind: string): Promise<string> {
  const { issuer } = world
  const honest = await issuer.logoutToken()
  const [header = '', payload = '', signature = ''] = honest.split('.')
  switch (kind) {
    case 'none':
      return `${part({ alg: 'none', kid: issuer.keys[0]!.kid })}.${payload}.`
    case 'HS256': {
      const secret = new TextEncoder().encode(JSON.stringify(issuer.keys[0]!.jwk))
      const claims: Record<string, unknown> = JSON.parse(
        Buffer.from(payload, 'base64url').toString(),
      )
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: issuer.keys[0]!.kid })
        .sign(secret)
    }
    case 'kid':
      return issuer.logoutToken({}, { kid: undefined })
    case 'id':
      return (await issuer.tokens('portal', undefined)).id_token
    case 'forged': {
      const other = await makeKey('RS256', issuer.keys[0]!.kid)
      return new SignJWT({ sub: PERSON.sub, ...eventOf({}) })
        .setProtectedHeader({ alg: 'RS256', kid: other.kid })
        .sign(other.privateKey)
    }
    default:
      return `${header}.${payload}x.${signature}`
  }
}
