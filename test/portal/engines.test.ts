// The portal's server with a real sign-on behind it: the same steps on Keycloak and on the embedded engine.
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Portal, startPortal } from '../../portal/server/main.ts'
import type { RealmFile, SignOnEngine, TestClient } from '../conformance/sign-on/engine.ts'
import { engineNames, openEngine } from '../conformance/sign-on/engines/open-engine.ts'
import { Browser as SignOnBrowser } from '../conformance/sign-on/support/browser.ts'
import { answerPages } from '../conformance/sign-on/support/sign-in.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { Browser } from './support/browser.ts'
import { GatewayDouble } from './support/gateway-double.ts'

const quiet = () => undefined
const timesTold = ({ asked }: GatewayDouble) =>
  asked.filter(({ path }) => path === '/backchannel-logout').length

function bound(client: TestClient, key: object): TestClient {
  const { secret: _none, attributes, ...rest } = client
  return {
    ...rest,
    clientAuthenticatorType: 'client-jwt',
    attributes: {
      ...Object(attributes),
      'use.jwks.string': 'true',
      'jwks.string': JSON.stringify({ keys: [key] }),
      'token.endpoint.auth.signing.alg': 'ES256',
      'dpop.bound.access.tokens': 'true',
    },
  }
}

describe.each(engineNames())('with %s behind it, the portal', (name) => {
  let engine: SignOnEngine
  let gateway: GatewayDouble
  let portal: Portal
  const clock = { aheadMs: 0 }

  beforeAll(async () => {
    // The realm names the portal's address, so the port must be known before the portal stands.
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const variables = { PORTAL_URL: url, CONSOLE_URL: `${url}/console`, PORTAL_INNER_URL: url }
    // The console proves itself with a key, and its tokens are bound to keys of the sessions.
    const keys = await generateKeyPair('ES256', { extractable: true })
    const named = { alg: 'ES256', kid: 'console-key', use: 'sig' }
    const publicKey = { ...(await exportJWK(keys.publicKey)), ...named }
    const privateKey = { ...(await exportJWK(keys.privateKey)), ...named }
    const change = (realm: RealmFile) => ({
      ...realm,
      clients: realm.clients.map((client) =>
        client.clientId === 'console' ? bound(client, publicKey) : client,
      ),
    })
    ;[engine, gateway] = await Promise.all([
      openEngine(name, { variables, change }),
      GatewayDouble.start(),
    ])
    portal = await startPortal({
      url,
      port,
      issuer: engine.issuer,
      gateway: gateway.url,
      portal: { clientId: 'portal', secret: engine.secretOf('portal') },
      console: { clientId: 'console', privateKey, dpop: true },
      log: { info: quiet, warn: quiet, error: quiet },
      now: () => Date.now() + clock.aheadMs,
    })
  }, 120_000)
  afterAll(async () => {
    await Promise.all([portal.close(), gateway.close()])
    await engine.close()
  })

  /** Both sides of one person's browser: the portal's cookies, and the sign-on's. */
  const visitor = () => ({ here: new Browser(), there: new SignOnBrowser(engine.issuer) })
  type Visitor = ReturnType<typeof visitor>

  async function throughSignIn({ here, there }: Visitor, key: string, address: string) {
    const target = (await here.go(`${portal.url}${address}`)).location()
    const start = await there.open(target)
    const { stop, asked } = await answerPages(engine, there, start, engine.person(key))
    if (stop.away === undefined) throw new TypeError(`not led back: ${stop.page.html}`)
    return { asked, answer: await here.go(stop.away) }
  }

  const told = async ({ here }: Visitor, path = '') =>
    (await here.fetch(`${portal.url}${path}/sso/session`)).json()

  it('signs a citizen in, and again more strongly, in a new session', async () => {
    const person = visitor()
    const first = await throughSignIn(person, 'sara', '/sso/login?return_to=/?tab=1')
    expect(first.asked).toEqual(['password'])
    expect(first.answer.headers.get('location')).toBe('/?tab=1')
    const before = person.here.cookies.get('__Host-portal')
    expect(await told(person)).toMatchObject({
      signedIn: true,
      name: 'سارا کریمی',
      kind: 'citizen',
      acr: 'low',
    })
    const second = await throughSignIn(person, 'sara', '/sso/login?acr=substantial')
    expect(second.asked).toEqual(['otp'])
    expect((await told(person))['acr']).toBe('substantial')
    expect(person.here.cookies.get('__Host-portal')).not.toBe(before)
  })

  it('asks the gateway with a token of its own, and renews it with a rotated one', async () => {
    const person = visitor()
    await throughSignIn(person, 'sara', '/sso/login')
    const csrf = String((await told(person))['csrf'])
    await person.here.ask(`${portal.url}/graphql`, csrf)
    clock.aheadMs = 285_000
    const answers = [1, 2, 3].map(() => person.here.ask(`${portal.url}/graphql`, csrf))
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    clock.aheadMs = 0
    expect(statuses).toEqual([200, 200, 200])
    const tokens = gateway.questions().map(({ headers }) => headers.authorization)
    expect(new Set(tokens.slice(-4)).size).toBe(2)
  })

  it('lets only staff into the console, with two factors, in a session of its own', async () => {
    const clerk = visitor()
    const { asked, answer } = await throughSignIn(clerk, 'staff', '/console/sso/login')
    expect([asked, answer.headers.get('location')]).toEqual([['password', 'otp'], '/console/'])
    expect((await clerk.here.go(`${portal.url}/console/`)).status).toBe(200)
    expect(await told(clerk, '/console')).toMatchObject({ kind: 'staff', acr: 'substantial' })
    expect((await told(clerk))['signedIn']).toBe(false)
    const csrf = String((await told(clerk, '/console'))['csrf'])
    clock.aheadMs = 285_000
    const asking = await clerk.here.ask(`${portal.url}/console/graphql`, csrf)
    clock.aheadMs = 0
    expect(asking.status).toBe(200)
    const { headers } = gateway.questions().at(-1)!
    const [, token = ''] = /^DPoP (.*)$/.exec(String(headers.authorization)) ?? []
    const { jwk } = decodeProtectedHeader(String(headers['dpop']))
    expect(decodeJwt(token)['cnf']).toMatchObject({ jkt: await calculateJwkThumbprint(jwk!) })
  })

  it('signs out everywhere: there, here, at the other client and at the gateway', async () => {
    const clerk = visitor()
    await throughSignIn(clerk, 'staff', '/console/sso/login')
    // The sign-on knows her already: no page on the way.
    const again = await throughSignIn(clerk, 'staff', '/sso/login')
    expect(again.asked).toEqual([])
    const csrf = String((await told(clerk))['csrf'])
    const answer = await clerk.here.fetch(`${portal.url}/sso/logout`, {
      method: 'POST',
      form: { csrf, scope: 'everywhere' },
    })
    expect(answer.headers.get('location')).toBe('/sso/signed-out')
    await eventually(async () => expect((await told(clerk, '/console'))['signedIn']).toBe(false))
    const forwarded = gateway.asked.filter(({ path }) => path === '/backchannel-logout')
    expect(forwarded.length).toBeGreaterThan(0)
    const { asked } = await throughSignIn(clerk, 'staff', '/sso/login')
    expect(asked[0]).toBe('password')
  }, 90_000)

  it('has the gateway told of a sign-out everywhere, though no other client had the session', async () => {
    const person = visitor()
    await throughSignIn(person, 'sara', '/sso/login')
    const csrf = String((await told(person))['csrf'])
    const before = timesTold(gateway)
    await person.here.fetch(`${portal.url}/sso/logout`, {
      method: 'POST',
      form: { csrf, scope: 'everywhere' },
    })
    await eventually(() => expect(timesTold(gateway)).toBe(before + 1))
  })

  it('signs out here alone, and the sign-on still knows the person', async () => {
    const person = visitor()
    await throughSignIn(person, 'sara', '/sso/login')
    const csrf = String((await told(person))['csrf'])
    await person.here.fetch(`${portal.url}/sso/logout`, {
      method: 'POST',
      form: { csrf, scope: 'here' },
    })
    expect((await told(person))['signedIn']).toBe(false)
    const { asked } = await throughSignIn(person, 'sara', '/sso/login')
    expect(asked).toEqual([])
  })
})
