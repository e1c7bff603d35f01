// Two copies of the portal on one store of sessions, behind one address. The sign-on and the gateway are doubles.
import { request as send } from 'node:http'

import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { eventually } from '../../support/eventually.ts'
import { startValkey } from '../../support/valkey.ts'
import { Browser } from '../support/browser.ts'
import { type Copies, openCopies } from '../support/copies.ts'

const BOTH = [0, 1] as const

let copies: Copies
beforeAll(async () => {
  copies = await openCopies({ limits: { storeTimeoutMs: 5_000 } })
})
afterAll(() => copies.close())
afterEach(() => {
  copies.clock.aheadMs = 0
  copies.issuer.delayMs = 0
  copies.issuer.lifetime = 300
  copies.issuer.sid = 'sid-1'
  copies.gateway.logoutStatus = 200
  copies.at(0)
})

/** One person to one session at the sign-on. */
let people = 0
function nextPerson(): void {
  people += 1
  copies.issuer.sid = `sid-${people}`
}

const graphql = () => `${copies.url}/graphql`
const isSignedIn = async (browser: Browser) =>
  (await browser.fetch(`${copies.url}/sso/session`)).json()['signedIn']
const order = (token: string) =>
  new Browser().send(`${copies.url}/sso/backchannel-logout`, {
    method: 'POST',
    headers: { host: new URL(copies.url).host },
    form: { logout_token: token },
  })

const signOut = (browser: Browser, csrf: string) =>
  browser.fetch(`${copies.url}/sso/logout`, {
    method: 'POST',
    headers: { 'panjareh-csrf': csrf },
    form: { scope: 'here' },
  })

describe('a session that was opened at one copy', () => {
  it('is the same at the other', async () => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    copies.at(1)
    const told = (await browser.fetch(`${copies.url}/sso/session`)).json()
    expect(told).toMatchObject({ signedIn: true, name: 'سارا کریمی', csrf })
    expect((await browser.ask(graphql(), csrf)).status).toBe(200)
    const { headers } = copies.gateway.questions().at(-1)!
    expect(headers.authorization).toMatch(/^Bearer eyJ/)
  })

  it('may have begun its sign-in at the other', async () => {
    nextPerson()
    const browser = new Browser()
    const there = (await browser.go(`${copies.url}/sso/login`)).location()
    const back = (await browser.go(there)).location()
    copies.at(1)
    expect((await browser.go(back)).status).toBe(303)
    copies.at(0)
    expect(await isSignedIn(browser)).toBe(true)
  })

  it('becomes a new one there by a stronger sign-in, and the one before is over', async () => {
    nextPerson()
    const { browser } = await copies.signedIn()
    const thief = new Browser()
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value)
    copies.at(1)
    await browser.follow(`${copies.url}/sso/login?acr=substantial`)
    expect(browser.cookies.get('__Host-portal')).not.toBe(thief.cookies.get('__Host-portal'))
    for (const copy of BOTH) {
      copies.at(copy)
      expect([await isSignedIn(browser), await isSignedIn(thief)]).toEqual([true, false])
    }
  })

  it('is not the console’s', async () => {
    nextPerson()
    copies.issuer.roles = ['staff']
    const clerk = await copies.signedIn('/console')
    copies.issuer.roles = ['citizen']
    copies.at(1)
    const asking = (path: string) => clerk.browser.ask(`${copies.url}${path}/graphql`, clerk.csrf)
    expect((await asking('/console')).status).toBe(200)
    expect((await asking('')).status).toBe(403)
    const citizen = await copies.signedIn('/console')
    copies.at(0)
    const refused = await citizen.browser.ask(`${copies.url}/console/graphql`, citizen.csrf)
    expect([refused.status, refused.code()]).toEqual([403, 'FORBIDDEN'])
  })

  it.each(BOTH)('is over at both when the person signs out at copy %i', async (copy) => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    const thief = new Browser()
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value)
    copies.at(copy)
    expect((await signOut(browser, csrf)).status).toBe(200)
    for (const other of BOTH) {
      copies.at(other)
      expect(await isSignedIn(thief)).toBe(false)
      expect((await thief.ask(graphql(), csrf)).status).toBe(403)
    }
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['its sid', {}],
    ['its person only', { sid: undefined }],
    ['its sid only', { sub: undefined }],
  ])('is over with its streams when the other copy is told by %s', async (_title, changes) => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    const seen = await openStream(browser, csrf)
    copies.at(1)
    expect((await order(await copies.issuer.logoutToken(changes))).status).toBe(200)
    await eventually(() => expect(seen).toEqual(['first', 'cut off']))
    copies.at(0)
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('goes on after all copies were started anew, and one that ended does not come back', async () => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    nextPerson()
    const gone = await copies.signedIn()
    const thief = new Browser()
    for (const [name, value] of gone.browser.cookies) thief.cookies.set(name, value)
    await signOut(gone.browser, gone.csrf)
    await copies.restart()
    expect((await browser.ask(graphql(), csrf)).status).toBe(200)
    expect([await isSignedIn(browser), await isSignedIn(thief)]).toEqual([true, false])
    copies.clock.aheadMs = 15 * 60_000 + 1
    expect(await isSignedIn(browser)).toBe(false)
  })
})

