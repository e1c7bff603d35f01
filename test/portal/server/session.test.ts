import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { DEFAULT_LIMITS } from '../../../portal/server/options.ts'
import { SessionStore } from '../../../portal/server/session/session-store.ts'
import type { SignedIn } from '../../../portal/server/session/signed-in.ts'
import { Browser } from '../support/browser.ts'
import { openWorld, type World } from '../support/world.ts'

const MINUTE = 60_000
let world: World
let url: string

beforeAll(async () => {
  world = await openWorld()
  url = world.portal.url
})
afterAll(() => world.close())
afterEach(() => {
  world.clock.aheadMs = 0
  world.issuer.lifetime = 300
})

const told = async (browser: Browser) => (await browser.fetch(`${url}/sso/session`)).json()
const extend = (browser: Browser, csrf: string) =>
  browser.fetch(`${url}/sso/session`, { method: 'POST', headers: { 'panjareh-csrf': csrf } })

describe('a session of the portal', () => {
  it('ends 15 minutes after the last sign of the person, however often a page looks', async () => {
    world.issuer.lifetime = 36_000
    const { browser } = await world.signedIn()
    for (const minutes of [5, 10, 14]) {
      world.clock.aheadMs = minutes * MINUTE
      expect((await told(browser))['signedIn']).toBe(true)
    }
    world.clock.aheadMs = 15 * MINUTE + 1000
    expect(await told(browser)).toEqual({ signedIn: false, clientId: 'portal', csrf: 'nobody' })
  })

  it('goes on while the person does something, 10 hours at most', async () => {
    world.issuer.lifetime = 40_000
    const { browser, csrf } = await world.signedIn()
    for (let minutes = 10; minutes < 600; minutes += 10) {
      world.clock.aheadMs = minutes * MINUTE
      const answer =
        minutes % 20 === 0 ? extend(browser, csrf) : browser.ask(`${url}/graphql`, csrf)
      expect((await answer).status).toBe(200)
    }
    const { idleEndsAt, endsAt } = await told(browser)
    expect(idleEndsAt).toBe(endsAt)
    world.clock.aheadMs = 600 * MINUTE + 1000
    expect((await told(browser))['signedIn']).toBe(false)
  })

  it('is not lengthened by another site', async () => {
    const { browser, csrf } = await world.signedIn()
    const headers = { 'panjareh-csrf': csrf, 'sec-fetch-site': 'cross-site' }
    const answer = await browser.fetch(`${url}/sso/session`, { method: 'POST', headers })
    expect(answer.status).toBe(403)
    expect((await extend(browser, 'x')).status).toBe(403)
  })

  it('is kept at the sign-on as long as somebody is at the page', async () => {
    const { browser, csrf } = await world.signedIn()
    const before = world.issuer.count('/token')
    world.clock.aheadMs = 80_000
    await extend(browser, csrf)
    expect(world.issuer.count('/token')).toBe(before)
    world.clock.aheadMs = 100_000
    await extend(browser, csrf)
    expect(world.issuer.count('/token')).toBe(before + 1)
  })

  it('goes on for the rest of its token when the sign-on is away', async () => {
    const down = await openWorld()
    try {
      const { browser, csrf } = await down.signedIn()
      const target = `${down.portal.url}/graphql`
      await down.issuer.close()
      down.clock.aheadMs = 285_000
      expect((await browser.ask(target, csrf)).status).toBe(200)
      down.clock.aheadMs = 305_000
      expect((await browser.ask(target, csrf)).status).toBe(503)
      down.clock.aheadMs = 285_000
      expect((await browser.ask(target, csrf)).status).toBe(200)
    } finally {
      await Promise.all([down.portal.close(), down.gateway.close()])
    }
  })

  it('is written once, at the sign-in', async () => {
    const set = vi.spyOn(SessionStore.prototype, 'set')
    try {
      const { browser, csrf } = await world.signedIn()
      for (let times = 0; times < 5; times += 1) {
        await told(browser)
        await browser.ask(`${url}/graphql`, csrf)
        await browser.go(`${url}/`)
      }
      expect(set).toHaveBeenCalledTimes(1)
      expect(JSON.stringify(set.mock.calls[0]?.[1])).not.toContain('eyJ')
    } finally {
      set.mockRestore()
    }
  })

  it('sets no cookie for who is not signed in', async () => {
    const browser = new Browser()
    await browser.go(`${url}/`)
    await browser.ask(`${url}/graphql`, 'nobody')
    await told(browser)
    expect(browser.setCookies).toEqual([])
  })
})

describe('the store of sessions', () => {
  const ended: string[] = []
  let now = 0
  const open = (sessions: number) =>
    new SessionStore({
      limits: { ...DEFAULT_LIMITS, sessions },
      now: () => now,
      onEnd: (id) => void ended.push(id),
    })
  const person = (subject: string, sid?: string): SignedIn => ({
    grant: { update: () => undefined, isExpired: () => false, toString: () => undefined },
    accessToken: '',
    accessEndsAtMs: 0,
    renewedAtMs: 0,
    refreshToken: undefined,
    idToken: '',
    subject,
    sid,
    person: {
      name: '',
      kind: 'other',
      roles: [],
      purposes: [],
      acr: undefined,
      authTime: undefined,
    },
    csrf: '',
    dpopKey: undefined,
    beganAtMs: now,
  })

  it('holds few of one person: who signs in without end sends nobody else away', () => {
    const store = open(100)
    store.open('other', person('1'))
    for (let turn = 0; turn < 200; turn += 1) store.open(`own ${turn}`, person('2'))
    expect(store.read('other')).toBeDefined()
    expect(store.size).toBe(51)
    expect([store.read('own 149'), store.read('own 150')?.subject]).toEqual([undefined, '2'])
    ended.length = 0
  })

  it('holds so many and no more; the one longest unused gives way', () => {
    const store = open(2)
    store.open('a', person('1'))
    store.open('b', person('2'))
    store.extend('a')
    store.open('c', person('3'))
    expect([store.read('a'), store.read('b'), store.read('c')].map((row) => row?.subject)).toEqual([
      '1',
      undefined,
      '3',
    ])
    expect(store.size).toBe(2)
  })

  it('writes nothing for a session that nobody opened', () => {
    const store = open(2)
    store.set('stranger', { cookie: { originalMaxAge: null }, signedIn: true })
    store.extend('stranger')
    expect([store.size, store.read('stranger')]).toEqual([0, undefined])
  })

  it('tells once of each end, and forgets what is over by itself', () => {
    const store = open(10)
    ended.length = 0
    store.open('a', person('1', 's'))
    now += DEFAULT_LIMITS.idleMs + 1
    store.open('b', person('1', 's'))
    expect(ended).toEqual(['a'])
    expect(store.endAll({ sid: 's' })).toBe(1)
    expect(store.endAll({ sid: 's' })).toBe(0)
    expect(store.endAll({ subject: '1' })).toBe(0)
    expect(ended).toEqual(['a', 'b'])
  })
})
