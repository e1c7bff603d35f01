import { createSign, generateKeyPairSync } from 'node:crypto'

import { type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import {
  type Authenticate,
  buildAuthenticate,
  type Shown,
} from '../../../../../gateway/auth/authenticate.ts'
import { DpopNonces } from '../../../../../gateway/auth/token/proof/dpop-nonces.ts'
import { type IsFirstUse, UsedOnce } from '../../../../../gateway/auth/token/proof/used-once.ts'
import { PROOF_FAULTS, type ProofFault } from '../../../../../gateway/auth/token/refusal.ts'
import type { Caller } from '../../../../../schema/caller.ts'
import { type DpopClient, openDpopClient } from '../../../support/dpop-client.ts'
import { openTokenIssuer, type TokenIssuer } from '../../../support/token-issuer.ts'

const URL_HERE = 'http://127.0.0.1:4000/graphql'

let issuer: TokenIssuer
let client: DpopClient
let authenticate: Authenticate
let token: string
beforeAll(async () => {
  issuer = await openTokenIssuer()
  client = await openDpopClient()
  authenticate = buildAuthenticate({ ...issuer, audience: 'gateway' })
  token = boundTo(client)
})
afterAll(() => issuer.close())

function boundTo({ thumbprint }: DpopClient): string {
  return issuer.token({ typ: 'DPoP', cnf: { jkt: thumbprint, 'kc-jkt-type': 'DPoP' } })
}

function shown(dpop: string | undefined, more: Partial<Shown> = {}): Shown {
  const headers = { authorization: `DPoP ${token}`, dpop, host: '127.0.0.1:4000' }
  return { headers, method: 'POST', url: '/graphql', ...more }
}

async function callerOf(request: Shown, by: Authenticate = authenticate): Promise<Caller> {
  return by(request)
}

async function expectRefused(dpop: string | undefined, fault: ProofFault, more?: Partial<Shown>) {
  await expect(callerOf(shown(dpop, more))).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: PROOF_FAULTS[fault],
    headers: {
      'www-authenticate': expect.stringMatching(
        /^DPoP error="invalid_dpop_proof", algs="ES256 [\w ]+"$/,
      ),
    },
  })
}

const about = () => ({ token, url: URL_HERE })
const seconds = () => Math.floor(Date.now() / 1000)

test.each(['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256'])(
  'takes a proof signed with %s',
  async (alg) => {
    const other = await openDpopClient(alg)
    const bound = boundTo(other)
    const proof = await other.proof({ token: bound, url: URL_HERE })
    const headers = { authorization: `DPoP ${bound}`, dpop: proof, host: '127.0.0.1:4000' }
    expect((await callerOf(shown(proof, { headers }))).subject).toBe('u1')
  },
)

test.each([
  ['a query and a fragment', `${URL_HERE}?x=1#y`],
  ['letters of another case in scheme and host', 'HTTP://127.0.0.1:4000/graphql'],
  ['dots in its path', 'http://127.0.0.1:4000/a/../graphql'],
])('takes a proof whose address has %s', async (_, htu) => {
  expect((await callerOf(shown(await client.proof(about(), { htu })))).kind).toBe('citizen')
})

test('asks for a proof each time, also for a token that it knows', async () => {
  const proof = await client.proof(about())
  await callerOf(shown(proof))
  await expectRefused(proof, 'replayed')
  await expectRefused(undefined, 'missing')
  await callerOf(shown(await client.proof(about())))
})

test.each<[string, ProofFault, object]>([
  ['another method', 'request', { htm: 'GET' }],
  ['another case of the method', 'request', { htm: 'post' }],
  ['another path', 'request', { htu: 'http://127.0.0.1:4000/other' }],
  ['another host', 'request', { htu: 'http://evil.example/graphql' }],
  ['another port', 'request', { htu: 'http://127.0.0.1/graphql' }],
  ['another scheme', 'request', { htu: 'https://127.0.0.1:4000/graphql' }],
  ['a user in the address', 'request', { htu: 'http://a@127.0.0.1:4000/graphql' }],
  ['no address', 'request', { htu: undefined }],
  ['an address that is a list', 'request', { htu: [URL_HERE] }],
  ['another token', 'token', { ath: 'x' }],
  ['no token', 'token', { ath: undefined }],
  ['a time long ago', 'time', { iat: 1_600_000_000 }],
  ['a time two minutes ago', 'time', { iat: seconds() - 120 }],
  ['a time to come', 'time', { iat: seconds() + 60 }],
  ['a time that is a text', 'form', { iat: `${seconds()}` }],
  ['no time', 'form', { iat: undefined }],
  ['no id', 'form', { jti: undefined }],
  ['an empty id', 'form', { jti: '' }],
  ['an id of 300 characters', 'form', { jti: 'j'.repeat(300) }],
])('refuses a proof with %s', async (_, fault, claims) => {
  await expectRefused(await client.proof(about(), claims), fault)
})

