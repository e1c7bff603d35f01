import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { Browser } from '../support/browser.ts'
import { PERSON } from '../support/issuer-double.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let url: string

beforeAll(async () => {
  world = await openWorld()
  url = world.portal.url
})
afterAll(() => world.close())
afterEach(() => {
  world.issuer.claims = (claims) => claims
  world.issuer.back = (back) => back
  world.issuer.roles = ['citizen']
  world.issuer.metadata = {}
})

const isSignedIn = async (browser: Browser) =>
  (await browser.fetch(`${url}/sso/session`)).json()['signedIn'] === true

describe('a sign-in', () => {
  it('ends where it began, with a session in one cookie and no token anywhere', async () => {
    const browser = new Browser()
    const { page, way } = await browser.follow(`${url}/sso/login?return_to=/?tab=2`)
    expect(page.status).toBe(200)
    expect(way.at(-1)?.href).toBe(`${url}/?tab=2`)
    expect([...browser.cookies.keys()]).toEqual(['__Host-portal'])
    for (const line of browser.setCookies) {
      expect(line).toMatch(/^__Host-[^;]+; Path=\/;.*HttpOnly/)
      expect(line).toMatch(/; Secure/)
      expect(line).toMatch(/SameSite=Lax/)
      expect(line).not.toContain('Domain')
    }
    const told = await browser.fetch(`${url}/sso/session`)
    expect(told.json()).toMatchObject({
      signedIn: true,
      name: PERSON.name,
      kind: 'citizen',
      roles: ['citizen'],
      acr: 'low',
    })
    const seen = [told.text, page.text, ...browser.setCookies, ...way.map(String)].join('\n')
    expect(seen).not.toMatch(/eyJ[\w-]+\.eyJ/)
  })

  it('asks with state, nonce, PKCE S256 and a fixed redirect, and sends the verifier', async () => {
    const browser = new Browser()
    const asked = (await browser.go(`${url}/sso/login?acr=substantial&max_age=300`)).location()
    const parameters = Object.fromEntries(asked.searchParams)
    expect(parameters).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${url}/sso/callback`,
      acr_values: 'substantial',
      max_age: '300',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(parameters[name]).toMatch(/^[\w-]{43}$/)
    }
    await browser.follow(asked)
    const { form, headers } = world.issuer.last('/token')
    expect(form.get('code_verifier')).toMatch(/^[\w-]{43}$/)
    expect(headers.authorization).toMatch(/^Basic /)
  })

  it('may be under way in several tabs at once', async () => {
    const browser = new Browser()
    const first = (await browser.go(`${url}/sso/login?return_to=/one`)).location()
    const second = (await browser.go(`${url}/sso/login?return_to=/two`)).location()
    const back = (await browser.go(first)).location()
    expect((await browser.go(back)).location().pathname).toBe('/one')
    const other = (await browser.go(second)).location()
    expect((await browser.go(other)).location().pathname).toBe('/two')
  })

  it('leaves no pile of cookies behind when it is begun again and again', async () => {
    const browser = new Browser()
    for (let times = 0; times < 20; times += 1) await browser.go(`${url}/sso/login`)
    expect(browser.cookies.size).toBeLessThanOrEqual(6)
  })

  it('uses pushed requests where the sign-on offers them', async () => {
    const pushing = await openWorld()
    try {
      const par = `${pushing.issuer.issuer}/protocol/openid-connect/par`
      pushing.issuer.metadata = { pushed_authorization_request_endpoint: par }
      const browser = new Browser()
      const asked = (await browser.go(`${pushing.portal.url}/sso/login`)).location()
      expect([...asked.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri'])
      expect((await browser.follow(asked)).page.status).toBe(200)
      expect(browser.cookies.has('__Host-portal')).toBe(true)
    } finally {
      await pushing.close()
    }
  })

  it.each(['PS256', 'ES256', 'EdDSA'])('takes tokens signed with %s', async (alg) => {
    const other = await openWorld({}, alg)
    try {
      expect((await other.signedIn()).csrf).toMatch(/^[\w-]{43}$/)
    } finally {
      await other.close()
    }
  })

  it('proves itself by private_key_jwt when it has a key', async () => {
    const { exportJWK, generateKeyPair, decodeJwt, decodeProtectedHeader } = await import('jose')
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(privateKey)), alg: 'ES256', kid: 'portal-key' }
    const keyed = await openWorld({ portal: { clientId: 'portal', privateKey: jwk } })
    try {
      await keyed.signedIn()
      const { form, headers } = keyed.issuer.last('/token')
      expect(headers.authorization).toBeUndefined()
      const assertion = form.get('client_assertion') ?? ''
      expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'ES256', kid: 'portal-key' })
      const claims = decodeJwt(assertion)
      expect(claims).toMatchObject({ iss: 'portal', sub: 'portal', aud: keyed.issuer.issuer })
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(60)
    } finally {
      await keyed.close()
    }
  })
})

/** The way back from the sign-on, stopped just before the portal reads it. */
async function atCallback(browser: Browser, query = ''): Promise<URL> {
  return (await browser.go((await browser.go(`${url}/sso/login${query}`)).location())).location()
}

describe('the answer of the sign-on is refused', () => {
  it.each([
    ['with a forged state', (back: URL) => back.searchParams.set('state', 'forged'), 'state'],
    ['without a state', (back: URL) => back.searchParams.delete('state'), 'state'],
    [
      'from another issuer (mix-up)',
      (back: URL) => back.searchParams.set('iss', 'https://evil.example'),
      'issuer',
    ],
    ['without an issuer', (back: URL) => back.searchParams.delete('iss'), 'issuer'],
    ['with a code that is not ours', (back: URL) => back.searchParams.set('code', 'x'), 'code'],
    ['without a code', (back: URL) => back.searchParams.delete('code'), 'code'],
    ['as an error', (back: URL) => back.searchParams.set('error', 'access_denied'), 'sign-on'],
    [
      'with a parameter twice',
      (back: URL) => back.searchParams.append('code', 'other'),
      'parameter-twice',
    ],
  ])('%s', async (_title, change, reason) => {
    const browser = new Browser()
    const back = await atCallback(browser)
    change(back)
    const answer = await browser.go(back)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('ورود انجام نشد')
    expect(world.logged.at(-1)).toContain(`"reason":"${reason}"`)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('in another browser than the one that asked (login CSRF)', async () => {
    const back = await atCallback(new Browser())
    const victim = new Browser()
    expect((await victim.go(back)).status).toBe(400)
    expect(await isSignedIn(victim)).toBe(false)
  })

  it('a second time', async () => {
    const browser = new Browser()
    const back = await atCallback(browser)
    await browser.go(back)
    expect((await browser.go(back)).status).toBe(400)
  })

  it('when the sign-in has taken too long', async () => {
    const browser = new Browser()
    const back = await atCallback(browser)
    world.clock.aheadMs = 11 * 60_000
    const { status } = await browser.go(back)
    world.clock.aheadMs = 0
    expect(status).toBe(400)
  })

  it('when the code belongs to another sign-in (nonce swap)', async () => {
    const [attacker, victim] = [new Browser(), new Browser()]
    const stolen = (await atCallback(victim)).searchParams.get('code') ?? ''
    const back = await atCallback(attacker)
    const own = world.issuer.codes.get(back.searchParams.get('code') ?? '')
    const theirs = world.issuer.codes.get(stolen)
    // A sign-on that forgets PKCE: then the nonce alone stands between the two.
    const challenge = own?.parameters.get('code_challenge') ?? ''
    const mixed = new Map([...(theirs?.parameters ?? []), ['code_challenge', challenge] as const])
    world.issuer.codes.set(stolen, { parameters: mixed, sid: 'sid-1' })
    back.searchParams.set('code', stolen)
    expect((await attacker.go(back)).status).toBe(400)
    expect(world.logged.at(-1)).toContain('"reason":"nonce"')
  })

  it.each([
    ['the client', 'console'],
    ['the portal', 'portal'],
  ])('at the other client: begun at %s', async (_title, begun) => {
    const browser = new Browser()
    const path = begun === 'console' ? '/console' : ''
    const asked = (await browser.go(`${url}${path}/sso/login`)).location()
    const back = (await browser.go(asked)).location()
    back.pathname = begun === 'console' ? '/sso/callback' : '/console/sso/callback'
    expect((await browser.go(back)).status).toBe(400)
    expect(world.logged.at(-1)).toContain('"reason":"state"')
  })

  const wrong: readonly (readonly [
    string,
    Readonly<Record<string, unknown>>,
    'access' | 'id',
    string,
  ])[] = [
    ['an access token without exp', { exp: undefined }, 'access', 'exp'],
    ['an access token that is over', { exp: 1 }, 'access', 'exp'],
    ['an access token of the future', { nbf: 9_999_999_999 }, 'access', 'nbf'],
    ['an access token issued later', { iat: 9_999_999_999 }, 'access', 'iat'],
    ['an access token for another audience', { aud: 'other' }, 'access', 'aud'],
    ['an access token of another client', { azp: 'other' }, 'access', 'azp'],
    ['an access token of no client', { azp: undefined }, 'access', 'azp'],
    ['an access token of another issuer', { iss: 'http://evil.example' }, 'access', 'iss'],
    ['an access token that is an ID token', { typ: 'ID' }, 'access', 'typ'],
    ['an ID token without exp', { exp: undefined }, 'id', 'exp'],
    ['an ID token for another client', { aud: 'other' }, 'id', 'aud'],
    ['an ID token for several, one not ours', { aud: ['portal', 'x'], azp: 'x' }, 'id', 'azp'],
    ['an ID token for several, of nobody', { aud: ['portal', 'x'], azp: undefined }, 'id', 'azp'],
    ['an ID token of another person', { sub: 'other' }, 'id', 'subject'],
    ['an ID token without nonce', { nonce: undefined }, 'id', 'nonce'],
    ['an ID token that is an access token', { typ: 'Bearer' }, 'id', 'typ'],
  ]
  it.each(wrong)('when it brings %s', async (_title, change, changed, reason) => {
    world.issuer.claims = (claims, kind) => (kind === changed ? { ...claims, ...change } : claims)
    const browser = new Browser()
    const back = await atCallback(browser)
    expect((await browser.go(back)).status).toBeGreaterThanOrEqual(400)
    expect(world.logged.at(-1)).toContain(`"reason":"${reason}"`)
    expect(await isSignedIn(browser)).toBe(false)
  })
})

describe('a session', () => {
  it('is another one after each sign-in, and the one before ends (fixation)', async () => {
    const { browser } = await world.signedIn()
    const before = browser.cookies.get('__Host-portal')
    await browser.follow(`${url}/sso/login?acr=substantial`)
    expect(browser.cookies.get('__Host-portal')).not.toBe(before)
    const thief = new Browser()
    thief.cookies.set('__Host-portal', before ?? '')
    expect(await isSignedIn(thief)).toBe(false)
    expect((await browser.fetch(`${url}/sso/session`)).json()['acr']).toBe('substantial')
  })

  it('is not opened under an id that somebody brought along', async () => {
    const browser = new Browser()
    browser.cookies.set('__Host-portal', 's%3Aplanted.signature')
    await browser.follow(`${url}/sso/login`)
    expect(browser.cookies.get('__Host-portal')).not.toContain('planted')
  })

  it('is not read from an address', async () => {
    const { browser } = await world.signedIn()
    const id = browser.cookies.get('__Host-portal') ?? ''
    const told = await new Browser().fetch(`${url}/sso/session?__Host-portal=${id}&sid=${id}`)
    expect(told.json()['signedIn']).toBe(false)
  })

  it('is none when two cookies claim to be it (cookie tossing)', async () => {
    const { browser } = await world.signedIn()
    const id = browser.cookies.get('__Host-portal') ?? ''
    for (const both of [
      ['tossed', id],
      [id, 'tossed'],
    ]) {
      const cookie = both.map((value) => `__Host-portal=${value}`).join('; ')
      const told = await new Browser().fetch(`${url}/sso/session`, { headers: { cookie } })
      expect(told.json()['signedIn']).toBe(false)
    }
  })

  it('of the portal is none of the console, which is for staff only', async () => {
    const { browser } = await world.signedIn()
    const first = await browser.go(`${url}/console/`)
    expect(first.status).toBe(303)
    expect(first.location().pathname).toBe('/console/sso/login')
    const { page } = await browser.follow(first.location())
    expect(page.status).toBe(403)
    // Signing in again would bring the same account back: the way to another one is to sign out.
    expect(page.text).toContain('href="/console/sso/logout"')
    const clerk = new Browser()
    world.issuer.roles = ['staff', 'inquiry:deed']
    const { page: desk, way } = await clerk.follow(`${url}/console/?tab=1`)
    expect([desk.status, way.at(-1)?.href]).toEqual([200, `${url}/console/?tab=1`])
    const told = (await clerk.fetch(`${url}/console/sso/session`)).json()
    expect(told).toMatchObject({ kind: 'staff', roles: ['staff'], purposes: ['deed'] })
    expect((await clerk.fetch(`${url}/sso/session`)).json()['signedIn']).toBe(false)
  })

  it('takes a level that was not reached for a failure', async () => {
    world.issuer.claims = (claims) => ({ ...claims, acr: 'low' })
    const { browser } = await world.signedIn()
    const before = browser.cookies.get('__Host-portal')
    const { page } = await browser.follow(`${url}/sso/login?acr=substantial`)
    expect(page.status).toBe(400)
    expect(page.text).toContain('This needs a second factor')
    expect(world.logged.at(-1)).toContain('"reason":"acr"')
    expect(browser.cookies.get('__Host-portal')).toBe(before)
  })

  it.each([
    ['unmet_authentication_requirements', 'LEVEL_NOT_REACHED'],
    ['access_denied', 'SIGN_IN_REFUSED'],
  ])('tells a person what the sign-on’s %s means', async (error, code) => {
    const browser = new Browser()
    const asked = (await browser.go(`${url}/sso/login?acr=substantial`)).location()
    const back = new URL(`${url}/sso/callback`)
    back.search = new URLSearchParams({
      error,
      state: asked.searchParams.get('state') ?? '',
      iss: world.issuer.issuer,
    }).toString()
    expect((await browser.go(back)).status).toBe(400)
    expect(world.logged.at(-1)).toContain(`"code":"${code}"`)
  })

  it('takes an old sign-in for a failure where a new one was asked for', async () => {
    world.issuer.claims = (claims) => ({ ...claims, auth_time: Number(claims.iat) - 600 })
    const { page } = await new Browser().follow(`${url}/sso/login?max_age=300`)
    expect(page.status).toBe(400)
    expect(world.logged.at(-1)).toContain('"reason":"auth-time"')
  })
})

describe('the way to the sign-in', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/.//evil.example',
    '/%0d%0aSet-Cookie:x=1'.replace('%0d%0a', '\r\n'),
    '/sso/logout',
    '/sso/login',
    '/\tx',
    'javascript:alert(1)',
    '/a b',
  ])('leads home instead of to %j', async (returnTo) => {
    const browser = new Browser()
    const query = `?return_to=${encodeURIComponent(returnTo)}`
    const answer = await browser.go(await atCallback(browser, query))
    expect(answer.headers.get('location')).toBe('/')
    expect([...answer.headers.keys()]).not.toContain('x')
  })

  it('is not opened by an image or a frame of another page', async () => {
    const headers = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' }
    expect((await new Browser().send(`${url}/sso/login`, { headers })).status).toBe(403)
  })

  it.each(['?acr=a%0d%0ab', '?max_age=-1', '?acr=a&acr=b'])('refuses %s', async (query) => {
    expect((await new Browser().go(`${url}/sso/login${query}`)).status).toBe(400)
  })

  it('says so when the sign-on does not answer', async () => {
    const closed = await openWorld({ issuer: 'http://127.0.0.1:9/realms/gov' })
    try {
      const answer = await new Browser().go(`${closed.portal.url}/sso/login`)
      expect(answer.status).toBe(503)
      expect(answer.text).toContain('سامانهٔ ورود اکنون پاسخ نمی‌دهد')
    } finally {
      await closed.close()
    }
  })

  it('does not believe metadata of another issuer', async () => {
    const mixed = await openWorld()
    try {
      mixed.issuer.metadata = { issuer: 'https://evil.example' }
      expect((await new Browser().go(`${mixed.portal.url}/sso/login`)).status).toBe(503)
    } finally {
      await mixed.close()
    }
  })
})
