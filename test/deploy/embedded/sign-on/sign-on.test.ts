import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  type JWTPayload,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { DEMO_VARIABLES } from '../../../../deploy/embedded/sign-on/demo-variables.ts'
import { type SignOn, startSignOn } from '../../../../deploy/embedded/sign-on/sign-on.ts'
import {
  Browser,
  CLI_URI,
  locationOf,
  openSignIn,
  redeem,
  redeemCode,
  signInAs,
  startFlow,
  tokensOf,
} from './browser.ts'

const realmFile = new URL('../../../../deploy/keycloak/gov-realm.json', import.meta.url)
const warn = vi.spyOn(console, 'warn')
const errors: unknown[] = []
let ahead = 0
let signOn: SignOn

beforeAll(async () => {
  signOn = await startSignOn({
    realmFile,
    port: 0,
    now: () => Date.now() + ahead,
    onError: (error) => errors.push(error),
  })
})
afterAll(async () => {
  await signOn.close()
  expect(errors).toEqual([])
})

async function verify(token: string, issuer = signOn.issuer) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`))
  return jwtVerify(token, keys, { issuer, audience: 'gateway', algorithms: ['RS256'] })
}

function rolesOf(payload: JWTPayload): unknown {
  const access: unknown = payload['realm_access']
  const roles: unknown = typeof access === 'object' ? Reflect.get(access ?? {}, 'roles') : []
  return Array.isArray(roles) ? roles.map(String).toSorted() : roles
}

async function keyIdOf(issuer: string) {
  const { body } = await redeem(issuer, {
    grant_type: 'client_credentials',
    client_id: 'agency-rmto',
    client_secret: 'demo-only-rmto-secret',
  })
  return decodeProtectedHeader(body.access_token).kid
}

describe('the embedded sign-on', () => {
  it('answers discovery at the addresses of Keycloak', async () => {
    const response = await fetch(`${signOn.issuer}/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({
      issuer: signOn.issuer,
      authorization_endpoint: `${signOn.issuer}/protocol/openid-connect/auth`,
      token_endpoint: `${signOn.issuer}/protocol/openid-connect/token`,
      jwks_uri: `${signOn.issuer}/protocol/openid-connect/certs`,
      userinfo_endpoint: `${signOn.issuer}/protocol/openid-connect/userinfo`,
      end_session_endpoint: `${signOn.issuer}/protocol/openid-connect/logout`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    })
  })

  it('signs a person in by code and PKCE, with a token of the shape of Keycloak', async () => {
    const { code, verifier, back } = await signInAs(new Browser(), signOn.issuer, 'kaveh')
    expect(back.searchParams.get('state')).toBe('st')
    expect(back.searchParams.get('iss')).toBe(signOn.issuer)
    const { status, body } = await redeemCode(signOn.issuer, code, verifier)
    expect(status).toBe(200)
    const { payload, protectedHeader } = await verify(body.access_token)
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' })
    expect(payload).toMatchObject({
      typ: 'Bearer',
      azp: 'portal',
      aud: 'gateway',
      realm_access: { roles: ['citizen'] },
      acr: 'low',
      sid: expect.any(String),
      scope: 'openid profile person gateway',
      national_id: '0004120371',
      phone_number: '09000000001',
      preferred_username: 'kaveh',
      name: 'کاوه یکتای نمونه',
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
    expect(decodeJwt(body.id_token)).toMatchObject({
      aud: 'portal',
      nonce: 'no',
      sub: payload.sub,
      sid: payload['sid'],
      acr: 'low',
    })
  })

  it('takes a code once only', async () => {
    const { code, verifier } = await signInAs(new Browser(), signOn.issuer, 'sara')
    expect((await redeemCode(signOn.issuer, code, verifier)).status).toBe(200)
    const again = await redeemCode(signOn.issuer, code, verifier)
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant'])
  })

  it('refuses a code with the verifier of another flow', async () => {
    const { code } = await signInAs(new Browser(), signOn.issuer, 'sara')
    const { status, body } = await redeemCode(signOn.issuer, code, startFlow('http://x').verifier)
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
  })

  it('rotates refresh tokens and ends the family when an old one comes back', async () => {
    const { code, verifier } = await signInAs(new Browser(), signOn.issuer, 'sara')
    const first = (await redeemCode(signOn.issuer, code, verifier)).body
    const refresh = (token: string) =>
      redeem(signOn.issuer, {
        grant_type: 'refresh_token',
        client_id: 'portal',
        refresh_token: token,
      })
    const second = await refresh(first.refresh_token)
    expect(second.status).toBe(200)
    expect((await verify(second.body.access_token)).payload['national_id']).toBe('9924022343')
    expect(second.body.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(first.refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(second.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('signs in once: a second application of the same browser asks no password', async () => {
    const browser = new Browser()
    await signInAs(browser, signOn.issuer, 'sara')
    const flow = startFlow(signOn.issuer, { client_id: 'cli', redirect_uri: CLI_URI })
    const back = locationOf(await browser.go(flow.url), signOn.issuer)
    expect(back.port).toBe('4003')
    expect(back.searchParams.get('code')).toBeTruthy()
  })

  it('signs out without a question when the client shows its ID token, with one when it does not', async () => {
    const logout = `${signOn.issuer}/protocol/openid-connect/logout`
    const back = `${DEMO_VARIABLES.PORTAL_URL}/sso/signed-out`
    const first = await tokensOf(signOn.issuer, 'sara')
    const query = new URLSearchParams({
      id_token_hint: first.id_token,
      post_logout_redirect_uri: back,
      state: 'bye',
    })
    const led = await first.browser.go(`${logout}?${query.toString()}`)
    expect([led.status, led.headers.get('location')]).toEqual([303, `${back}?state=bye`])
    const next = await openSignIn(first.browser, signOn.issuer, startFlow(signOn.issuer))
    expect(next.pathname).toContain('/login-actions/authenticate/')

    const { browser } = await tokensOf(signOn.issuer, 'sara')
    const asked = new URLSearchParams({ client_id: 'portal', post_logout_redirect_uri: back })
    const page = await (await browser.go(`${logout}?${asked.toString()}`)).text()
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const foreign = await browser.go(
      `${logout}/confirm`,
      { xsrf, logout: 'yes' },
      { 'sec-fetch-site': 'cross-site' },
    )
    expect(foreign.status).toBe(403)
    const done = await browser.go(`${logout}/confirm`, { xsrf, logout: 'yes' })
    expect(done.headers.get('location')).toBe(back)
  })

  it('gives a service account its roles by client credentials', async () => {
    const { status, body } = await redeem(signOn.issuer, {
      grant_type: 'client_credentials',
      client_id: 'agency-rmto',
      client_secret: 'demo-only-rmto-secret',
    })
    expect(status).toBe(200)
    const { payload } = await verify(body.access_token)
    expect(payload).toMatchObject({ typ: 'Bearer', azp: 'agency-rmto', scope: 'gateway' })
    expect(rolesOf(payload)).toEqual(
      [
        'agency',
        'inquiry:identity',
        'inquiry:smartcard',
        'inquiry:licence',
        'inquiry:mobile',
        'inquiry:address',
        'inquiry:insurance',
        'inquiry:conscription',
        'inquiry:waybill',
        'inquiry:oversize-permit',
        'inquiry:technical-inspection',
        'inquiry:passenger',
        'inquiry:traffic',
        'inquiry:traffic-record',
        'inquiry:company',
      ].toSorted(),
    )
    expect(payload).not.toHaveProperty('national_id')
    expect(payload.sub).not.toBe('agency-rmto')
  })

  it.each([
    ['a wrong secret', { client_id: 'agency-rmto', client_secret: 'wrong' }, 'invalid_client'],
    ['a client without a service account', { client_id: 'portal' }, 'invalid_request'],
  ])('refuses client credentials of %s', async (_title, form, error) => {
    const { body } = await redeem(signOn.issuer, { grant_type: 'client_credentials', ...form })
    expect(body.error).toBe(error)
  })

  it('answers userinfo for an access token and refuses a token that is not one', async () => {
    const { code, verifier } = await signInAs(new Browser(), signOn.issuer, 'sara')
    const { body } = await redeemCode(signOn.issuer, code, verifier)
    const ask = (token: string) =>
      fetch(`${signOn.issuer}/protocol/openid-connect/userinfo`, {
        headers: { authorization: `Bearer ${token}`, origin: 'https://elsewhere.example' },
      })
    const answer = await ask(body.access_token)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(await answer.json()).toMatchObject({ national_id: '9924022343' })
    expect((await ask(body.id_token)).status).toBe(401)
    expect((await ask(`${body.access_token.slice(0, -4)}AAAA`)).status).toBe(401)
  })

  it('starts without a word about the runtime', () => {
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('the authorization endpoint', () => {
  it.each([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['plain PKCE', { code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }],
    ['the implicit flow', { response_type: 'token' }],
  ])('sends back an error for %s', async (_title, changes) => {
    const response = await new Browser().go(startFlow(signOn.issuer, changes).url)
    const back = locationOf(response, signOn.issuer)
    expect(back.origin).toBe('http://127.0.0.1:4002')
    expect(`${back.search}${back.hash}`).toMatch(
      /error=(invalid_request|unsupported_response_type)/,
    )
    expect(back.searchParams.has('code')).toBe(false)
  })

  it.each([
    ['an unknown address', { redirect_uri: 'http://127.0.0.1:4002/elsewhere' }],
    ['an address below a known one', { redirect_uri: 'http://127.0.0.1:4002/sso/callback/x' }],
    ['a foreign origin', { redirect_uri: 'https://evil.example/sso/callback' }],
    ['an unknown client', { client_id: 'nobody' }],
    ['a client without a sign-in', { client_id: 'agency-rmto' }],
  ])('redirects nowhere for %s', async (_title, changes) => {
    const response = await new Browser().go(startFlow(signOn.issuer, changes).url)
    expect(response.headers.get('location')).toBeNull()
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('evil.example')
  })

  it('answers no one who calls it by another host name', async () => {
    const url = new URL(signOn.issuer)
    url.hostname = 'localhost'
    expect((await fetch(`${url.href}/.well-known/openid-configuration`)).status).toBe(421)
  })
})

describe('the sign-in page', () => {
  it('is Persian, lists the demo people and loads nothing from elsewhere', async () => {
    const browser = new Browser()
    const page = await browser.go(
      await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer)),
    )
    const html = await page.text()
    expect(html).toContain('<html lang="fa" dir="rtl">')
    expect(html.match(/name="username" value="/g)).toHaveLength(signOn.people.length)
    expect(html).not.toMatch(/<script|https?:\/\//)
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self' http://127.0.0.1:4002;")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('lists nobody outside the demo', async () => {
    const other = await startSignOn({ realmFile, port: 0, mode: 'development' })
    const browser = new Browser()
    const page = await browser.go(await openSignIn(browser, other.issuer, startFlow(other.issuer)))
    expect(await page.text()).not.toContain('kaveh')
    await other.close()
  })

  it('answers a wrong password and an unknown name alike, and escapes what was typed', async () => {
    const browser = new Browser()
    const page = await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer))
    const wrong = await browser.go(page, { username: 'nima-young', password: 'x' })
    const unknown = await browser.go(page, { username: '"><script>', password: 'x' })
    expect([wrong.status, unknown.status]).toEqual([200, 200])
    const texts = [await wrong.text(), await unknown.text()]
    for (const text of texts) {
      expect(text).toContain('نام کاربری یا گذرواژه درست نیست')
      expect(text).toMatch(/<input id="password"[^>]* autofocus>/)
    }
    expect(texts[1]).not.toContain('<script>')
  })

  it('makes a name wait after five wrong passwords, even with the right one', async () => {
    const browser = new Browser()
    const page = await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer))
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = await browser.go(page, { username: 'omid-joint', password: 'x' })
      expect(answer.status).toBe(200)
    }
    const right = { username: 'omid-joint', password: 'panjareh' }
    expect((await browser.go(page, right)).status).toBe(429)
    ahead += 61_000
    expect((await browser.go(page, right)).status).toBe(303)
  })

  it('belongs to the browser that began the sign-in', async () => {
    const page = await openSignIn(new Browser(), signOn.issuer, startFlow(signOn.issuer))
    const stolen = await new Browser().go(page, { username: 'kaveh', password: 'panjareh' })
    expect(stolen.status).toBe(400)
    expect(stolen.headers.get('location')).toBeNull()
  })
})

describe('starting', () => {
  it('keeps the signing key in the data folder, readable by its owner only', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'sign-on-'))
    const first = await startSignOn({ realmFile, port: 0, dataFolder })
    const port = Number(new URL(first.issuer).port)
    const { code, verifier } = await signInAs(new Browser(), first.issuer, 'kaveh')
    const { body } = await redeemCode(first.issuer, code, verifier)
    await first.close()
    const second = await startSignOn({ realmFile, port, dataFolder })
    expect((await verify(body.access_token, second.issuer)).payload['azp']).toBe('portal')
    await second.close()
    const files = await readdir(dataFolder)
    expect(files).toContain('sign-on-keys.json')
    for (const file of files) expect((await stat(join(dataFolder, file))).mode & 0o077).toBe(0)
    await rm(dataFolder, { recursive: true })
  })

  it.each(['{}', '{', '{"jwk":{"d":"secret"}}'])('refuses a key file with %s', async (text) => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'sign-on-'))
    await writeFile(join(dataFolder, 'sign-on-keys.json'), text)
    const start = startSignOn({ realmFile, port: 0, dataFolder })
    await expect(start).rejects.toMatchObject({ code: 'DATA_UNUSABLE' })
    await expect(start).rejects.not.toHaveProperty('cause')
    await rm(dataFolder, { recursive: true })
  })

  it('makes another key without a data folder', async () => {
    const other = await startSignOn({ realmFile, port: 0 })
    expect(await keyIdOf(other.issuer)).not.toBe(await keyIdOf(signOn.issuer))
    await other.close()
  })

  it('refuses production', async () => {
    await expect(startSignOn({ realmFile, port: 0, mode: 'production' })).rejects.toMatchObject({
      code: 'PRODUCTION_REFUSED',
    })
  })

  it('refuses to listen beyond this machine unless it is told to', async () => {
    await expect(startSignOn({ realmFile, port: 0, host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'PRODUCTION_REFUSED',
    })
  })

  it('names a taken port', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    await expect(startSignOn({ realmFile, port })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `sign-on: port ${port} on 127.0.0.1 is taken`,
    })
    other.close()
  })

  it('names the people of the realm', () => {
    expect(signOn.people.length).toBeGreaterThan(40)
    expect(signOn.people[0]).toEqual({
      key: 'kaveh',
      name: 'کاوه یکتای نمونه',
      nationalId: '0004120371',
      roles: ['citizen'],
    })
  })
})