const withHeader = (header: object) => client.proof(about(), {}, header)

describe('refuses a proof', () => {
  test('of another type', async () => {
    await expectRefused(await withHeader({ typ: 'JWT' }), 'form')
    await expectRefused(await withHeader({ typ: 'at+jwt' }), 'form')
    await expectRefused(await withHeader({ typ: undefined }), 'form')
  })

  test('with a private key in it', async () => {
    const jwk: JWK = { ...client.jwk, d: client.privateKey.export({ format: 'jwk' }).d! }
    await expectRefused(await withHeader({ jwk }), 'key')
  })

  test('without a key, or with a shared one', async () => {
    await expectRefused(await withHeader({ jwk: undefined }), 'key')
    await expectRefused(await withHeader({ jwk: { kty: 'oct', k: 'AA' } }), 'key')
    await expectRefused(await withHeader({ jwk: 'x' }), 'key')
  })

  test('with a weak key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const jwk = publicKey.export({ format: 'jwk' })
    const [, claims] = (await client.proof(about())).split('.')
    const head = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'RS256', jwk }))
    const input = `${head.toString('base64url')}.${claims}`
    const signature = createSign('sha256').update(input).sign(privateKey, 'base64url')
    await expectRefused(`${input}.${signature}`, 'key')
  })

  test('of somebody else with a key of his own', async () => {
    const thief = await openDpopClient()
    await expectRefused(await thief.proof(about()), 'token')
  })

  test('of somebody else who shows the right key', async () => {
    const thief = await openDpopClient()
    await expectRefused(await thief.proof(about(), {}, { jwk: client.jwk }), 'signature')
    const good = await client.proof(about())
    await callerOf(shown(good))
    const [head] = good.split('.')
    const [, claims, signature] = (await thief.proof(about())).split('.')
    await expectRefused(`${head}.${claims}.${signature}`, 'signature')
  })

  test('with no algorithm, or a shared secret', async () => {
    const [, claims] = (await client.proof(about())).split('.')
    for (const alg of ['none', 'HS256']) {
      const head = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg, jwk: client.jwk }))
      await expectRefused(`${head.toString('base64url')}.${claims}.AAAA`, 'form')
    }
    const secret = new SignJWT({ jti: 'a', iat: seconds() }).setProtectedHeader({ alg: 'HS256' })
    await expectRefused(await secret.sign(new Uint8Array(32)), 'request')
  })

  test('beside another one', async () => {
    const [one, two] = [await client.proof(about()), await client.proof(about())]
    await expectRefused(`${one}, ${two}`, 'form')
    const headers = { authorization: `DPoP ${token}`, dpop: [one, two], host: '127.0.0.1:4000' }
    await expectRefused(undefined, 'missing', { headers })
  })

  test('of more than 4 KiB', async () => {
    await expectRefused(await client.proof(about(), { filler: 'x'.repeat(4096) }), 'form')
  })

  test('sent to an address that only the request itself names', async () => {
    const proof = await client.proof(about(), { htu: 'http://evil.example/graphql' })
    const headers = { authorization: `DPoP ${token}`, dpop: proof, host: 'evil.example' }
    await expectRefused(proof, 'place', { headers })
  })

  test.each(['//evil.example/graphql', 'http://evil.example/graphql'])(
    'for %s, asked in that form',
    async (url) => {
      const proof = await client.proof(about(), { htu: 'http://evil.example/graphql' })
      await expect(callerOf(shown(proof, { url }))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      })
    },
  )
})

test('behind a proxy the public address counts', async () => {
  const behind = buildAuthenticate({
    ...issuer,
    audience: 'gateway',
    publicUrl: 'https://api.gov.example',
  })
  const url = 'https://api.gov.example/graphql'
  const headers = (dpop: string) => ({
    authorization: `DPoP ${token}`,
    dpop,
    host: 'internal:4000',
  })
  const good = await client.proof({ token, url })
  expect((await callerOf(shown(good, { headers: headers(good) }), behind)).kind).toBe('citizen')
  const own = await client.proof(about())
  const refused = callerOf(shown(own, { headers: headers(own) }), behind)
  await expect(refused).rejects.toMatchObject({ message: PROOF_FAULTS.request })
})

test('a bound token does not open the door without its proof, whatever the scheme', async () => {
  const headers = { authorization: `Bearer ${token}`, dpop: await client.proof(about()) }
  await expect(callerOf(shown('', { headers }))).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    headers: { 'www-authenticate': expect.stringMatching(/^DPoP error="invalid_token"/) },
  })
})

