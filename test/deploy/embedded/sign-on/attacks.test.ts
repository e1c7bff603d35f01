// What somebody with bad intentions tries at the sign-on, each over a real socket, each refused.
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { HOTP, Secret } from 'otpauth'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { DEMO_VARIABLES } from '../../../../deploy/embedded/sign-on/demo-variables.ts'
import { setPassword } from '../../../../deploy/embedded/sign-on/sign-in/passwords.ts'
import { type SignOn, startSignOn } from '../../../../deploy/embedded/sign-on/sign-on.ts'
import {
  Browser,
  CLI_URI,
  locationOf,
  openSignIn,
  redeem,
  redeemCode,
  REDIRECT_URI,
  signInAs,
  startFlow,
  tokensOf,
} from './browser.ts'

const realmFile = new URL('../../../../deploy/keycloak/gov-realm.json', import.meta.url)
const OPENID = '/protocol/openid-connect'
const Pushed = Type.Object({ request_uri: Type.String() })
let ahead = 0
let signOn: SignOn
const errors: unknown[] = []

beforeAll(async () => {
  signOn = await startSignOn({
    realmFile,
    port: 0,
    now: () => Date.now() + ahead,
    onError: (error) => errors.push(error),
  })
})
afterEach(() => signOn.realm.attempts.clear())
afterAll(async () => {
  await signOn.close()
  expect(errors).toEqual([])
})

