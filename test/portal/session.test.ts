// The page's own code for its session, against the real portal server: only the browser's few globals stand in.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { Browser } from './support/browser.ts'
import { openWorld, type World } from './support/world.ts'

interface PageSession {
  readonly who: Readonly<Record<string, unknown>>
  read(): Promise<unknown>
  alive(): Promise<void>
  idleMs(): number | undefined
  signOut(scope: 'here' | 'everywhere'): Promise<string>
}
interface SessionModule {
  readonly Session: new () => PageSession
  signInAddress(level: object, here: { pathname: string; search: string }): string
  stepUpOf(errors: readonly object[]): object | undefined
}

const reach = globalThis.fetch
let world: World
let page: SessionModule

beforeAll(async () => {
  world = await openWorld()
  page = await import(new URL('../../portal/public/session.js', import.meta.url).href)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await world.close()
})

/** The page's fetch, as this browser does it from the page at `path`. */
function at(browser: Browser, path = '/'): void {
  vi.stubGlobal('fetch', async (target: string, init: RequestInit = {}) => {
    // The portal's own calls, which are in the same process.
    if (/^https?:/.test(target)) return reach(target, init)
    const form = init.body instanceof URLSearchParams ? Object.fromEntries(init.body) : undefined
    const answer = await browser.fetch(new URL(target, `${world.portal.url}${path}`).href, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(form === undefined ? {} : { form }),
    })
    return new Response(answer.text, { status: answer.status })
  })
}

describe('the session of the page', () => {
  it('is nobody’s before the sign-in, and somebody’s after it', async () => {
    const browser = new Browser()
    at(browser)
    const session = new page.Session()
    await session.read()
    expect([session.who['signedIn'], session.idleMs()]).toEqual([false, undefined])
    await browser.follow(`${world.portal.url}/sso/login`)
    await session.read()
    expect(session.who).toMatchObject({ signedIn: true, name: 'سارا کریمی', kind: 'citizen' })
    expect(session.idleMs()).toBeGreaterThan(14 * 60_000)
    expect(JSON.stringify(session.who)).not.toMatch(/eyJ|national/)
  })

  it('tells the server of a person once a minute, not of every key', async () => {
    const { browser } = await world.signedIn()
    at(browser)
    const session = new page.Session()
    await session.read()
    const before = session.who['idleEndsAt']
    world.clock.aheadMs = 60_000
    const sent = vi.spyOn(globalThis, 'fetch')
    for (let keys = 0; keys < 10; keys += 1) await session.alive()
    expect(sent).toHaveBeenCalledTimes(1)
    world.clock.aheadMs = 0
    expect(session.who['idleEndsAt']).not.toBe(before)
  })

  it.each(['here', 'everywhere'] as const)('is over after signing out %s', async (scope) => {
    const { browser } = await world.signedIn()
    at(browser)
    const session = new page.Session()
    await session.read()
    expect(await session.signOut(scope)).toMatch(/^\/sso\/signed-out/)
    await session.read()
    expect(session.who['signedIn']).toBe(false)
  })
})

it.each([
  [{}, 'sso/login?return_to=%2Fconsole%2F%3Ftab%3D1'],
  [
    { acr: 'substantial', maxAge: 300 },
    'sso/login?return_to=%2Fconsole%2F%3Ftab%3D1&acr=substantial&max_age=300',
  ],
])('the way to the sign-in at level %j comes back to the page', (level, address) => {
  expect(page.signInAddress(level, { pathname: '/console/', search: '?tab=1' })).toBe(address)
})

const insufficient = (extensions: object) => [
  { message: 'other' },
  { message: '', extensions: { code: 'INSUFFICIENT_AUTHENTICATION', ...extensions } },
]
it.each([
  [[{ message: 'no', extensions: { code: 'FORBIDDEN' } }], undefined],
  [insufficient({ acrValues: ['substantial'], maxAge: 300 }), { acr: 'substantial', maxAge: 300 }],
  [insufficient({ acrValues: 'substantial' }), { acr: 'substantial', maxAge: undefined }],
  [insufficient({ acrValues: [], maxAge: 0 }), { acr: undefined, maxAge: 0 }],
])('of %j, the level that is asked for is %j', (errors, level) => {
  expect(page.stepUpOf(errors)).toEqual(level)
})
