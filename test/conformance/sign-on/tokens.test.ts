// What becomes of tokens: DPoP (RFC 9449), renewal, introspection (RFC 7662), revocation (RFC 7009), userinfo, the
// device flow (RFC 8628), token exchange (RFC 8693).
import { setTimeout as wait } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect } from 'vitest'

import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser, type Stop } from './support/browser.ts'
import {
  app,
  audienceMapper,
  boundApp,
  boundMachine,
  machine,
  PERSON_SCOPES,
  web,
} from './support/clients.ts'
import { proofKey } from './support/dpop.ts'
import { call, claimsOf, post, protocol, verified } from './support/endpoints.ts'
import {
  answerPages,
  askToken,
  authorizationRequest,
  codeForm,
  type Parameters,
  pkce,
  signIn,
} from './support/sign-in.ts'
import { capability } from './table/capability.ts'

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
/** RFC 9449 names `invalid_dpop_proof`; Keycloak says `invalid_request`. */
const PROOF_REFUSED = {
  status: 400,
  access: '',
  error: expect.stringMatching(/^invalid_(?:dpop_proof|request)$/),
}
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

// Keycloak narrows by the scopes that stand in a token, and leaves out mappers of the client alone.
const REACHES_TARGET = {
  name: 'reaches-target',
  protocol: 'openid-connect',
  attributes: { 'include.in.token.scope': 'true' },
  protocolMappers: [audienceMapper('target')],
}

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  beforeAll(async () => {
    const exchanging = { attributes: { 'standard.token.exchange.enabled': 'true' } }
    engine = await openEngine(name, {
      clients: [
        web('web', {
          protocolMappers: [audienceMapper('exchanger')],
          defaultClientScopes: [...PERSON_SCOPES, REACHES_TARGET.name],
        }),
        machine('machine'),
        boundMachine('bound-machine'),
        boundApp('bound-app'),
        app('tv', { attributes: { 'oauth2.device.authorization.grant.enabled': 'true' } }),
        machine('exchanger', {
          ...exchanging,
          defaultClientScopes: ['basic', 'acr', 'roles', 'gateway', REACHES_TARGET.name],
          optionalClientScopes: ['profile'],
        }),
        machine('target'),
        web('narrow', {
          protocolMappers: [audienceMapper('exchanger')],
          defaultClientScopes: ['basic', 'roles', 'gateway'],
        }),
        machine('stranger', exchanging),
      ],
      change: (realm) => ({
        ...realm,
        oauth2DevicePollingInterval: 1,
        clientScopes: [...listOf(realm['clientScopes']), REACHES_TARGET],
      }),
    })
  })
  afterAll(() => engine.close())

  const renew = (clientId: string, refresh_token: string, headers = {}) =>
    askToken(
      engine,
      {
        grant_type: 'refresh_token',
        client_id: clientId,
        client_secret: engine.secretOf(clientId),
        refresh_token,
      },
      headers,
    )

  describe('DPoP', () => {
    const form: Parameters = {
      grant_type: 'client_credentials',
      client_id: 'bound-machine',
      client_secret: 'bound-machine-secret',
    }
    const ask = (proof?: string) =>
      askToken(engine, form, proof === undefined ? {} : { dpop: proof })

    capability(name, 'a token is bound to the key of the proof', async () => {
      const key = await proofKey()
      const { access, type } = await ask(await key.prove('POST', protocol(engine, 'token')))
      expect(type).toBe('DPoP')
      expect(claimsOf(access)['cnf']).toMatchObject({ jkt: key.thumbprint })
    })

    capability(name, 'no proof, no token', async () => {
      expect(await ask()).toMatchObject(PROOF_REFUSED)
    })

    capability(
      name,
      'a proof for another method or address, an old or future one is refused',
      async () => {
        const key = await proofKey()
        const token = protocol(engine, 'token')
        const now = Math.floor(Date.now() / 1000)
        const wrong = [
          await key.prove('GET', token),
          await key.prove('POST', protocol(engine, 'auth')),
          await key.prove('POST', 'https://elsewhere.example/token'),
          await key.prove('POST', token, { iat: now - 3600 }),
          await key.prove('POST', token, { iat: now + 3600 }),
          await key.prove('POST', token, { jti: undefined }),
          'no.proof.at-all',
        ]
        for (const proof of wrong) {
          expect(await ask(proof)).toMatchObject(PROOF_REFUSED)
        }
      },
    )

    capability(name, 'a replayed proof is refused', async () => {
      const proof = await (await proofKey()).prove('POST', protocol(engine, 'token'))
      expect((await ask(proof)).status).toBe(200)
      expect(await ask(proof)).toMatchObject(PROOF_REFUSED)
    })

    capability(name, 'a refresh token of an app needs the same key', async () => {
      const key = await proofKey()
      const address = protocol(engine, 'token')
      const dpop = await key.prove('POST', address)
      const { refresh, access } = await signIn(engine, 'bound-app', 'kaveh', { headers: { dpop } })
      expect(claimsOf(access)['cnf']).toMatchObject({ jkt: key.thumbprint })
      const foreign = await (await proofKey()).prove('POST', address)
      expect((await renew('bound-app', refresh, { dpop: foreign })).status).toBe(400)
      const own = await key.prove('POST', address)
      const renewed = await renew('bound-app', refresh, { dpop: own })
      expect(claimsOf(renewed.access)['cnf']).toMatchObject({ jkt: key.thumbprint })
    })

    capability(name, 'a code of an app without a proof is refused', async () => {
      const browser = new Browser(engine.issuer)
      const request = authorizationRequest(engine, 'bound-app')
      const start = await browser.open(request.url)
      const { stop } = await answerPages(engine, browser, start, engine.person('kaveh'))
      expect((await askToken(engine, codeForm(engine, request, stop.away!))).status).toBe(400)
    })
  })

  describe('renewal', () => {
    capability(name, 'a refresh token is replaced with every use', async () => {
      const first = await signIn(engine, 'web', 'kaveh')
      const second = await renew('web', first.refresh)
      expect(second.status).toBe(200)
      expect(second.refresh).not.toBe(first.refresh)
      expect(claimsOf(second.access)['sid']).toBe(claimsOf(first.access)['sid'])
    })

    capability(name, 'a used refresh token ends what came of it', async () => {
      const first = await signIn(engine, 'web', 'kaveh')
      const second = await renew('web', first.refresh)
      const replay = await renew('web', first.refresh)
      expect(replay).toMatchObject({ status: 400, error: 'invalid_grant' })
      const third = await renew('web', second.refresh)
      expect(third).toMatchObject({ status: 400, error: 'invalid_grant' })
    })

    capability(name, "another client's refresh token is refused", async () => {
      const { refresh } = await signIn(engine, 'web', 'kaveh')
      expect((await renew('machine', refresh)).status).toBe(400)
    })

    capability(name, 'renewal keeps acr, auth_time and sid', async () => {
      const first = await signIn(engine, 'web', 'kaveh')
      const { acr, auth_time, sid } = claimsOf(first.access)
      const renewed = claimsOf((await renew('web', first.refresh)).access)
      expect(renewed).toMatchObject({ acr, auth_time, sid })
    })

    capability(name, 'an idle session slides with renewal, and tells how long', async () => {
      const first = await signIn(engine, 'web', 'kaveh')
      const second = await renew('web', first.refresh)
      for (const { body } of [first, second]) {
        expect(body['refresh_expires_in']).toBeGreaterThan(890)
        expect(body['refresh_expires_in']).toBeLessThanOrEqual(900)
      }
    })
  })

  describe('asking about a token and taking it back', () => {
    const client = { client_id: 'web', client_secret: 'web-secret' }
    capability(name, 'introspection of an access token, by a client in its aud', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      const { body } = await inspect(engine, access)
      expect(body).toMatchObject({ active: true, client_id: 'web', sub: claimsOf(access)['sub'] })
    })

    capability(name, 'a client outside aud learns nothing of a token', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      expect((await inspect(engine, access, 'stranger')).body).toEqual({ active: false })
    })

    capability(name, 'introspection of garbage is inactive, and needs a client', async () => {
      expect((await inspect(engine, 'garbage')).body).toEqual({ active: false })
      const { status } = await post(protocol(engine, 'token/introspect'), { token: 'garbage' })
      expect([400, 401]).toContain(status)
    })

    capability(name, 'revocation of a refresh token ends it', async () => {
      const { refresh } = await signIn(engine, 'web', 'kaveh')
      const { status } = await post(protocol(engine, 'revoke'), { ...client, token: refresh })
      expect(status).toBe(200)
      expect((await renew('web', refresh)).status).toBe(400)
    })

    capability(name, 'a revoked access token is inactive', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      await post(protocol(engine, 'revoke'), { ...client, token: access })
      expect((await inspect(engine, access)).body).toEqual({ active: false })
    })

    capability(name, 'userinfo', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      const { body } = await call(protocol(engine, 'userinfo'), {
        headers: { authorization: `Bearer ${access}` },
      })
      expect(body).toMatchObject({
        sub: claimsOf(access)['sub'],
        preferred_username: 'kaveh',
        national_id: expect.stringMatching(/^\d{10}$/),
      })
      const { status } = await call(protocol(engine, 'userinfo'), {
        headers: { authorization: 'Bearer garbage' },
      })
      expect(status).toBe(401)
    })
  })

  describe('device flow', () => {
    const client = { client_id: 'tv' }
    // Keycloak asks for PKCE here, too, of a client that must use it.
    const { parameters, verifier } = pkce()
    const start = () => post(protocol(engine, 'auth/device'), { ...client, ...parameters })
    const poll = (device_code: unknown) =>
      askToken(engine, {
        ...client,
        grant_type: DEVICE_CODE,
        device_code: String(device_code),
        code_verifier: verifier,
      })

    capability(name, 'a device gets its token when the person has agreed', async () => {
      const { body } = await start()
      expect(await poll(body['device_code'])).toMatchObject({ error: 'authorization_pending' })
      const browser = new Browser(engine.issuer)
      const first = await browser.open(String(body['verification_uri_complete']))
      await agree(engine, browser, first)
      await wait(1100)
      const { status, access } = await poll(body['device_code'])
      expect(status).toBe(200)
      expect((await verified(engine, access, 'gateway')).payload['azp']).toBe('tv')
    })

    capability(name, 'a device that asks too often is slowed down', async () => {
      const { body } = await start()
      // One after the other: an engine that is busy may need longer for one than it wants between two.
      const often = () => poll(body['device_code'])
      await often()
      const slowed = { status: 400, error: 'slow_down' }
      await expect.poll(often, { interval: 0 }).toMatchObject(slowed)
    })

    capability(name, 'a client without the device flow is refused', async () => {
      const { status } = await post(protocol(engine, 'auth/device'), {
        client_id: 'web',
        client_secret: 'web-secret',
      })
      expect([400, 401]).toContain(status)
    })
  })

  describe('token exchange', () => {
    capability(name, 'a client in aud gets a token of its own for the same person', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      const answer = await exchange(engine, 'exchanger', access)
      expect(answer.status).toBe(200)
      expect((await verified(engine, answer.access, 'gateway')).payload).toMatchObject({
        azp: 'exchanger',
        sub: claimsOf(access)['sub'],
        sid: claimsOf(access)['sid'],
      })
    })

    capability(name, 'audience leaves one of several', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      const answer = await exchange(engine, 'exchanger', access, { audience: 'target' })
      expect(answer.status).toBe(200)
      expect([claimsOf(answer.access)['aud']].flat()).toEqual(['target'])
    })

    capability(name, 'an audience beyond the token is refused', async () => {
      const { access } = await signIn(engine, 'narrow', 'kaveh')
      for (const audience of ['target', 'web', 'nobody']) {
        expect(await exchange(engine, 'exchanger', access, { audience })).toMatchObject({
          status: 400,
        })
      }
    })

    capability(name, 'a client outside aud is refused', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      expect((await exchange(engine, 'stranger', access)).status).toBeGreaterThanOrEqual(400)
    })

    capability(name, 'a client without the switch is refused', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      expect((await exchange(engine, 'machine', access)).status).toBeGreaterThanOrEqual(400)
    })

    capability(name, 'a scope that the token has may be asked for', async () => {
      const { access } = await signIn(engine, 'web', 'kaveh')
      const answer = await exchange(engine, 'exchanger', access, { scope: 'profile' })
      expect(answer.status).toBe(200)
      expect(claimsOf(answer.access)['preferred_username']).toBe('kaveh')
    })

    capability(name, 'a scope beyond the token is refused', async () => {
      const { access } = await signIn(engine, 'narrow', 'kaveh')
      const answer = await exchange(engine, 'exchanger', access, { scope: 'profile' })
      expect(answer).toMatchObject({ status: 400, access: '' })
    })

    capability(name, 'garbage or an ID token is refused', async () => {
      const { id } = await signIn(engine, 'web', 'kaveh')
      for (const token of ['garbage', id]) {
        expect((await exchange(engine, 'exchanger', token)).status).toBeGreaterThanOrEqual(400)
      }
    })
  })
})

function inspect(engine: SignOnEngine, token: string, client_id = 'exchanger') {
  const client = { client_id, client_secret: `${client_id}-secret` }
  return post(protocol(engine, 'token/introspect'), { ...client, token })
}

function exchange(
  engine: SignOnEngine,
  clientId: string,
  subject_token: string,
  more: Parameters = {},
) {
  return askToken(engine, {
    grant_type: EXCHANGE,
    client_id: clientId,
    client_secret: `${clientId}-secret`,
    subject_token,
    subject_token_type: ACCESS_TOKEN,
    requested_token_type: ACCESS_TOKEN,
    ...more,
  })
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Keycloak asks after the sign-in whether the device may have it, the embedded sign-on before. */
async function agree(engine: SignOnEngine, browser: Browser, first: Stop): Promise<void> {
  let stop = first
  for (let pages = 0; pages < 3; pages += 1) {
    stop = (await answerPages(engine, browser, stop, engine.person('kaveh'))).stop
    const names = stop.page?.forms.flatMap((form) => form.names) ?? []
    const button = ['accept', 'confirm'].find((name) => names.includes(name))
    if (stop.page === undefined || button === undefined) return
    stop = await browser.submit(stop.page, { [button]: 'yes' })
  }
}
