// What somebody gets who asks for a token that outlives the session (OpenID Connect Core §11): nothing. A stolen one would
// be good for a month whatever the person does, and no client of the realm works for people who are away.
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect } from 'vitest'

import type { SignOnEngine } from './engine.ts'
import { engineNames, openEngine } from './engines/open-engine.ts'
import { Browser } from './support/browser.ts'
import { app, machine, web } from './support/clients.ts'
import { administer, claimsOf, type Json, post, protocol } from './support/endpoints.ts'
import { answerPages, askToken, authorizationRequest, CALLBACK, pkce } from './support/sign-in.ts'
import { notOffered } from './table/capability.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
const SCOPE = 'openid offline_access'
const REASON = 'no client has the scope'

/** Of the realm itself, and one of a suite. */
const CLIENTS = {
  web: CALLBACK,
  portal: 'http://127.0.0.1:4002/sso/callback',
  cli: 'http://127.0.0.1:4003/callback',
}

describe.each(engineNames())('%s', (name) => {
  let engine: SignOnEngine
  beforeAll(async () => {
    const device = { 'oauth2.device.authorization.grant.enabled': 'true' }
    engine = await openEngine(name, {
      clients: [web('web'), machine('machine'), app('tv', { attributes: device })],
    })
  })
  afterAll(() => engine.close())

  describe('offline tokens', () => {
    notOffered('for an application, which is refused', REASON, async () => {
      for (const [clientId, redirect_uri] of Object.entries(CLIENTS)) {
        const changes = { redirect_uri, scope: SCOPE }
        const { url } = authorizationRequest(engine, clientId, changes)
        const { away } = await new Browser(engine.issuer).open(url)
        expect(away?.searchParams.get('error')).toBe('invalid_scope')
        // The same without it shows the sign-in page.
        const { url: plain } = authorizationRequest(engine, clientId, { redirect_uri })
        expect((await new Browser(engine.issuer).open(plain)).page?.status).toBe(200)
      }
    })

    notOffered('for a machine, which is refused', REASON, async () => {
      const form = {
        grant_type: 'client_credentials',
        client_id: 'machine',
        client_secret: 'machine-secret',
      }
      expect((await askToken(engine, { ...form, scope: SCOPE })).error).toBe('invalid_scope')
      expect((await askToken(engine, form)).status).toBe(200)
    })

    notOffered('for a device: what it gets ends with the session', REASON, async () => {
      const { parameters, verifier } = pkce()
      const asked = { client_id: 'tv', scope: SCOPE, ...parameters }
      const { body } = await post(protocol(engine, 'auth/device'), asked)
      if (body['error'] === 'invalid_scope') return
      await agree(body)
      const { refresh, access } = await askToken(engine, {
        client_id: 'tv',
        grant_type: DEVICE_CODE,
        device_code: String(body['device_code']),
        code_verifier: verifier,
      })
      expect(refresh).not.toBe('')
      expect(claimsOf(access)['scope']).not.toContain('offline_access')
      await administer(engine, 'DELETE', `/sessions/${String(claimsOf(access)['sid'])}`)
      const renewal = { grant_type: 'refresh_token', client_id: 'tv', refresh_token: refresh }
      expect((await askToken(engine, renewal)).error).toBe('invalid_grant')
    })
  })

  const agree = async (started: Json): Promise<void> => {
    const browser = new Browser(engine.issuer)
    const first = await browser.open(String(started['verification_uri_complete']))
    const { stop } = await answerPages(engine, browser, first, engine.person('kaveh'))
    if (stop.page !== undefined) await browser.submit(stop.page, { accept: 'yes' })
    // A device that has not asked yet is not early, but one of Keycloak's must let a second pass.
    await sleep(1100)
  }
})
