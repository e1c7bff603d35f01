// Copies of the portal behind one address, with their sessions in one store, before a real sign-on: who signs in at one is
// signed in at all, and over is over at all, also at those that were down when it was said.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { type Portal, startPortal } from '../../portal/server/main.ts'
import { invariant } from '../../schema/errors.ts'
import type { SignOnEngine } from '../conformance/sign-on/engine.ts'
import { engineNames, openEngine } from '../conformance/sign-on/engines/open-engine.ts'
import { Browser as SignOnBrowser } from '../conformance/sign-on/support/browser.ts'
import { claimsOf } from '../conformance/sign-on/support/endpoints.ts'
import { answerPages } from '../conformance/sign-on/support/sign-in.ts'
import { type Balancer, openBalancer } from '../portal/support/balancer.ts'
import { Browser } from '../portal/support/browser.ts'
import { GatewayDouble } from '../portal/support/gateway-double.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { startValkey, type TestValkey } from '../support/valkey.ts'
import { endInside } from './house/endings.ts'

/** `accessTokenLifespan` of the realm. */
const TOKEN_MS = 300_000
const NAMES = ['first', 'second'] as const
type Name = (typeof NAMES)[number]
const quiet = () => undefined

describe.each(engineNames())('with %s before it, the portal in two copies', (engineName) => {
  let engine: SignOnEngine
  let gateway: GatewayDouble
  let valkey: TestValkey
  let balancer: Balancer
  const clock = { aheadMs: 0 }
  const copies = new Map<Name, { portal: Portal; address: string }>()

  beforeAll(async () => {
    balancer = await openBalancer()
    const { url } = balancer
    const variables = { PORTAL_URL: url, CONSOLE_URL: `${url}/console`, PORTAL_INNER_URL: url }
    ;[engine, gateway, valkey] = await Promise.all([
      openEngine(engineName, { variables }),
      GatewayDouble.start(),
      startValkey(),
    ])
  })
  afterAll(async () => {
    await Promise.all(NAMES.map(stop))
    await Promise.all([gateway.close(), valkey.close(), balancer.close()])
    await engine.close()
  })
  afterEach(() => {
    clock.aheadMs = 0
  })

  async function start(name: Name): Promise<void> {
    const port = await freePort()
    const portal = await startPortal({
      url: balancer.url,
      port,
      issuer: engine.issuer,
      gateway: gateway.url,
      valkey: { url: valkey.url, secret: new Uint8Array(32).fill(5) },
      limits: { storeTimeoutMs: 5_000 },
      portal: { clientId: 'portal', secret: engine.secretOf('portal') },
      console: { clientId: 'console', secret: engine.secretOf('console') },
      log: { info: quiet, warn: quiet, error: quiet },
      now: () => Date.now() + clock.aheadMs,
    })
    copies.set(name, { portal, address: `http://127.0.0.1:${port}` })
    await eventually(async () => expect((await at(name, '/health')).status).toBe(200))
  }

  async function stop(name: Name): Promise<void> {
    await copies.get(name)?.portal.close()
    copies.delete(name)
  }

  /** As a balancer sends it there. */
  const at = (name: Name, path: string) =>
    new Browser().go(new URL(path, copies.get(name)?.address))

  /** From now on, requests go to that copy alone. */
  const goTo = (name: Name) => {
    balancer.choose = () => copies.get(name)?.address ?? 'http://127.0.0.1:1'
  }

  async function signIn(key: string) {
    const [browser, there] = [new Browser(), new SignOnBrowser(engine.issuer)]
    const target = (await browser.go(`${balancer.url}/sso/login`)).location()
    const { stop: end } = await answerPages(
      engine,
      there,
      await there.open(target),
      engine.person(key),
    )
    invariant(end.away !== undefined, 'led back')
    await browser.go(end.away)
    const { csrf, signedIn } = (await browser.fetch(`${balancer.url}/sso/session`)).json()
    invariant(signedIn === true, 'signed in')
    return { browser, csrf: String(csrf) }
  }
  type Guest = Awaited<ReturnType<typeof signIn>>

  const told = async ({ browser }: Guest) =>
    (await browser.fetch(`${balancer.url}/sso/session`)).json()['signedIn']
  const ask = async ({ browser, csrf }: Guest) =>
    (await browser.ask(`${balancer.url}/graphql`, csrf)).status

  /** Its id at the sign-on, from the token that the gateway gets. */
  async function sessionOf(guest: Guest): Promise<string> {
    await ask(guest)
    const [, token = ''] = String(gateway.questions().at(-1)?.headers.authorization).split(' ')
    return String(claimsOf(token)['sid'])
  }

  beforeAll(async () => {
    await Promise.all(NAMES.map(start))
    goTo('first')
  })

  it.each(NAMES)('is signed in at both, and out at both by signing out at the %s', async (name) => {
    goTo('first')
    const guest = await signIn('sara')
    goTo('second')
    expect([await told(guest), await ask(guest)]).toEqual([true, 200])
    goTo(name)
    const { browser, csrf } = guest
    const form = { csrf, scope: 'everywhere' }
    const cookies = [...browser.cookies]
    const answer = await browser.fetch(`${balancer.url}/sso/logout`, { method: 'POST', form })
    expect(answer.headers.get('location')).toBe('/sso/signed-out')
    for (const [cookie, value] of cookies) browser.cookies.set(cookie, value)
    for (const other of NAMES) {
      goTo(other)
      expect(await told(guest)).toBe(false)
    }
  })

  it('renews a token once, though both are asked, and goes on with the new one', async () => {
    goTo('first')
    const guest = await signIn('sara')
    clock.aheadMs = TOKEN_MS + 1_000
    let asked = 0
    balancer.choose = () => copies.get(NAMES[(asked += 1) % 2] ?? 'first')?.address ?? ''
    const before = gateway.questions().length
    const statuses = await Promise.all(Array.from({ length: 6 }, () => ask(guest)))
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200])
    const used = gateway.questions().slice(before)
    expect(new Set(used.map(({ headers }) => headers.authorization)).size).toBe(1)
    // A refresh token that was used twice would have ended it.
    clock.aheadMs = TOKEN_MS - 15_000
    expect(await ask(guest)).toBe(200)
  })

  it('has a session ended at all copies by one, while the other is down', async () => {
    goTo('first')
    const guest = await signIn('sara')
    goTo('second')
    const session = await sessionOf(guest)
    await stop('first')
    expect(await told(guest)).toBe(true)
    await endInside({ engine }, { session })
    await eventually(async () => expect(await told(guest)).toBe(false))
    await start('first')
    goTo('first')
    expect([await told(guest), await ask(guest)]).toEqual([false, 403])
  })

  it('keeps a session while all copies are down', async () => {
    goTo('first')
    const guest = await signIn('sara')
    await Promise.all(NAMES.map(stop))
    await Promise.all(NAMES.map(start))
    goTo('second')
    expect([await told(guest), await ask(guest)]).toEqual([true, 200])
  })

  it.each([
    ['looked at', told, false],
    ['asked', ask, 401],
  ] as const)(
    'has a session that ended while all copies were down for the rest of its token at most: %s',
    async (_title, look, refused) => {
      goTo('first')
      const guest = await signIn('sara')
      const session = await sessionOf(guest)
      await Promise.all(NAMES.map(stop))
      await endInside({ engine }, { session })
      await Promise.all(NAMES.map(start))
      clock.aheadMs = TOKEN_MS - 60_000
      expect(await told(guest)).toBe(true)
      clock.aheadMs = TOKEN_MS + 1_000
      expect(await look(guest)).toBe(refused)
      for (const name of NAMES) {
        goTo(name)
        expect([await told(guest), await ask(guest)]).toEqual([false, 403])
      }
    },
  )
})
