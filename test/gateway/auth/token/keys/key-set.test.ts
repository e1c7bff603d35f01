import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { ServerResponse } from 'node:http'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type Authenticate, buildAuthenticate } from '../../../../../gateway/auth/authenticate.ts'
import { readPublicKey } from '../../../../../gateway/auth/token/keys/public-key.ts'
import type { Caller } from '../../../../../schema/caller.ts'
import { newKey, openTokenIssuer, toJwk, type TokenIssuer } from '../../../support/token-issuer.ts'

let issuer: TokenIssuer
let at: number
let build: () => Authenticate
beforeEach(async () => {
  issuer = await openTokenIssuer()
  at = Date.now()
  build = () => buildAuthenticate({ ...issuer, audience: undefined }, { now: () => at })
})
afterEach(() => issuer.close())

async function ask(authenticate: Authenticate, token: string): Promise<Caller> {
  return authenticate({ headers: { authorization: `Bearer ${token}` } })
}

const long = { exp: Math.floor(Date.now() / 1000) + 36_000 }
const only = (...names: string[]) => names.map((name) => toJwk(issuer.keys[name]!))

test('reads once for many tokens that come at the same time', async () => {
  const authenticate = build()
  const tokens = Array.from({ length: 50 }, (_, n) => issuer.token({ sub: `u${n}` }))
  await Promise.all(tokens.map((token) => ask(authenticate, token)))
  expect(issuer.reads()).toBe(1)
})

test('reads once a second at most, whatever keys tokens name', async () => {
  const authenticate = build()
  await ask(authenticate, issuer.token())
  const storm = Array.from({ length: 200 }, (_, n) =>
    ask(authenticate, issuer.token({}, { kid: `junk ${n}` })),
  )
  const results = await Promise.allSettled(storm)
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(issuer.reads()).toBe(2)
})

test('a few hundred wait for a key at most, the others are told to come again', async () => {
  const authenticate = build()
  await ask(authenticate, issuer.token())
  const storm = Array.from({ length: 300 }, (_, n) =>
    ask(authenticate, issuer.token({}, { kid: `junk ${n}` })).catch((error: unknown) =>
      Reflect.get(Object(error), 'code'),
    ),
  )
  const codes = await Promise.all(storm)
  expect(codes.filter((code) => code === 'SYSTEM_BUSY')).toHaveLength(300 - 256)
})

test('a token of a new key is taken in the midst of such a storm', async () => {
  const authenticate = build()
  await ask(authenticate, issuer.token())
  const storm = Promise.allSettled(
    Array.from({ length: 100 }, (_, n) =>
      ask(authenticate, issuer.token({}, { kid: `junk ${n}` })),
    ),
  )
  const rotated = newKey('RS256', 'rotated')
  issuer.publish([...only('RS256'), toJwk(rotated)])
  expect((await ask(authenticate, issuer.token({}, {}, rotated))).kind).toBe('citizen')
  await storm
  expect(issuer.reads()).toBe(2)
})