it('a sign-in whose session at the sign-on ends on the way comes to nothing', async () => {
  nextPerson()
  const browser = new Browser()
  const there = (await browser.go(`${copies.url}/sso/login`)).location()
  const back = (await browser.go(there)).location()
  copies.at(1)
  expect((await order(await copies.issuer.logoutToken())).status).toBe(200)
  copies.at(0)
  const answer = await browser.go(back)
  expect([answer.status, await isSignedIn(browser)]).toEqual([400, false])
})

async function askAtBoth(browser: Browser, csrf: string) {
  copies.at('both')
  const asking = Array.from({ length: 8 }, () => browser.ask(graphql(), csrf))
  return (await Promise.all(asking)).map(({ status }) => status)
}

describe('a token that ends', () => {
  it.each([
    ['soon', 285_000],
    ['by now', 305_000],
  ])('%s is renewed once, though both copies are asked', async (_title, aheadMs) => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    const before = copies.issuer.count('/token')
    const first = copies.gateway.questions().length
    Object.assign(copies.clock, { aheadMs })
    Object.assign(copies.issuer, { delayMs: 150, lifetime: 3_600 })
    expect(new Set(await askAtBoth(browser, csrf))).toEqual(new Set([200]))
    expect(copies.issuer.count('/token')).toBe(before + 1)
    const tokens = copies.gateway.questions().slice(first)
    const used = new Set(tokens.map(({ headers }) => headers.authorization))
    // While it is good, nobody waits for the new one.
    expect(used.size).toBeLessThanOrEqual(aheadMs > 300_000 ? 1 : 2)
    for (const copy of BOTH) {
      copies.at(copy)
      expect((await browser.ask(graphql(), csrf)).status).toBe(200)
    }
    expect(copies.issuer.count('/token')).toBe(before + 1)
  })

  it('and is refused at its renewal ends the session at both copies', async () => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    // Ended at the sign-on while no copy could be told.
    copies.issuer.refreshTokens.clear()
    copies.clock.aheadMs = 305_000
    copies.issuer.delayMs = 50
    expect(new Set(await askAtBoth(browser, csrf))).toEqual(new Set([401]))
    for (const copy of BOTH) {
      copies.at(copy)
      expect(await isSignedIn(browser)).toBe(false)
    }
  })

  it('is kept though the store stood still while it came', async () => {
    nextPerson()
    const { browser, csrf } = await copies.signedIn()
    copies.clock.aheadMs = 305_000
    Object.assign(copies.issuer, { delayMs: 300, lifetime: 3_600 })
    const before = copies.issuer.count('/token')
    const asked = browser.ask(graphql(), csrf)
    await eventually(() => expect(copies.issuer.count('/token')).toBe(before + 1))
    copies.valkey.pause()
    setTimeout(() => copies.valkey.resume(), 600)
    expect((await asked).status).toBe(200)
    copies.at(1)
    expect((await browser.ask(graphql(), csrf)).status).toBe(200)
    expect(copies.issuer.count('/token')).toBe(before + 1)
  })
})

it('a session whose tokens are bound to a key has that key at each copy', async () => {
  const bound = await openCopies({
    portal: { clientId: 'portal', secret: copies.issuer.secret, dpop: true },
  })
  try {
    const { browser, csrf } = await bound.signedIn()
    await browser.ask(`${bound.url}/graphql`, csrf)
    bound.at(1)
    expect((await browser.ask(`${bound.url}/graphql`, csrf)).status).toBe(200)
    const proofs = bound.gateway.questions().map(({ headers }) => String(headers['dpop']))
    const keys = proofs.map((proof) => calculateJwkThumbprint(decodeProtectedHeader(proof).jwk!))
    expect([proofs.length, new Set(await Promise.all(keys)).size]).toEqual([2, 1])
    expect(decodeProtectedHeader(proofs[0]!).jwk).not.toHaveProperty('d')
  } finally {
    await bound.close()
  }
})

