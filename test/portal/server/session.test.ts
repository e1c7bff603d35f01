import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { ExpressSessions } from '../../../portal/server/session/express-sessions.ts'
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
    const set = vi.spyOn(ExpressSessions.prototype, 'set')
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