describe('with nonces', () => {
  const secret = new Uint8Array(32).fill(3)
  const build = (now = Date.now) =>
    buildAuthenticate({ ...issuer, audience: 'gateway' }, { nonces: new DpopNonces(secret), now })

  test('a proof without one learns the one to use, and is taken with it', async () => {
    const strict = build()
    const refused = callerOf(shown(await client.proof(about())), strict)
    const error: unknown = await refused.catch((thrown: unknown) => thrown)
    const nonce = new DpopNonces(secret).next(Date.now())
    expect(error).toMatchObject({
      headers: {
        'www-authenticate': expect.stringMatching(/^DPoP error="use_dpop_nonce"/),
        'dpop-nonce': nonce,
      },
    })
    const again = await client.proof(about(), { nonce })
    expect((await callerOf(shown(again), strict)).kind).toBe('citizen')
  })

  test.each(['x', '', 5, ['n']])('the nonce %j is none', async (nonce) => {
    const refused = callerOf(shown(await client.proof(about(), { nonce })), build())
    await expect(refused).rejects.toMatchObject({ message: PROOF_FAULTS.nonce })
  })

  test('one of before the last period is none', () => {
    const nonces = new DpopNonces(secret)
    const now = 1_700_000_000_000
    const nonce = nonces.next(now)
    expect(nonces.isCurrent(nonce, now + 120_000)).toBe(true)
    expect(nonces.isCurrent(nonce, now + 240_000)).toBe(false)
    expect(new DpopNonces(new Uint8Array(32)).isCurrent(nonce, now)).toBe(false)
  })
})

/** What copies know together. */
function together() {
  const used = new Set<string>()
  return vi.fn<IsFirstUse>(async ({ id }) => used.size < used.add(id).size)
}

function copy(isFirstUse: IsFirstUse): Authenticate {
  return buildAuthenticate({ ...issuer, audience: 'gateway' }, { isFirstUse })
}

describe('beside other copies', () => {
  const replayed = { code: 'UNAUTHENTICATED', message: PROOF_FAULTS.replayed }

  test('a proof that another one took is refused', async () => {
    const isFirstUse = together()
    const [one, two] = [copy(isFirstUse), copy(isFirstUse)]
    const proof = await client.proof(about())
    expect((await callerOf(shown(proof), one)).subject).toBe('u1')
    await expect(callerOf(shown(proof), two)).rejects.toMatchObject(replayed)
    expect((await callerOf(shown(await client.proof(about())), two)).subject).toBe('u1')
  })

  test('they remember it longer than it is taken, also by one whose clock is behind', async () => {
    const isFirstUse = together()
    await callerOf(shown(await client.proof(about(), { jti: 'j1' })), copy(isFirstUse))
    const [{ id, issuedAtMs, keptMs }] = isFirstUse.mock.calls[0]!
    expect(id).toBe(`${client.thumbprint} j1`)
    expect(Date.now() - issuedAtMs).toBeLessThan(60_000)
    expect(keptMs).toBeGreaterThanOrEqual(60_000 + 5_000 + 25_000)
  })

  test('where nobody can tell, what was used here is refused here', async () => {
    const [one, two] = [copy(async () => undefined), copy(async () => undefined)]
    const proof = await client.proof(about())
    expect((await callerOf(shown(proof), one)).subject).toBe('u1')
    await expect(callerOf(shown(proof), one)).rejects.toMatchObject(replayed)
    expect((await callerOf(shown(proof), two)).subject).toBe('u1')
  })

  test('they are asked of nothing but signed proofs that were not used here', async () => {
    const isFirstUse = together()
    const here = copy(isFirstUse)
    const bearer = { authorization: `Bearer ${issuer.token()}` }
    for (const _ of ['cold', 'known']) await callerOf(shown('', { headers: bearer }), here)
    const stranger = await openDpopClient()
    const forged = await client.proof(about())
    const unsigned = `${forged.slice(0, forged.lastIndexOf('.'))}.${'A'.repeat(86)}`
    const late = await client.proof(about(), { iat: seconds() - 70 })
    for (const bad of [unsigned, late, await stranger.proof(about()), undefined]) {
      await expect(callerOf(shown(bad), here)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    }
    expect(isFirstUse).not.toHaveBeenCalled()
    await callerOf(shown(forged), here)
    await expect(callerOf(shown(forged), here)).rejects.toMatchObject(replayed)
    expect(isFirstUse).toHaveBeenCalledTimes(1)
  })
})

describe('what was used once', () => {
  test('is forgotten when it could not be used again', () => {
    const used = new UsedOnce({ keptMs: 1000 })
    for (let at = 0; at < 100_000; at += 100) expect(used.add(`id ${at}`, at, at)).toBe(true)
    expect(used.size).toBeLessThan(15)
  })

  test('is refused also when there was no room to remember it', () => {
    const used = new UsedOnce({ keptMs: 60_000, most: 10 })
    for (let n = 0; n < 30; n += 1) expect(used.add(`id ${n}`, 1000 + n, 1000)).toBe(true)
    expect(used.size).toBe(10)
    for (let n = 0; n < 30; n += 1) expect(used.add(`id ${n}`, 1000 + n, 1000)).toBe(false)
  })
})
