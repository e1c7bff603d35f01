// The page's own sign-in code against the real sign-on: only the browser's few globals stand in.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import { type SignOn, startSignOn } from '../../deploy/embedded/sign-on/sign-on.ts'
import { Browser, locationOf } from '../deploy/embedded/sign-on/browser.ts'

interface PageSession {
  signIn(): Promise<void>
  finish(): Promise<string | undefined>
  token(): Promise<string | undefined>
  who(): { name: string; nationalId: string | undefined; roles: string[] } | undefined
  signOut(): Promise<void>
}
interface SessionModule {
  readonly Session: new (settings: {
    issuer: string
    clientId: string
    graphql: string
  }) => PageSession
}

const PAGE = 'http://127.0.0.1:4000/graphql'
const storage = new Map<string, string>()
const left: URL[] = []
let signOn: SignOn
let page: SessionModule

beforeAll(async () => {
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
    removeItem: (key: string) => void storage.delete(key),
  })
  vi.stubGlobal('history', { replaceState: () => at(PAGE) })
  signOn = await startSignOn({
    realmFile: new URL('../../deploy/keycloak/gov-realm.json', import.meta.url),
    port: 0,
  })
  page = await import(new URL('../../portal/public/session.js', import.meta.url).href)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await signOn.close()
})
beforeEach(() => {
  storage.clear()
  left.length = 0
  at(PAGE)
})

const assign = (target: URL) => void left.push(target)

function at(address: string) {
  const { origin, pathname, search } = new URL(address)
  vi.stubGlobal('location', { origin, pathname, search, assign })
}

function open(): PageSession {
  return new page.Session({ issuer: signOn.issuer, clientId: 'portal', graphql: '/graphql' })
}

/** Leaves the page, signs in as sara, and answers the address that the browser comes back to. */
async function throughSignIn(): Promise<URL> {
  await open().signIn()
  const browser = new Browser()
  const form = locationOf(await browser.go(left[0] ?? PAGE), signOn.issuer)
  const sent = await browser.go(form, { username: 'sara', password: 'panjareh' })
  return locationOf(await browser.go(locationOf(sent, signOn.issuer)), signOn.issuer)
}

describe('the sign-in of the query page', () => {
  it('brings a token and the name of who signed in', async () => {
    at((await throughSignIn()).href)
    const session = open()
    expect(await session.finish()).toBeUndefined()
    expect(session.who()).toEqual({
      name: 'سارا کریمی',
      nationalId: '9924022343',
      roles: ['citizen'],
    })
    expect(await session.token()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it.each([
    ['another state', 'state', 'forged', 'state'],
    ['another issuer', 'iss', 'http://evil.example', 'issuer'],
    ['a code that is not ours', 'code', 'invented', 'invalid_grant'],
  ])('refuses an answer with %s', async (_title, parameter, value, reason) => {
    const back = await throughSignIn()
    back.searchParams.set(parameter, value)
    at(back.href)
    const session = open()
    expect(await session.finish()).toBe(reason)
    expect(session.who()).toBeUndefined()
  })

  it('refuses an answer that it never asked for', async () => {
    const back = await throughSignIn()
    storage.clear()
    at(back.href)
    expect(await open().finish()).toBe('state')
  })

  it('renews an ending token once, however many ask for it', async () => {
    at((await throughSignIn()).href)
    const session = open()
    await session.finish()
    const before = await session.token()
    const kept = storage.get('panjareh.tokens') ?? ''
    storage.set('panjareh.tokens', kept.replace(/"expiresAt":\d+/, '"expiresAt":1'))
    const [one, other] = await Promise.all([session.token(), session.token()])
    expect(one).toBe(other)
    expect(one).not.toBe(before)
    expect(session.who()?.nationalId).toBe('9924022343')
  })

  it('keeps nothing after signing out and leaves for the end of the session', async () => {
    at((await throughSignIn()).href)
    const session = open()
    await session.finish()
    await session.signOut()
    expect([...storage.keys()]).toEqual([])
    expect(left.at(-1)?.pathname).toBe('/realms/gov/protocol/openid-connect/logout')
  })
})
