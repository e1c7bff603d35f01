import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { readConfig, VARIABLES } from '../../../portal/server/config.ts'
import { parseReturnTo } from '../../../portal/server/http/return-to.ts'
import { type PortalOptions, startPortal } from '../../../portal/server/main.ts'
import { Browser } from '../support/browser.ts'
import { openWorld, type World } from '../support/world.ts'

let world: World
let url: string

beforeAll(async () => {
  world = await openWorld()
  url = world.portal.url
})
afterAll(() => world.close())

describe('every answer', () => {
  it.each(['/', '/sso/session', '/sso/logout', '/sso/login', '/nowhere', '/sso/callback?state=x'])(
    '%s may not be framed, kept, guessed at or given anything from elsewhere',
    async (target) => {
      const { headers } = await new Browser().go(`${url}${target}`)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe(target === '/' ? 'no-cache' : 'no-store')
      expect(headers.has('x-powered-by')).toBe(false)
      expect(headers.has('access-control-allow-origin')).toBe(false)
    },
  )

  it.each(['evil.example', '127.0.0.1', 'localhost:1'])(
    'is refused under the name %s, and no address is made of it',
    async (host) => {
      const answer = await new Browser().send(`${url}/sso/login`, {
        headers: { host, 'x-forwarded-host': host },
      })
      expect(answer.status).toBe(421)
      expect(answer.headers.has('location')).toBe(false)
      expect(answer.text).not.toContain(host)
    },
  )

  it('is refused under two names, of which a proxy may have read the other', async () => {
    const { host, port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /)
  })

  it('names our own address whatever a proxy header says', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
    const answer = await new Browser().send(`${url}/sso/login`, { headers })
    expect(answer.location().searchParams.get('redirect_uri')).toBe(`${url}/sso/callback`)
  })

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/server/main.ts',
    '/settings.json',
    '/SSO/session',
    '/sso/session/',
    '//sso/session',
    '/console'.concat('x'),
  ])('%s is nothing', async (target) => {
    expect((await new Browser().send(`${url}${target}`, {})).status).toBe(404)
  })

  it('of /console leads to /console/', async () => {
    expect((await new Browser().go(`${url}/console`)).headers.get('location')).toBe('/console/')
  })
})

it.each([
  ['/', '', '/'],
  ['/a?b=c#d', '', '/a?b=c#d'],
  ['/console/x', '/console', '/console/x'],
  ['/x', '/console', '/console/'],
  ['/console/../x', '/console', '/console/'],
  ['/console/%2e%2e/x', '/console', '/console/'],
  ['//evil.example', '', '/'],
  ['/\\evil.example', '', '/'],
  ['/./\\evil.example', '', '/'],
  ['/..//evil.example', '', '/'],
  ['/%2e//evil.example', '', '/'],
  ['///evil.example', '', '/'],
  ['https://evil.example', '', '/'],
  ['\n/', '', '/'],
  ['/\u0000', '', '/'],
  ['/\u2028', '', '/'],
  ['/é', '', '/'],
  ['/sso/logout', '', '/'],
  ['/./sso/logout', '', '/'],
  [`/${'a'.repeat(2000)}`, '', '/'],
  [['/a', '/b'], '', '/'],
  [undefined, '', '/'],
])('from %j below %j a person goes to %j', (given, base, expected) => {
  expect(parseReturnTo(given, base)).toBe(expected)
})

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const RIGHT: PortalOptions = {
  port: 0,
  issuer: 'https://sign-on.example/realms/gov',
  gateway: 'http://127.0.0.1:4000',
  portal: { clientId: 'portal', secret: 'secret' },
  log: quiet,
}

