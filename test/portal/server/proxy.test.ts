import { request as send } from 'node:http'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { eventually } from '../../support/eventually.ts'
import { Browser } from '../support/browser.ts'
import { GatewayDouble } from '../support/gateway-double.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let url: string

beforeAll(async () => {
  world = await openWorld()
  url = world.portal.url
})
afterAll(() => world.close())
afterEach(() => {
  world.gateway.queue.length = 0
  world.issuer.delayMs = 0
  world.issuer.lifetime = 300
  world.clock.aheadMs = 0
})

const lastAsked = () => world.gateway.questions().at(-1)!

describe('a question of the page', () => {
  it('goes on with the session’s token and comes back without anything of the inside', async () => {
    const { browser, csrf } = await world.signedIn()
    const answer = await browser.ask(`${url}/graphql`, csrf, {
      'panjareh-purpose': 'deed',
      'panjareh-mandate': 'mandate-1',
      'x-road-issue': 'case-7',
      authorization: 'Bearer of-the-page',
      'x-forwarded-for': '1.2.3.4',
      'x-invented': 'yes',
      connection: 'close, panjareh-purpose',
    })
    expect([answer.status, answer.text]).toEqual([200, '{"data":{"fine":true}}'])
    expect(answer.headers.get('x-request-id')).toBe('r-1')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const name of ['set-cookie', 'server']) expect(answer.headers.has(name)).toBe(false)
    const { headers, body } = lastAsked()
    expect(headers.authorization).toMatch(/^Bearer eyJ/)
    expect(headers).toMatchObject({
      'panjareh-purpose': 'deed',
      'panjareh-mandate': 'mandate-1',
      'x-road-issue': 'case-7',
    })
    for (const name of ['cookie', 'x-forwarded-for', 'x-invented', 'panjareh-csrf', 'dpop']) {
      expect(headers[name]).toBeUndefined()
    }
    expect(body).toBe('{"query":"{ me { firstName } }"}')
  })

  it('goes on without a token when nobody is signed in', async () => {
    expect((await new Browser().ask(`${url}/graphql`, 'nobody')).status).toBe(200)
    expect(lastAsked().headers.authorization).toBeUndefined()
  })

  it('comes back part by part, as the gateway sends it', async () => {
    const { browser, csrf } = await world.signedIn()
    const held: { finish?: () => void } = {}
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('event: next\n\n')
      held.finish = () => response.end('event: complete\n\n')
    })
    const parts: string[] = []
    const ended = new Promise<void>((resolve, reject) => {
      const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
      const { port } = new URL(url)
      const headers = {
        cookie,
        origin: url,
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'panjareh-csrf': csrf,
      }
      send({ port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers }, (response) => {
        response.on('data', (part: Buffer) => parts.push(part.toString()))
        response.on('end', resolve)
        response.on('error', reject)
      }).end('{}')
    })
    // The first part is here although the answer is not at its end.
    await eventually(() => expect(parts).toEqual(['event: next\n\n']))
    held.finish?.()
    await ended
    expect(parts).toEqual(['event: next\n\n', 'event: complete\n\n'])
  })

  it('is given up at the gateway when the page goes away', async () => {
    const { browser, csrf } = await world.signedIn()
    let closed = false
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('x')
      response.once('close', () => {
        closed = true
      })
    })
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const headers = {
      cookie,
      origin: url,
      'content-type': 'application/json',
      'panjareh-csrf': csrf,
    }
    const path = { port: new URL(url).port, host: '127.0.0.1', path: '/graphql', method: 'POST' }
    const asking = send({ ...path, headers }, (response) => {
      response.once('data', () => asking.destroy())
      response.on('error', () => undefined)
    })
    asking.on('error', () => undefined)
    asking.end('{}')
    await eventually(() => expect(closed).toBe(true))
  })

  const sites: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['of nobody', { 'sec-fetch-site': 'none' }],
    ['of another origin', { origin: 'https://evil.example' }],
    ['of a sandbox', { origin: 'null' }],
    ['with another session’s token', { 'panjareh-csrf': 'x'.repeat(43) }],
    ['with a token of nobody', { 'panjareh-csrf': 'nobody' }],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['as plain text', { 'content-type': 'text/plain' }],
  ]
  it.each(sites)('is not passed on when it comes %s', async (_title, headers) => {
    const { browser, csrf } = await world.signedIn()
    const before = world.gateway.questions().length
    const { status } = await browser.ask(`${url}/graphql`, csrf, headers)
    expect(status).toBe(headers['content-type'] === undefined ? 403 : 400)
    expect(world.gateway.questions().length).toBe(before)
  })

  it('is not passed on without the header, or without any word of where it comes from', async () => {
    const { browser, csrf } = await world.signedIn()
    const type = { 'content-type': 'application/json' }
    const bare = { method: 'POST', body: '{}', headers: type }
    expect((await browser.fetch(`${url}/graphql`, bare)).status).toBe(403)
    const headers = { ...type, 'panjareh-csrf': csrf }
    expect((await browser.send(`${url}/graphql`, { ...bare, headers })).status).toBe(403)
  })

  it.each(['GET', 'PUT', 'DELETE'])('is not taken by %s', async (method) => {
    const { browser, csrf } = await world.signedIn()
    const headers = { 'panjareh-csrf': csrf }
    expect((await browser.fetch(`${url}/graphql`, { method, headers })).status).toBe(404)
  })

  it('is refused when it is larger than the gateway would take', async () => {
    const { browser, csrf } = await world.signedIn()
    const headers = { 'content-type': 'application/json', 'panjareh-csrf': csrf }
    const body = 'x'.repeat(300 * 1024)
    const answer = await browser.fetch(`${url}/graphql`, { method: 'POST', headers, body })
    expect(answer.status).toBe(413)
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    const sent = await browser.fetch(`${url}/graphql`, { method: 'POST', headers: chunked, body })
    expect(sent.status).toBe(413)
  })

  it.each([
    ['HTML', 'text/html'],
    ['nothing it says', undefined],
  ])('is not answered with %s', async (_title, type) => {
    const { browser, csrf } = await world.signedIn()
    world.gateway.queue.push((_asked, response) => {
      response.writeHead(200, type === undefined ? {} : { 'content-type': type })
      response.end('<script>alert(1)</script>')
    })
    const answer = await browser.ask(`${url}/graphql`, csrf)
    expect(answer.status).toBe(502)
    expect(answer.code()).toBe('SYSTEM_UNAVAILABLE')
  })

  it('waits for its turn: so many of one session, so many of all who are not signed in', async () => {
    const narrow = await openWorld({ limits: { requestsPerSession: 1, requestsOfNobody: 1 } })
    try {
      const { browser, csrf } = await narrow.signedIn()
      const target = `${narrow.portal.url}/graphql`
      const held: (() => void)[] = []
      const hold: (typeof narrow.gateway.queue)[number] = (asked, response) =>
        void held.push(() => GatewayDouble.fine(asked, response))
      narrow.gateway.queue.push(hold, hold)
      const first = [browser.ask(target, csrf), new Browser().ask(target, 'nobody')]
      await eventually(() => expect(held.length).toBe(2))
      expect((await browser.ask(target, csrf)).status).toBe(503)
      const refused = await new Browser().ask(target, 'nobody')
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
      for (const release of held) release()
      expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200])
      expect((await browser.ask(target, csrf)).status).toBe(200)
    } finally {
      await narrow.close()
    }
  })

  it('is answered by 502 when the gateway cannot be reached', async () => {
    const lonely = await openWorld({ gateway: 'http://127.0.0.1:9' })
    try {
      const answer = await new Browser().ask(`${lonely.portal.url}/graphql`, 'nobody')
      expect(answer.status).toBe(502)
    } finally {
      await lonely.close()
    }
  })
})

