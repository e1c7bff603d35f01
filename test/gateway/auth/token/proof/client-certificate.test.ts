// Tokens bound to a client certificate (RFC 8705), over TLS on real sockets, and behind a proxy that ends it.

import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { certificateOf } from '../../../../../gateway/auth/token/proof/client-certificate.ts'
import { ConfigError, readConfig } from '../../../../../gateway/config.ts'
import { tlsOf } from '../../../../../gateway/tokens-of.ts'
import { openDpopClient } from '../../../support/dpop-client.ts'
import { type Opened, open } from '../../../support/open.ts'
import { openTokenIssuer, type TokenIssuer } from '../../../support/token-issuer.ts'

type Pair = Awaited<ReturnType<typeof generate>>

let folder: string
let issuer: TokenIssuer
let gateway: Opened
let server: Pair
let agency: Pair
let stranger: Pair
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'panjareh-tls-'))
  server = await certificate('127.0.0.1')
  agency = await certificate('agency')
  stranger = await certificate('stranger')
  await writeFile(path.join(folder, 'cert.pem'), server.cert)
  await writeFile(path.join(folder, 'key.pem'), server.private)
  await writeFile(path.join(folder, 'agencies.pem'), agency.cert)
  issuer = await openTokenIssuer()
  gateway = await openTls()
})
afterAll(async () => {
  await gateway.close()
  await issuer.close()
  await rm(folder, { recursive: true })
})

const certificate = (name: string) =>
  generate([{ name: 'commonName', value: name }], { keySize: 2048, algorithm: 'sha256' })

const files = () => ({
  PANJAREH_TLS_CERT: path.join(folder, 'cert.pem'),
  PANJAREH_TLS_KEY: path.join(folder, 'key.pem'),
})

function openTls(more: Readonly<Record<string, string>> = {}): Promise<Opened> {
  return open(
    { own: { sdl: 'type Query { who: String }', resolvers: { Query: { who: () => 'somebody' } } } },
    { PANJAREH_ISSUER: issuer.issuer, PANJAREH_KEYS_URL: issuer.keysUrl, ...files(), ...more },
  )
}

const thumbprint = ({ cert }: Pair) =>
  Buffer.from(new X509Certificate(cert).fingerprint256.replaceAll(':', ''), 'hex').toString(
    'base64url',
  )

/** The status, and what a client is told. */
function ask(
  at: Opened,
  token: string,
  shown: Pair | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const identity = shown === undefined ? {} : { cert: shown.cert, key: shown.private }
  const agent = new Agent({ ca: server.cert, checkServerIdentity: () => undefined, ...identity })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const all = { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers }
  const sending = request(
    `${at.url}/graphql`,
    { method: 'POST', agent, headers: all },
    (response) => {
      response.resume().on('end', () => {
        agent.destroy()
        resolve(`${response.statusCode} ${response.headers['www-authenticate'] ?? ''}`.trim())
      })
    },
  )
  sending.on('error', reject)
  sending.end('{"query":"{ who }"}')
  return promise
}

const REFUSED = '401 Bearer error="invalid_token"'

test('listens with TLS, and takes whoever has no certificate and needs none', async () => {
  expect(gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  expect(await ask(gateway, issuer.token(), undefined)).toBe('200')
})

test('takes a bound token over a connection with its certificate only', async () => {
  const bound = issuer.token({ cnf: { 'x5t#S256': thumbprint(agency) } })
  for (const _ of ['cold', 'known']) {
    expect(await ask(gateway, bound, agency)).toBe('200')
    expect(await ask(gateway, bound, stranger)).toBe(REFUSED)
    expect(await ask(gateway, bound, undefined)).toBe(REFUSED)
  }
})

test('believes no header that names a certificate', async () => {
  const bound = issuer.token({ cnf: { 'x5t#S256': thumbprint(agency) } })
  const header = { 'client-cert': `:${der(agency)}:` }
  expect(await ask(gateway, bound, undefined, header)).toBe(REFUSED)
})

test('a token that is bound to both a certificate and a key needs both', async () => {
  const client = await openDpopClient()
  const cnf = { 'x5t#S256': thumbprint(agency), jkt: client.thumbprint }
  const bound = issuer.token({ cnf })
  const proof = await client.proof({ token: bound, url: `${gateway.url}/graphql` })
  const headers = { authorization: `DPoP ${bound}`, dpop: proof }
  expect(await ask(gateway, bound, agency)).toMatch(/^401 DPoP error="invalid_token"/)
  expect(await ask(gateway, bound, undefined, headers)).toMatch(/^401 DPoP error="invalid_token"/)
  expect(await ask(gateway, bound, agency, headers)).toBe('200')
})

test('where an authority is named, only certificates that it has signed count', async () => {
  const strict = await openTls({ PANJAREH_CLIENT_CA: path.join(folder, 'agencies.pem') })
  const bound = (pair: Pair) => issuer.token({ cnf: { 'x5t#S256': thumbprint(pair) } })
  expect(await ask(strict, bound(agency), agency)).toBe('200')
  expect(await ask(strict, bound(stranger), stranger)).toBe(REFUSED)
  expect(await ask(strict, issuer.token(), stranger)).toBe('200')
  await strict.close()
})

function der({ cert }: Pair): string {
  return new X509Certificate(cert).raw.toString('base64')
}

describe('behind a proxy', () => {
  const secret = 's'.repeat(32)
  const proxy = { address: '10.0.0.7', secret }
  const from = (remoteAddress: string, headers: Readonly<Record<string, string>>) =>
    certificateOf({ headers, socket: { remoteAddress } }, { proxy })
  const headers = () => ({ 'client-cert': `:${der(agency)}:`, 'panjareh-proxy-secret': secret })

  test('its word counts', () => {
    expect(from('10.0.0.7', headers())).toBe(thumbprint(agency))
    expect(from('::ffff:10.0.0.7', headers())).toBe(thumbprint(agency))
  })

  test.each<[string, () => string | undefined]>([
    ['from another address', () => from('10.0.0.8', headers())],
    ['without the secret', () => from('10.0.0.7', { 'client-cert': `:${der(agency)}:` })],
    ['with another secret', () => from('10.0.0.7', { ...headers(), 'panjareh-proxy-secret': 'x' })],
    [
      'that is not in its form',
      () => from('10.0.0.7', { ...headers(), 'client-cert': der(agency) }),
    ],
    ['that names two', () => from('10.0.0.7', { ...headers(), 'client-cert': ':AA==:, :AA==:' })],
    [
      'where none is set',
      () => certificateOf({ headers: headers(), socket: { remoteAddress: '10.0.0.7' } }),
    ],
  ])('but not %s', (_, read) => {
    expect(read()).toBeUndefined()
  })
})

test.each([
  ['PANJAREH_TLS_CERT', 'PANJAREH_TLS_KEY'],
  ['PANJAREH_TLS_KEY', 'PANJAREH_TLS_CERT'],
  ['PANJAREH_CLIENT_CA', 'PANJAREH_TLS_CERT'],
  ['PANJAREH_PROXY_SECRET', 'PANJAREH_PROXY_ADDRESS'],
])('%s is refused without %s', (name, other) => {
  const read = () => readConfig({ [name]: 'x'.repeat(32) })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(`${other} is not set`)
})

test('a file that cannot be read is named', async () => {
  const config = readConfig({ ...files(), PANJAREH_TLS_KEY: path.join(folder, 'absent.pem') })
  await expect(tlsOf(config)).rejects.toThrow('absent.pem cannot be read')
})