it.each([
  ['plain http elsewhere', { url: 'http://portal.example' }, 'url-must-be-https'],
  ['an address with a path', { url: 'https://portal.example/x' }, 'url-must-be-an-origin'],
  ['a plain issuer', { issuer: 'http://sign-on.example' }, 'issuer-must-be-https'],
  ['no gateway', { gateway: 'nowhere' }, 'gateway-is-no-address'],
  ['a short secret', { cookieSecret: 'short' }, 'cookie-secret-too-short'],
  ['a public client', { portal: { clientId: 'portal' } }, 'client-secret-or-key'],
  ['an empty secret', { portal: { clientId: 'portal', secret: '' } }, 'client-secret-empty'],
  [
    'a key without a name',
    { portal: { clientId: 'portal', privateKey: { kty: 'EC' } } },
    'client-key-without-alg-or-kid',
  ],
  ['one client twice', { console: RIGHT.portal }, 'clients-must-differ'],
  [
    'a store of sessions that is none',
    { valkey: { url: 'http://127.0.0.1:6379', secret: new Uint8Array(32) } },
    'valkey-is-no-address',
  ],
  [
    'a short secret of it',
    { valkey: { url: 'redis://127.0.0.1:6379', secret: new Uint8Array(16) } },
    'valkey-secret-is-not-32-bytes',
  ],
] as const)('does not start with %s', async (_title, change, reason) => {
  await expect(startPortal({ ...RIGHT, ...change })).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
    reason,
  })
})

describe('the environment of a portal that runs alone', () => {
  const right = {
    PORTAL_URL: 'https://portal.example',
    PORTAL_ISSUER: 'https://sign-on.example/realms/gov',
    PORTAL_GATEWAY: 'https://gateway.example',
  }

  it('gives its options, secrets from files', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'portal-'))
    const [secret, key] = [path.join(folder, 'secret'), path.join(folder, 'key')]
    try {
      await writeFile(secret, 'of-the-portal\n')
      await writeFile(key, '{"kty":"EC","alg":"ES256","kid":"k"}')
      const sealing = path.join(folder, 'sealing')
      await writeFile(sealing, `${'0a'.repeat(32)}\n`)
      const files = { PORTAL_SECRET_FILE: secret, CONSOLE_KEY_FILE: key }
      const place = 'valkeys://sessions:6379/1'
      const store = { PORTAL_VALKEY_URL: place, PORTAL_VALKEY_SECRET_FILE: sealing }
      const { valkey } = readConfig({ ...right, ...files, ...store })
      expect(valkey).toEqual({ url: place, secret: new Uint8Array(32).fill(10) })
      expect(() => readConfig({ ...right, ...files, PORTAL_VALKEY_URL: place })).toThrow(
        /PORTAL_VALKEY_SECRET_FILE is not 32 bytes in hex/,
      )
      expect(() => readConfig({ ...right, ...files, PORTAL_VALKEY_SECRET_FILE: sealing })).toThrow(
        /PORTAL_VALKEY_URL is missing/,
      )
      const rest = { PORTAL_PORT: '8080', CONSOLE_CLIENT: 'console', CONSOLE_DPOP: 'on' }
      expect(readConfig({ ...right, ...files, ...rest, HOME: '/' })).toMatchObject({
        port: 8080,
        url: 'https://portal.example',
        portal: { clientId: 'portal', secret: 'of-the-portal', dpop: false },
        console: { clientId: 'console', privateKey: { kid: 'k' }, dpop: true },
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is described whole in the documentation', async () => {
    const page = await readFile(new URL('../../../docs/portal.md', import.meta.url), 'utf8')
    for (const name of Object.keys(VARIABLES)) expect(page).toContain(`\`${name}\``)
  })

  it('is refused with all that is wrong', () => {
    const wrong = { PORTAL_PORT: 'x', PORTAL_SECRT: 'y', PORTAL_SECRET_FILE: '/nowhere' }
    expect(() => readConfig(wrong)).toThrow(
      /PORTAL_SECRT is unknown; PORTAL_PORT is no port; PORTAL_URL is missing; .*PORTAL_SECRET_FILE cannot be read/,
    )
  })
})
