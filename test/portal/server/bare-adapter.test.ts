// The faults of the bare adapter, shown once on the adapter itself, so that the refusals elsewhere in this folder are known
// to refuse something. The same attack stands beside each on the portal's server.
import type { Server } from 'node:http'

import express from 'express'
import session from 'express-session'
import { SignJWT } from 'jose'
import KeycloakConnect from 'keycloak-connect'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { Browser } from '../support/browser.ts'
import { makeKey } from '../support/issuer-double.ts'
import { portOf } from '../support/port-of.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let bare: string
let server: Server

beforeAll(async () => {
  world = await openWorld()
  world.issuer.header = {}
  const app = express()
  const store = new session.MemoryStore()
  app.use(session({ secret: 's', store, resave: false, saveUninitialized: true }))
  const keycloak = new KeycloakConnect(
    { store },
    Object.assign(
      {
        realm: 'gov',
        'auth-server-url': world.issuer.issuer.replace('/realms/gov', ''),
        resource: 'portal',
        'ssl-required': 'none',
        'confidential-port': 0,
      },
      { credentials: { secret: world.issuer.secret } },
    ),
  )
  app.use(keycloak.middleware())
  app.get('/{*any}', keycloak.protect(), (_request, response) => void response.send('inside'))
  server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
  })
  bare = `http://127.0.0.1:${portOf(server)}`
  // It writes what it refuses to the console.
  vi.spyOn(console, 'error').mockReturnValue()
})
afterAll(async () => {
  vi.restoreAllMocks()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await world.close()
})

/** The bare adapter sends no PKCE; this issuer is lenient where it is tried. */
async function bareCode(browser: Browser): Promise<URL> {
  return (await browser.go((await browser.go(`${bare}/page`)).location())).location()
}

describe('the bare adapter', () => {
  it('asks without PKCE and nonce, and for any address the Host header names', async () => {
    const headers = { host: 'evil.example' }
    const { searchParams } = (await new Browser().send(`${bare}/page`, { headers })).location()
    expect([searchParams.get('code_challenge'), searchParams.get('nonce')]).toEqual([null, null])
    expect(searchParams.get('redirect_uri')).toMatch(/^http:\/\/evil\.example/)
    const ours = await new Browser().send(`${world.portal.url}/sso/login`, { headers })
    expect(ours.status).toBe(421)
  })

  it('redeems a code under a forged state', async () => {
    const browser = new Browser()
    const back = await bareCode(browser)
    back.searchParams.set('state', 'forged')
    const before = world.issuer.count('/token')
    await browser.go(back)
    expect(world.issuer.count('/token')).toBe(before + 1)
    const at = new Browser()
    const asked = (await at.go(`${world.portal.url}/sso/login`)).location()
    const ours = (await at.go(asked)).location()
    ours.searchParams.set('state', 'forged')
    await at.go(ours)
    expect(world.issuer.count('/token')).toBe(before + 1)
  })

  it('fetches keys once per stranger who posts to its admin address', async () => {
    const key = await makeKey('RS256')
    const post = async (index: number) => {
      const token = await new SignJWT({ action: 'LOGOUT' })
        .setProtectedHeader({ alg: 'RS256', kid: `junk-${index}` })
        .sign(key.privateKey)
      return new Browser().send(`${bare}/k_logout`, { method: 'POST', body: token })
    }
    const before = world.issuer.count('/certs')
    await Promise.all(Array.from({ length: 10 }, (_, index) => post(index)))
    expect(world.issuer.count('/certs') - before).toBe(10)
  })

  const kinds: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['without exp', { exp: undefined }],
    ['that is not valid yet', { nbf: 9_999_999_999 }],
    ['for another audience', { aud: 'other' }],
  ]
  it.each(kinds)('takes a token %s', async (_title, change) => {
    world.issuer.claims = (claims) => ({ ...claims, ...change })
    const { access_token: token } = await world.issuer.tokens('portal', undefined)
    world.issuer.claims = (claims) => claims
    const headers = { authorization: `Bearer ${token}` }
    const answer = await new Browser().send(`${bare}/page`, { headers })
    expect([answer.status, answer.text]).toEqual([200, 'inside'])
    // Ours takes none from a browser at all.
    const ours = await new Browser().send(`${world.portal.url}/console/`, {
      headers: { ...headers, 'sec-fetch-mode': 'cors' },
    })
    expect(ours.status).toBe(401)
  })

  it('refuses a token signed with anything but RS256', async () => {
    world.issuer.keys.unshift(await makeKey('ES256'))
    const { access_token: token } = await world.issuer.tokens('portal', undefined)
    world.issuer.keys.shift()
    const headers = { authorization: `Bearer ${token}` }
    expect((await new Browser().send(`${bare}/page`, { headers })).status).toBe(302)
  })
})

/** Lets the sign-on forget PKCE, as one that does not demand it. */
async function signedIn(path: string) {
  const browser = new Browser()
  const asked = (await browser.go(`${bare}${path}`)).location()
  const before = new Map(browser.cookies)
  const back = (await browser.go(asked)).location()
  const code = world.issuer.codes.get(back.searchParams.get('code') ?? '')!
  const challenge = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'
  const redirect = [...code.parameters].map(([name, value]) => [name, value] as const)
  const parameters = new Map([...redirect, ['code_challenge', challenge] as const])
  world.issuer.codes.set(back.searchParams.get('code') ?? '', { ...code, parameters })
  return { browser, before, answer: await browser.go(back) }
}

describe('after a sign-in, the bare adapter', () => {
  it('keeps the session id that was there before (fixation)', async () => {
    const { browser, before, answer } = await signedIn('/page')
    expect(answer.status).toBe(302)
    expect([...browser.cookies]).toEqual([...before])
    expect((await browser.go(`${bare}/page`)).text).toBe('inside')
  })

  it('leads to another site when the page was //evil.example', async () => {
    const { answer } = await signedIn('//evil.example/x')
    expect(answer.headers.get('location')).toMatch(/^\/\/evil\.example\/x/)
  })
})