test('a key that is withdrawn ends the tokens that are known by it within two minutes', async () => {
  const authenticate = build()
  const token = issuer.token(long)
  await ask(authenticate, token)
  issuer.publish(only('ES256'))
  at += 121_000
  await expect(ask(authenticate, token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(issuer.reads()).toBe(2)
})

test('with traffic it ends them after one minute, without anybody waiting', async () => {
  const authenticate = build()
  const token = issuer.token(long)
  await ask(authenticate, token)
  issuer.publish(only('ES256'))
  at += 61_000
  expect(await ask(authenticate, token)).toMatchObject({ kind: 'citizen' })
  await expect
    .poll(() =>
      ask(authenticate, token).catch((error: unknown) => Reflect.get(Object(error), 'code')),
    )
    .toBe('UNAUTHENTICATED')
})

test('another key under the same name ends the tokens of the first', async () => {
  const authenticate = build()
  const token = issuer.token(long)
  await ask(authenticate, token)
  issuer.publish([toJwk(newKey('RS256', 'key-RS256'))])
  at += 121_000
  await expect(ask(authenticate, token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('keys are believed for an hour while the issuer cannot be asked, and no longer', async () => {
  const authenticate = build()
  const token = issuer.token(long)
  await ask(authenticate, token)
  issuer.answer((response) => response.writeHead(500).end())
  at += 3_000_000
  expect(await ask(authenticate, token)).toMatchObject({ kind: 'citizen' })
  expect(await ask(authenticate, issuer.token(long))).toMatchObject({ kind: 'citizen' })
  at += 700_000
  await expect(ask(authenticate, token)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
})

test('a clock that is set back makes no key older', async () => {
  const authenticate = build()
  const token = issuer.token(long)
  await ask(authenticate, token)
  at -= 3_600
  await ask(authenticate, token)
  expect(issuer.reads()).toBe(2)
})

test('an issuer that does not answer is asked once a second at most', async () => {
  issuer.answer((response) => response.destroy())
  const authenticate = build()
  for (const _ of [1, 2, 3, 4, 5]) {
    await expect(ask(authenticate, issuer.token())).rejects.toMatchObject({
      code: 'SYSTEM_UNAVAILABLE',
    })
  }
  expect(issuer.reads()).toBe(1)
})

const keySet = () => JSON.stringify({ keys: only('RS256') })

test.each<[string, (response: ServerResponse) => void]>([
  ['leads elsewhere', (response) => response.writeHead(302, { location: '/other' }).end()],
  ['is larger than 256 KiB', (response) => response.end(keySet().padEnd(300_000))],
  ['has an error status', (response) => response.writeHead(404).end(keySet())],
  ['is no JSON', (response) => response.end('<html>')],
  ['says something twice', (response) => response.end(`{"keys":[],${keySet().slice(1)}`)],
  ['has no keys', (response) => response.end('{"keys":[]}')],
  ['is a list', (response) => response.end('[]')],
  ['has too many keys', (response) => response.end(JSON.stringify({ keys: manyKeys() }))],
])('a key set that %s is none', async (_, how) => {
  issuer.answer(how)
  await expect(ask(build(), issuer.token())).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
})

function manyKeys(): readonly object[] {
  return Array.from({ length: 101 }, (_, n) => ({ ...only('RS256')[0], kid: `${n}` }))
}

test('of two keys with one name none counts', async () => {
  issuer.publish([...only('RS256', 'ES256'), toJwk(newKey('RS256', 'key-RS256'))])
  const authenticate = build()
  await expect(ask(authenticate, issuer.token())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await ask(authenticate, issuer.token({}, {}, issuer.keys['ES256']))).toMatchObject({
    kind: 'citizen',
  })
})

const of = ({ publicKey }: { publicKey: KeyObject }) => publicKey.export({ format: 'jwk' })

describe('a key is passed over that', () => {
  const good = newKey('RS256', 'k')
  const jwk = toJwk(good)

  test.each<[string, object]>([
    ['is for encryption', { ...jwk, use: 'enc' }],
    ['may only sign', { ...jwk, use: undefined, key_ops: ['sign'] }],
    ['shows its private part', { ...jwk, d: 'AQAB' }],
    ['is a shared secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'k' }],
    ['has 1024 bits', of(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
    ['has an algorithm of another type', { ...jwk, alg: 'ES256' }],
    ['has an algorithm for encryption', { ...jwk, alg: 'RSA-OAEP' }],
    ['is on a curve that is not taken', { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }],
    ['is not on its curve', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }],
    ['is another spelling of itself', { ...jwk, e: 'AQAB=' }],
    ['lacks a member', { kty: 'RSA', e: 'AQAB' }],
    ['is X25519', { kty: 'OKP', crv: 'X25519', x: 'AA' }],
    ['is Ed448', of(generateKeyPairSync('ed448'))],
  ])('%s', (_, key) => {
    expect(readPublicKey(key)).toBeUndefined()
  })

  test('but not a good one', () => {
    expect(readPublicKey(jwk)?.algorithms).toEqual(['RS256'])
    expect(readPublicKey({ ...jwk, alg: undefined })?.algorithms).toHaveLength(6)
  })
})