describe('a store that does not answer', () => {
  let there: Copies
  let guest: { browser: Browser; csrf: string }
  beforeAll(async () => {
    there = await openCopies({ limits: { storeTimeoutMs: 1_000 } })
    guest = await there.signedIn()
  })
  afterAll(() => there.close())

  const session = () => guest.browser.fetch(`${there.url}/sso/session`)
  const question = () => guest.browser.ask(`${there.url}/graphql`, guest.csrf)
  const isNobody = async (browser: Browser) =>
    (await browser.fetch(`${there.url}/sso/session`)).json()['signedIn'] === false
  const health = async () => {
    const answer = await new Browser().go(`${there.url}/health`)
    return [answer.status, answer.json()]
  }

  async function refusesEverybody(): Promise<void> {
    expect(await health()).toEqual([503, { status: 'down', sessions: 'down' }])
    const asked = there.gateway.questions().length
    for (const answer of [await session(), await question()]) {
      expect([answer.status, answer.code()]).toEqual([503, 'SYSTEM_UNAVAILABLE'])
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(answer.text).toContain('you are not signed out')
    }
    const page = await guest.browser.go(`${there.url}/sso/logout`)
    expect([page.status, page.headers.get('location')]).toEqual([503, null])
    expect(page.text).toContain('شما خارج نشده‌اید')
    // A cookie that was good a moment ago opens nothing, nor is it taken away.
    expect(there.gateway.questions().length).toBe(asked)
    expect(guest.browser.cookies.has('__Host-portal')).toBe(true)
    // Strangers ask without it, and so cannot keep it busy either.
    const stranger = await new Browser().ask(`${there.url}/graphql`, 'nobody')
    expect([stranger.status, there.gateway.questions().length]).toEqual([200, asked + 1])
    expect(await isNobody(new Browser())).toBe(true)
    // What is the same for everybody is there; a sign-in comes back to a refusal, and to no session.
    expect((await guest.browser.go(`${there.url}/`)).status).toBe(200)
    const { page: end } = await new Browser().follow(`${there.url}/sso/login`)
    expect(end.status).toBe(503)
  }

  it('refuses who is signed in while it stands still, and goes on by itself', async () => {
    there.valkey.pause()
    try {
      await refusesEverybody()
    } finally {
      there.valkey.resume()
    }
    await eventually(async () => expect((await question()).status).toBe(200))
    expect(await health()).toEqual([200, { status: 'up', sessions: 'up' }])
    const told = there.logged.filter((line) => line.includes('the store of sessions'))
    expect(told.some((line) => line.includes('does not answer'))).toBe(true)
    expect(told.at(-1)).toContain('answers again')
  })

  it('leaves a sign-out of elsewhere to be done when it is back; the gateway is told at once', async () => {
    const token = await there.issuer.logoutToken()
    there.valkey.pause()
    const told = there.gateway.asked.length
    try {
      const answer = await new Browser().send(`${there.url}/sso/backchannel-logout`, {
        method: 'POST',
        form: { logout_token: token },
      })
      expect(answer.status).toBe(503)
      expect(there.gateway.asked.slice(told).map(({ path }) => path)).toEqual([
        '/backchannel-logout',
      ])
    } finally {
      there.valkey.resume()
    }
    there.at(1)
    await eventually(async () => {
      const answer = await session()
      expect([answer.status, answer.json()['signedIn']]).toEqual([200, false])
    })
  })

  it('refuses while it is gone, and knows nobody when it comes back empty', async () => {
    there.at(0)
    there.issuer.sid = 'sid-2'
    guest = await there.signedIn()
    await there.valkey.close()
    await refusesEverybody()
    const again = await startValkey(there.valkey.port)
    try {
      await eventually(async () => expect((await health())[0]).toBe(200))
      expect((await session()).json()['signedIn']).toBe(false)
      guest = await there.signedIn()
      there.at(1)
      await eventually(async () => expect((await session()).json()['signedIn']).toBe(true))
    } finally {
      await again.close()
    }
  })
})

/** What comes over a stream of the session at the copy that is asked, until it is cut off. */
async function openStream(browser: Browser, csrf: string): Promise<readonly string[]> {
  copies.gateway.queue.push((_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first')
  })
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  const headers = {
    cookie,
    origin: copies.url,
    'content-type': 'application/json',
    'panjareh-csrf': csrf,
  }
  const { port } = new URL(copies.url)
  const seen: string[] = []
  const where = { host: '127.0.0.1', port, path: '/graphql', method: 'POST' }
  const asking = send({ ...where, headers }, (response) => {
    response.on('data', (part: Buffer) => seen.push(part.toString()))
    response.on('error', () => seen.push('cut off'))
  })
  asking.end('{}')
  await eventually(() => expect(seen).toEqual(['first']))
  return seen
}