describe('the token of a question', () => {
  it('is renewed once when it ends, however many ask at the same time', async () => {
    const { browser, csrf } = await world.signedIn()
    const before = world.issuer.count('/token')
    world.clock.aheadMs = 290_000
    // Also for one who asks when the others have their answers.
    world.issuer.lifetime = 900
    world.issuer.delayMs = 50
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => browser.ask(`${url}/graphql`, csrf)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200))
    expect(world.issuer.count('/token')).toBe(before + 1)
    expect(world.issuer.last('/token').form.get('grant_type')).toBe('refresh_token')
  })

  it('is renewed once when the gateway no longer takes it', async () => {
    const { browser, csrf } = await world.signedIn()
    world.gateway.queue.push(GatewayDouble.refusing('Bearer error="invalid_token"'))
    const answer = await browser.ask(`${url}/graphql`, csrf)
    expect(answer.status).toBe(200)
    const [first, second] = world.gateway.questions().slice(-2)
    expect(first?.headers.authorization).not.toBe(second?.headers.authorization)
    expect(first?.body).toBe(second?.body)
  })

  it.each(['Bearer', 'Bearer error="insufficient_scope"'])(
    'is not renewed for a refusal that says nothing of it: %s',
    async (challenge) => {
      const { browser, csrf } = await world.signedIn()
      const before = world.issuer.count('/token')
      world.gateway.queue.push(GatewayDouble.refusing(challenge))
      const answer = await browser.ask(`${url}/graphql`, csrf)
      expect([answer.status, answer.text]).toEqual([401, '{"errors":[{"message":"no"}]}'])
      expect(world.issuer.count('/token')).toBe(before)
      expect((await browser.fetch(`${url}/sso/session`)).json()['signedIn']).toBe(true)
    },
  )

  it('ends the session when the gateway takes the new one no more than the old', async () => {
    const { browser, csrf } = await world.signedIn()
    const no = GatewayDouble.refusing('Bearer error="invalid_token"')
    world.gateway.queue.push(no, no)
    const answer = await browser.ask(`${url}/graphql`, csrf)
    expect([answer.status, answer.code()]).toEqual([401, 'UNAUTHENTICATED'])
    expect((await browser.fetch(`${url}/sso/session`)).json()['signedIn']).toBe(false)
  })

  it('ends the session when the sign-on gives no other', async () => {
    const { browser, csrf } = await world.signedIn()
    world.issuer.refreshTokens.clear()
    world.clock.aheadMs = 290_000
    expect((await browser.ask(`${url}/graphql`, csrf)).status).toBe(401)
    expect((await browser.fetch(`${url}/sso/session`)).json()['signedIn']).toBe(false)
  })

  it('ends the session when the new one speaks for somebody else', async () => {
    const { browser, csrf } = await world.signedIn()
    world.issuer.claims = (claims) => ({ ...claims, sub: 'somebody-else' })
    world.clock.aheadMs = 290_000
    const { status } = await browser.ask(`${url}/graphql`, csrf)
    world.issuer.claims = (claims) => claims
    expect(status).toBe(401)
  })

  it('does not bring back a session that ended while it was renewed', async () => {
    const { browser, csrf } = await world.signedIn()
    world.clock.aheadMs = 290_000
    const renewing = Promise.withResolvers<void>()
    world.issuer.held = renewing.promise
    const asking = browser.ask(`${url}/graphql`, csrf)
    await eventually(() =>
      expect(world.issuer.last('/token').form.get('grant_type')).toBe('refresh_token'),
    )
    const exp = Math.floor(Date.now() / 1000) + 400
    const form = { logout_token: await world.issuer.logoutToken({ exp }) }
    await new Browser().send(`${url}/sso/backchannel-logout`, { method: 'POST', form })
    renewing.resolve()
    expect((await asking).status).toBe(401)
    expect((await browser.fetch(`${url}/sso/session`)).json()['signedIn']).toBe(false)
  })
})

