// From an application to the sign-on and back: RFC 6749, 7636 (PKCE), 9126 (PAR), 9207 (iss), OpenID Connect Core.
import { setTimeout as wait } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect } from 'vitest'

import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser } from './support/browser.ts'
import { web } from './support/clients.ts'
import { claimsOf, discovery, keysOf, post, protocol, verified } from './support/endpoints.ts'
import {
  answerPages,
  askToken,
  authorizationRequest,
  CALLBACK,
  codeForm,
  type Parameters,
  signIn,
} from './support/sign-in.ts'
import { capability } from './table/capability.ts'

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  beforeAll(async () => {
    engine = await openEngine(name, {
      clients: [
        web('web'),
        web('other'),
        web('pushing', { attributes: { 'require.pushed.authorization.requests': 'true' } }),
      ],
    })
  })
  afterAll(() => engine.close())

  /** What a request is answered with before anybody has signed in: an error for the client, or a page. */
  async function refusalOf(clientId: string, changes: Parameters) {
    const stop = await new Browser(engine.issuer).open(
      authorizationRequest(engine, clientId, changes).url,
    )
    return stop.away === undefined
      ? { page: stop.page.status }
      : { error: stop.away.searchParams.get('error') }
  }

  describe('metadata', () => {
    capability(name, 'discovery at the address of the issuer', async () => {
      expect(await discovery(engine)).toMatchObject({
        issuer: engine.issuer,
        authorization_endpoint: protocol(engine, 'auth'),
        token_endpoint: protocol(engine, 'token'),
        jwks_uri: protocol(engine, 'certs'),
        code_challenge_methods_supported: expect.arrayContaining(['S256']),
        authorization_response_iss_parameter_supported: true,
        pushed_authorization_request_endpoint: expect.stringContaining(engine.issuer),
        backchannel_logout_supported: true,
      })
    })

    capability(name, 'keys with a kid and without a private part', async () => {
      const keys = await keysOf(engine)
      expect(keys.length).toBeGreaterThan(0)
      for (const key of keys) expect(key).not.toHaveProperty('d')
    })
  })

  describe('authorization code', () => {
    capability(name, 'code with PKCE S256', async () => {
      const { status, access, id } = await signIn(engine, 'web', 'kaveh')
      expect(status).toBe(200)
      expect((await verified(engine, access, 'gateway')).payload['azp']).toBe('web')
      expect((await verified(engine, id, 'web')).payload['sub']).toBe(claimsOf(access)['sub'])
    })

    capability(name, 'a request without PKCE is refused', async () => {
      const none = { code_challenge: undefined, code_challenge_method: undefined }
      expect(await refusalOf('web', none)).toEqual({ error: 'invalid_request' })
    })

    capability(name, 'PKCE plain is refused', async () => {
      const plain = { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }
      expect(await refusalOf('web', plain)).toEqual({ error: 'invalid_request' })
    })

    capability(name, 'a wrong verifier is refused', async () => {
      const { request, browser } = await signIn(engine, 'web', 'kaveh')
      const again = await browser.open(request.url)
      const form = codeForm(engine, request, again.away!)
      const answer = await askToken(engine, { ...form, code_verifier: 'y'.repeat(43) })
      expect(answer).toMatchObject({ status: 400, error: 'invalid_grant' })
    })

    capability(name, 'a code is of use once, and a second use ends its tokens', async () => {
      const { request, back, refresh } = await signIn(engine, 'web', 'kaveh')
      const again = await askToken(engine, codeForm(engine, request, back))
      expect(again).toMatchObject({ status: 400, error: 'invalid_grant' })
      const renewed = await askToken(engine, {
        grant_type: 'refresh_token',
        client_id: 'web',
        client_secret: 'web-secret',
        refresh_token: refresh,
      })
      expect(renewed).toMatchObject({ status: 400, error: 'invalid_grant' })
    })

    capability(name, "another client's code is refused", async () => {
      const { request, browser } = await signIn(engine, 'web', 'kaveh')
      const again = await browser.open(request.url)
      const form = codeForm(engine, request, again.away!)
      const stolen = { ...form, client_id: 'other', client_secret: 'other-secret' }
      expect(await askToken(engine, stolen)).toMatchObject({ status: 400, error: 'invalid_grant' })
    })

    capability(name, 'state comes back, with iss', async () => {
      const { back, request } = await signIn(engine, 'web', 'kaveh')
      expect(back.searchParams.get('state')).toBe(request.parameters['state'])
      expect(back.searchParams.get('iss')).toBe(engine.issuer)
    })

    capability(name, 'nonce stands in the ID token', async () => {
      const { id, request } = await signIn(engine, 'web', 'kaveh')
      expect(claimsOf(id)['nonce']).toBe(request.parameters['nonce'])
    })

    capability(name, 'redirect addresses are exact', async () => {
      for (const foreign of [`${CALLBACK}/more`, `${CALLBACK}?x=1`, 'http://evil.example/']) {
        expect(await refusalOf('web', { redirect_uri: foreign })).toEqual({ page: 400 })
      }
    })

    capability(name, 'implicit and hybrid answers are refused', async () => {
      for (const type of ['token', 'id_token', 'code id_token']) {
        const refusal = await refusalOf('web', { response_type: type })
        expect(['unauthorized_client', 'unsupported_response_type', null]).toContain(refusal.error)
      }
    })
  })

  describe('session at the sign-on', () => {
    capability(name, 'a second application is not asked for a password', async () => {
      const first = await signIn(engine, 'web', 'kaveh')
      const second = await signIn(engine, 'other', 'kaveh', { browser: first.browser })
      expect(second.asked).toEqual([])
      expect(claimsOf(second.access)['sid']).toBe(claimsOf(first.access)['sid'])
    })

    capability(name, 'prompt=login asks again', async () => {
      const { browser } = await signIn(engine, 'web', 'kaveh')
      const again = await signIn(engine, 'web', 'kaveh', { browser, changes: { prompt: 'login' } })
      expect(again.asked).toEqual(['password'])
    })

    capability(name, 'prompt=none without a session is login_required', async () => {
      expect(await refusalOf('web', { prompt: 'none' })).toEqual({ error: 'login_required' })
    })

    capability(name, 'prompt=none with a session is answered', async () => {
      const { browser } = await signIn(engine, 'web', 'kaveh')
      const quiet = await signIn(engine, 'web', 'kaveh', { browser, changes: { prompt: 'none' } })
      expect(quiet.asked).toEqual([])
      expect(quiet.status).toBe(200)
    })

    capability(name, 'max_age asks again after that time', async () => {
      const { browser } = await signIn(engine, 'web', 'kaveh')
      // Keycloak counts in whole seconds.
      await wait(2100)
      const again = await signIn(engine, 'web', 'kaveh', { browser, changes: { max_age: '1' } })
      expect(again.asked).toEqual(['password'])
    })
  })

  describe('pushed authorization requests', () => {
    capability(name, 'PAR', async () => {
      const { request, pushed } = await push(engine, 'pushing')
      expect(pushed.status).toBe(201)
      const { stop } = await open(engine, 'pushing', String(pushed.body['request_uri']))
      const answer = await askToken(engine, codeForm(engine, request, stop.away!))
      expect(answer.status).toBe(200)
    })

    capability(name, 'a client that must push refuses a plain request', async () => {
      expect(await refusalOf('pushing', {})).toEqual({ error: 'invalid_request' })
    })

    capability(name, 'a pushed request is of use once and to its client only', async () => {
      const { pushed } = await push(engine, 'pushing')
      const uri = String(pushed.body['request_uri'])
      const foreign = await open(engine, 'other', uri)
      expect(foreign.stop.away?.searchParams.has('code') ?? false).toBe(false)
      const browser = new Browser(engine.issuer)
      const second = await push(engine, 'pushing')
      const kept = String(second.pushed.body['request_uri'])
      expect(
        (await open(engine, 'pushing', kept, browser)).stop.away?.searchParams.has('code'),
      ).toBe(true)
      const again = await open(engine, 'pushing', kept, browser)
      expect(again.stop.away?.searchParams.has('code') ?? false).toBe(false)
    })
  })
})

async function push(engine: SignOnEngine, clientId: string) {
  const request = authorizationRequest(engine, clientId)
  const pushed = await post(protocol(engine, 'ext/par/request'), {
    ...request.parameters,
    client_secret: `${clientId}-secret`,
  })
  return { request, pushed }
}

async function open(
  engine: SignOnEngine,
  clientId: string,
  uri: string,
  browser = new Browser(engine.issuer),
) {
  const url = new URL(protocol(engine, 'auth'))
  url.search = new URLSearchParams({ client_id: clientId, request_uri: uri }).toString()
  return answerPages(engine, browser, await browser.open(url), engine.person('kaveh'))
}