const post = (path: string, form: Record<string, string> | string, headers = {}) =>
  fetch(`${signOn.issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
    redirect: 'manual',
  })

const refresh = (client_id: string, refresh_token: string) =>
  redeem(signOn.issuer, { grant_type: 'refresh_token', client_id, refresh_token })

const portal = { client_id: 'portal', client_secret: DEMO_VARIABLES.PORTAL_SECRET }

async function isActive(token: string): Promise<unknown> {
  const userinfo = await fetch(`${signOn.issuer}${OPENID}/userinfo`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return userinfo.status === 200
}

/** A code of another time than those before: an engine takes each once. */
function codeOf(offset: number): string {
  const secret = Secret.fromBase32(DEMO_VARIABLES.DEMO_TOTP_SECRET)
  const counter = Math.floor((Date.now() + ahead) / 30_000) + offset
  return HOTP.generate({ secret, counter })
}

describe('a stolen code', () => {
  it('that is used again takes the tokens of the first use with it', async () => {
    const { code, verifier } = await signInAs(new Browser(), signOn.issuer, 'sara')
    const { body } = await redeemCode(signOn.issuer, code, verifier)
    expect(await isActive(body.access_token)).toBe(true)
    expect((await redeemCode(signOn.issuer, code, verifier)).body.error).toBe('invalid_grant')
    expect(await isActive(body.access_token)).toBe(false)
    expect((await refresh('portal', body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it.each([
    ['no verifier', {}],
    ['another verifier', { code_verifier: 'a'.repeat(43) }],
    ['the challenge as verifier', 'challenge'],
  ])('is nothing with %s', async (_title, given) => {
    const { code, verifier } = await signInAs(new Browser(), signOn.issuer, 'sara')
    const challenge = new URL(startFlow(signOn.issuer).url).searchParams.get('code_challenge') ?? ''
    const changes = typeof given === 'string' ? { code_verifier: challenge } : given
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, ...portal }
    expect((await redeem(signOn.issuer, { ...form, ...changes })).body.error).toBe('invalid_grant')
    expect(verifier).not.toBe(challenge)
  })

  it.each([
    ['another client', { client_id: 'cli' }],
    ['another client with its secret', { client_id: 'console' }],
    ['another redirect address', { ...portal, redirect_uri: CLI_URI }],
    ['a wrong secret', { ...portal, client_secret: 'wrong-secret' }],
    ['no secret', { client_id: 'portal', client_secret: '' }],
  ])('is nothing for %s', async (_title, changes) => {
    const { code, verifier } = await signInAs(new Browser(), signOn.issuer, 'sara')
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
    const { status, body } = await redeem(signOn.issuer, {
      ...form,
      code_verifier: verifier,
      ...changes,
    })
    expect([400, 401]).toContain(status)
    expect(body.error).toMatch(/invalid_(grant|client|request)/)
    expect(body.access_token).toBe('')
  })
})

describe('a stolen refresh token', () => {
  it('that comes back after its use ends the session, for its thief, too', async () => {
    const first = await tokensOf(signOn.issuer, 'sara')
    const second = (await refresh('portal', first.refresh_token)).body
    expect(await isActive(second.access_token)).toBe(true)
    expect((await refresh('portal', first.refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh('portal', second.refresh_token)).body.error).toBe('invalid_grant')
    expect(await isActive(second.access_token)).toBe(false)
    const page = await openSignIn(first.browser, signOn.issuer, startFlow(signOn.issuer))
    expect(page.pathname).toContain('/login-actions/')
  })

  it('is nothing for another client, and signs nobody out', async () => {
    const { refresh_token, access_token } = await tokensOf(signOn.issuer, 'sara')
    expect((await refresh('cli', refresh_token)).body.error).toBe('invalid_grant')
    const logout = await post(`${OPENID}/logout`, { client_id: 'cli', refresh_token })
    expect(logout.status).toBe(400)
    const stranger = { client_id: 'portal', client_secret: 'wrong-secret', refresh_token }
    expect((await post(`${OPENID}/logout`, stranger)).status).toBe(401)
    const revoked = await post(`${OPENID}/revoke`, { client_id: 'cli', token: refresh_token })
    expect(revoked.status).toBe(200)
    expect(await isActive(access_token)).toBe(true)
    expect((await post(`${OPENID}/logout`, { ...portal, refresh_token })).status).toBe(204)
    expect(await isActive(access_token)).toBe(false)
  })

  it('is nothing after the idle time, which slides with its use', async () => {
    const first = await tokensOf(signOn.issuer, 'sara')
    ahead += 800_000
    const second = (await refresh('portal', first.refresh_token)).body
    expect(second.error).toBe('')
    ahead += 800_000
    const third = (await refresh('portal', second.refresh_token)).body
    expect(third.error).toBe('')
    ahead += 901_000
    expect((await refresh('portal', third.refresh_token)).body.error).toBe('invalid_grant')
  })
})

describe('a forged token', () => {
  it.each(['none', 'another key', 'the key of another algorithm'])(
    'by %s is refused',
    async (kind) => {
      const { access_token } = await tokensOf(signOn.issuer, 'sara')
      const [header = '', payload = ''] = access_token.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
      const { privateKey } = await generateKeyPair('RS256')
      const hmac = new TextEncoder().encode(kid.padEnd(64, '0'))
      const forged = {
        none: new UnsecuredJWT(claims).encode(),
        'another key': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
          .sign(privateKey),
        'the key of another algorithm': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid, typ: 'JWT' })
          .sign(hmac),
      }[kind]
      expect(await isActive(access_token)).toBe(true)
      expect(await isActive(forged ?? '')).toBe(false)
    },
  )
})

describe('a request that says two things', () => {
  it.each([
    ['two clients', 'client_id=portal&client_id=cli'],
    ['two grants', 'grant_type=refresh_token&grant_type=client_credentials&client_id=cli'],
    ['two tokens', 'grant_type=refresh_token&client_id=cli&refresh_token=a&refresh_token=b'],
    ['two codes', 'grant_type=authorization_code&client_id=cli&code=a&code=b'],
  ])('is refused with %s', async (_title, body) => {
    const answer = await post(`${OPENID}/token`, body)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ])
  })

  it('is refused at the authorization endpoint, back to the registered address at most', async () => {
    const { url } = startFlow(signOn.issuer)
    const twice = await new Browser().go(`${url}&redirect_uri=https%3A%2F%2Fevil.example`)
    const back = locationOf(twice, signOn.issuer)
    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI)
    expect(back.searchParams.get('error')).toBe('invalid_request')
    const secret = Buffer.from(`portal:${DEMO_VARIABLES.PORTAL_SECRET}`).toString('base64')
    const both = await post(
      `${OPENID}/token`,
      { grant_type: 'client_credentials', ...portal },
      { authorization: `Basic ${secret}` },
    )
    expect(both.status).toBe(400)
  })
})

describe('a request that is too much', () => {
  it.each([`${OPENID}/token`, `${OPENID}/logout`, `${OPENID}/ext/par/request`])(
    'is refused at %s',
    async (path) => {
      const answer = await post(path, { ...portal, refresh_token: 'x'.repeat(200_000) })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    },
  )

  it('signs nobody in with a password of a megabyte', async () => {
    const browser = new Browser()
    const page = await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer))
    const password = 'x'.repeat(1_000_000)
    expect((await browser.go(page, { username: 'sara', password })).status).toBe(200)
  })
})

describe('guessing', () => {
  it('many passwords at once finds no gap between question and count', async () => {
    const browser = new Browser()
    const page = await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer))
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => browser.go(page, { username: 'sara', password: 'x' })),
    )
    const tried = answers.filter(({ status }) => status === 200)
    expect(tried.length).toBeLessThanOrEqual(5)
  })

  it('one-time codes by somebody who has the password gets five tries, whatever they do between', async () => {
    const browser = new Browser()
    const flow = startFlow(signOn.issuer, { acr_values: 'substantial' })
    const page = await openSignIn(browser, signOn.issuer, flow)
    const password = { username: 'staff', password: 'panjareh' }
    const statuses: number[] = []
    await browser.go(page, password)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      statuses.push((await browser.go(page, { otp: '000000' })).status)
    }
    // A second sign-in with the right password does not forget the codes of the first.
    const other = new Browser()
    const again = await openSignIn(
      other,
      signOn.issuer,
      startFlow(signOn.issuer, { acr_values: 'substantial' }),
    )
    await other.go(again, password)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      statuses.push((await other.go(again, { otp: '000000' })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect((await other.go(again, { otp: codeOf(0) })).status).toBe(429)
  })

  it('takes a one-time code once, and none that is older than a step', async () => {
    const tryCode = await openSecondFactor()
    expect(await tryCode(codeOf(-3))).toBe(200)
    expect(await tryCode(codeOf(3))).toBe(200)
    const code = codeOf(0)
    expect(await tryCode(code)).toBe(303)
    expect(await (await openSecondFactor())(code)).toBe(200)
  })

  it('reads a one-time code in Persian digits, as a Persian keyboard writes them', async () => {
    const tryCode = await openSecondFactor()
    expect(await tryCode(persian(codeOf(-3)))).toBe(200)
    expect(await tryCode(persian(codeOf(1)))).toBe(303)
  })

  it('skips no step: a code without a password before it is no sign-in', async () => {
    const browser = new Browser()
    const flow = startFlow(signOn.issuer, { acr_values: 'substantial' })
    const page = await openSignIn(browser, signOn.issuer, flow)
    const answer = await browser.go(page, { otp: codeOf(0), username: 'sara' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('name="password"')
  })
})

describe('a password that somebody else has set', () => {
  it('is replaced before it opens anything, by another and a long one', async () => {
    const { id } = signOn.realm.userNamed('nima-young')!
    await setPassword(signOn.realm, id, 'first-password', true)
    const browser = new Browser()
    const page = await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer))
    const asked = await browser.go(page, { username: 'nima-young', password: 'first-password' })
    expect(await asked.text()).toContain('name="password-new"')
    const renew = async (one: string, two = one) =>
      (await browser.go(page, { 'password-new': one, 'password-confirm': two })).status
    expect(await renew('short')).toBe(200)
    expect(await renew('second-password', 'third-password')).toBe(200)
    expect(await renew('nima-young')).toBe(200)
    expect(await renew('first-password')).toBe(200)
    expect(await renew('second-password')).toBe(303)
    const changes = { password: 'second-password' }
    const { code } = await signInAs(new Browser(), signOn.issuer, 'nima-young', changes)
    expect(code).not.toBe('')
  })
})

describe('another site', () => {
  it('sends no form to our pages', async () => {
    const browser = new Browser()
    const page = await openSignIn(browser, signOn.issuer, startFlow(signOn.issuer))
    const form = { username: 'sara', password: 'panjareh' }
    const foreign = await browser.go(page, form, { 'sec-fetch-site': 'cross-site' })
    expect(foreign.status).toBe(403)
    expect((await browser.go(page, form, { 'sec-fetch-site': 'same-origin' })).status).toBe(303)
  })

  it('reads nothing of the token endpoint from a page', async () => {
    const answer = await post(
      `${OPENID}/token`,
      { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'cli' },
      { origin: 'https://evil.example' },
    )
    expect(answer.status).toBe(400)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('fixes no session: the cookie after a sign-in is another than before', async () => {
    const browser = new Browser()
    const flow = startFlow(signOn.issuer)
    const page = await openSignIn(browser, signOn.issuer, flow)
    const form = { username: 'sara', password: 'panjareh' }
    const resumed = locationOf(await browser.go(page, form), signOn.issuer)
    const first = sessionCookie(await browser.go(resumed))
    const raised = startFlow(signOn.issuer, { prompt: 'login' })
    const again = await openSignIn(browser, signOn.issuer, raised)
    const back = locationOf(await browser.go(again, { password: 'panjareh' }), signOn.issuer)
    const second = sessionCookie(await browser.go(back))
    expect(first).toMatch(/HttpOnly/i)
    expect(first).toMatch(/SameSite=lax/i)
    expect(second?.split(';')[0]).not.toBe(first?.split(';')[0])
  })

  it('makes nobody go on as somebody else: a session is renewed only by its own person', async () => {
    const { browser } = await tokensOf(signOn.issuer, 'sara')
    const page = await openSignIn(
      browser,
      signOn.issuer,
      startFlow(signOn.issuer, { prompt: 'login' }),
    )
    const other = await browser.go(page, { username: 'kaveh', password: 'panjareh' })
    // Both have the demo's password: it is sara who has signed in again.
    expect(other.status).toBe(303)
    const back = locationOf(await browser.go(locationOf(other, signOn.issuer)), signOn.issuer)
    expect(back.searchParams.get('code')).toBeTruthy()
    expect(signOn.realm.events.list(({ type }) => type === 'LOGIN')[0]?.userId).toBe(
      signOn.realm.userNamed('sara')?.id,
    )
  })
})

describe('a client with a key', () => {
  it('is known by its own assertion only: for us, in time, once', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const other = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
    const client = signOn.realm.clients.byName('agency-rmto')!
    await signOn.realm.clients.change(client.id, {
      clientAuthenticatorType: 'client-jwt',
      attributes: {
        ...client.attributes,
        'use.jwks.string': 'true',
        'jwks.string': JSON.stringify({ keys: [jwk] }),
      },
    })
    const nowSeconds = Math.floor(Date.now() / 1000)
    const assertion = (changes: object, key = privateKey) =>
      new SignJWT({
        iss: 'agency-rmto',
        sub: 'agency-rmto',
        aud: signOn.issuer,
        jti: crypto.randomUUID(),
        iat: nowSeconds,
        exp: nowSeconds + 60,
        ...changes,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .sign(key)
    const ask = async (client_assertion: string) => {
      const { status } = await redeem(signOn.issuer, {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      })
      return status
    }
    const good = await assertion({})
    expect(await ask(good)).toBe(200)
    const refused = [
      good,
      await assertion({ aud: 'https://elsewhere.example' }),
      await assertion({ exp: nowSeconds - 60 }),
      await assertion({ jti: undefined }),
      await assertion({ iss: 'agency-mrud' }),
      await assertion({}, other.privateKey),
    ]
    for (const one of refused) expect(await ask(one)).toBe(401)
    const secret = { client_id: 'agency-rmto', client_secret: 'demo-only-rmto-secret' }
    const bySecret = await redeem(signOn.issuer, { grant_type: 'client_credentials', ...secret })
    expect(bySecret.status).toBe(401)
  })
})

describe('a pushed request', () => {
  it('is for the client that pushed it, once, and must be pushed where the client says so', async () => {
    const { url } = startFlow(signOn.issuer)
    const parameters = Object.fromEntries(new URL(url).searchParams)
    const pushed = await post(`${OPENID}/ext/par/request`, { ...parameters, ...portal })
    expect(pushed.status).toBe(201)
    const { request_uri } = Value.Parse(Pushed, await pushed.json())
    const start = (client_id: string) => {
      const query = new URLSearchParams({ client_id, request_uri })
      return new Browser().go(`${signOn.issuer}${OPENID}/auth?${query.toString()}`)
    }
    const stolen = locationOf(await start('cli'), signOn.issuer)
    expect(`${stolen.origin}${stolen.pathname}`).toBe(CLI_URI)
    expect(stolen.searchParams.get('error')).toMatch(/invalid_request/)
    const browser = new Browser()
    const query = new URLSearchParams({ client_id: 'portal', request_uri })
    const page = locationOf(
      await browser.go(`${signOn.issuer}${OPENID}/auth?${query.toString()}`),
      signOn.issuer,
    )
    const done = await browser.go(page, { username: 'sara', password: 'panjareh' })
    await browser.go(locationOf(done, signOn.issuer))
    expect((await start('portal')).headers.get('location') ?? '').not.toContain('login-actions')

    const client = signOn.realm.clients.byName('portal')!
    const attributes = { ...client.attributes, 'require.pushed.authorization.requests': 'true' }
    await signOn.realm.clients.change(client.id, { attributes })
    const plain = await new Browser().go(startFlow(signOn.issuer).url)
    expect(plain.headers.get('location') ?? '').not.toContain('login-actions')
    await signOn.realm.clients.change(client.id, { attributes: client.attributes })
  })
})

function persian(code: string): string {
  return code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x06f0 + Number(digit)))
}

/** Kaveh has shown the password and is asked for the code. */
async function openSecondFactor() {
  const browser = new Browser()
  const flow = startFlow(signOn.issuer, { acr_values: 'substantial' })
  const page = await openSignIn(browser, signOn.issuer, flow)
  await browser.go(page, { username: 'kaveh', password: 'panjareh' })
  return async (otp: string) => (await browser.go(page, { otp })).status
}

function sessionCookie(response: Response): string | undefined {
  return response.headers.getSetCookie().find((line) => line.startsWith('_session='))
}