describe('a question that needs a stronger sign-in', () => {
  it('comes back with the way to it, and the session goes on', async () => {
    const { browser, csrf } = await world.signedIn()
    const tokens = world.issuer.count('/token')
    world.gateway.queue.push(
      GatewayDouble.refusing(
        'Bearer error="insufficient_user_authentication", acr_values="substantial", max_age="300"',
      ),
    )
    const answer = await browser.ask(`${url}/graphql`, csrf)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('panjareh-sign-in')).toBe('/sso/login?acr=substantial&max_age=300')
    expect(answer.headers.has('www-authenticate')).toBe(false)
    expect(world.issuer.count('/token')).toBe(tokens)
    expect((await browser.fetch(`${url}/sso/session`)).json()['signedIn']).toBe(true)
  })

  it('brings no level that is no name', async () => {
    const { browser, csrf } = await world.signedIn()
    const bad = 'DPoP error="insufficient_user_authentication", acr_values="a&b=c", max_age="x"'
    world.gateway.queue.push(GatewayDouble.refusing(bad))
    const answer = await browser.ask(`${url}/graphql`, csrf)
    expect(answer.headers.get('panjareh-sign-in')).toBe('/sso/login?')
  })
})

describe('tokens bound to a key (RFC 9449)', () => {
  it('come with a proof for each request, with the server’s nonce and the key of the session', async () => {
    const { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } = await import('jose')
    const bound = await openWorld((issuer) => ({
      portal: { clientId: 'portal', secret: issuer.secret, dpop: true },
    }))
    try {
      bound.issuer.wantsDpopNonce = true
      const one = await bound.signedIn()
      const other = await bound.signedIn()
      const challenge = GatewayDouble.refusing('DPoP error="use_dpop_nonce"')
      bound.gateway.queue.push((asked, response) => {
        response.setHeader('dpop-nonce', 'gateway-nonce')
        challenge(asked, response)
      })
      const target = `${bound.portal.url}/graphql`
      expect((await one.browser.ask(target, one.csrf)).status).toBe(200)
      expect((await other.browser.ask(target, other.csrf)).status).toBe(200)
      const [first, second, third] = bound.gateway.questions().map(({ headers }) => {
        const proof = String(headers['dpop'])
        return { headers, claims: decodeJwt(proof), header: decodeProtectedHeader(proof) }
      })
      expect(first?.headers.authorization).toMatch(/^DPoP eyJ/)
      expect(first?.claims).toMatchObject({ htm: 'POST', htu: `${bound.gateway.url}/graphql` })
      expect(first?.claims['ath']).toMatch(/^[\w-]{43}$/)
      expect(second?.claims['nonce']).toBe('gateway-nonce')
      expect(second?.claims.jti).not.toBe(first?.claims.jti)
      const keys = await Promise.all(
        [first, second, third].map((each) => calculateJwkThumbprint(each!.header.jwk!)),
      )
      expect(keys[1]).toBe(keys[0])
      expect(keys[2]).not.toBe(keys[0])
      const asked = bound.issuer.asked.filter(({ path }) => path === '/token')
      const redeemed = decodeProtectedHeader(String(asked[1]?.headers['dpop']))
      expect(await calculateJwkThumbprint(redeemed.jwk!)).toBe(keys[0])
    } finally {
      await bound.close()
    }
  })
})
