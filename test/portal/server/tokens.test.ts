import { CompactSign, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callSignOn } from '../../../portal/server/sign-on/call-sign-on.ts'
import { SignOnKeys } from '../../../portal/server/sign-on/keys.ts'
import { MetadataSource } from '../../../portal/server/sign-on/metadata.ts'
import { tokenVerifier, type VerifyToken } from '../../../portal/server/sign-on/verify-token.ts'
import { IssuerDouble, makeKey } from '../support/issuer-double.ts'

let issuer: IssuerDouble
let verify: VerifyToken
let keys: SignOnKeys
let metadata: MetadataSource
let now = Date.now()
const clock = () => now
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

beforeAll(async () => {
  issuer = await IssuerDouble.start()
  const call = callSignOn(1_000)
  const where = { issuer: issuer.issuer, signOn: issuer.issuer, now: clock }
  metadata = new MetadataSource(where, call)
  keys = new SignOnKeys({ metadata, call, cooldownMs: 50, now: clock })
  const audience = 'gateway'
  verify = tokenVerifier({ issuer: issuer.issuer, clientId: 'portal', audience, keys, now: clock })
})
afterAll(() => issuer.close())

const seconds = () => Math.floor(now / 1000)
const claims = () => ({
  iss: issuer.issuer,
  aud: 'gateway',
  azp: 'portal',
  sub: 'x',
  iat: seconds(),
  exp: seconds() + 60,
})

describe('an access token', () => {
  it.each(['JWT', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined])(
    'is taken with the header type %s',
    async (typ) => {
      const token = await issuer.sign(claims(), { typ })
      expect((await verify(token, 'access')).sub).toBe('x')
    },
  )

  it('is taken from a client that is named by client_id (RFC 9068)', async () => {
    const token = await issuer.sign({ ...claims(), azp: undefined, client_id: 'portal' })
    expect((await verify(token, 'access')).sub).toBe('x')
  })

  const headers: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['of a proof', { typ: 'dpop+jwt' }, 'header-typ'],
    ['of a logout token', { typ: 'logout+jwt' }, 'header-typ'],
    ['without a key’s name', { kid: undefined }, 'kid'],
    ['with something critical that is legal', { crit: ['b64'], b64: true }, 'crit'],
    ['with a key of its own', { kid: 'mine', jwk: { kty: 'RSA' } }, 'key'],
  ]
  it.each(headers)('is refused with a header %s', async (_title, header, reason) => {
    const [key] = issuer.keys
    const all = { typ: 'JWT', alg: 'RS256', kid: key!.kid, ...header }
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims())))
      .setProtectedHeader(all)
      .sign(key!.privateKey)
    await expect(verify(token, 'access')).rejects.toMatchObject({ code: 'TOKEN_INVALID', reason })
  })

  it('is refused unsigned, or signed with what everybody knows', async () => {
    const [key] = issuer.keys
    const none = `${part({ alg: 'none', kid: key!.kid })}.${part(claims())}.`
    const secret = new TextEncoder().encode(JSON.stringify(key!.jwk))
    const confused = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: key!.kid })
      .sign(secret)
    for (const token of [none, confused]) {
      await expect(verify(token, 'access')).rejects.toMatchObject({ reason: 'alg' })
    }
  })

  it('is refused when it is too long to be looked at', async () => {
    const token = await issuer.sign({ ...claims(), more: 'x'.repeat(16_000) })
    await expect(verify(token, 'access')).rejects.toMatchObject({ reason: 'size' })
  })

  it.each(['', 'x', 'a.b', 'a.b.c', '....', '{}'])('is refused when it is %j', async (token) => {
    await expect(verify(token, 'access')).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })

  it('is good for some seconds of another clock, and no more', async () => {
    const late = await issuer.sign({ ...claims(), exp: seconds() - 8 })
    await expect(verify(late, 'access')).resolves.toBeDefined()
    const over = await issuer.sign({ ...claims(), exp: seconds() - 12 })
    await expect(verify(over, 'access')).rejects.toMatchObject({ reason: 'exp' })
  })
})

describe('the keys of the sign-on', () => {
  it('are fetched once however many ask first', async () => {
    const call = callSignOn(1_000)
    const fresh = new SignOnKeys({ metadata, call, cooldownMs: 50, now: clock })
    const before = issuer.count('/certs')
    const token = await issuer.sign(claims())
    const audience = 'gateway'
    const options = { issuer: issuer.issuer, clientId: 'portal', audience, keys: fresh }
    const check = tokenVerifier({ ...options, now: clock })
    await Promise.all(Array.from({ length: 50 }, () => check(token, 'access')))
    expect(issuer.count('/certs')).toBe(before + 1)
  })

  it('are found when they are new, and kept when the sign-on is away', async () => {
    issuer.keys.unshift(await makeKey('PS256'))
    const token = await issuer.sign(claims())
    await expect(verify(token, 'access')).resolves.toBeDefined()
    const path = '/realms/gov/protocol/openid-connect/nowhere'
    issuer.metadata = { jwks_uri: `${new URL(issuer.issuer).origin}${path}` }
    now += 3_600_000
    await expect(verify(await issuer.sign(claims()), 'access')).resolves.toBeDefined()
    issuer.metadata = { issuer: 'http://evil.example' }
    now += 3_600_000
    await expect(verify(await issuer.sign(claims()), 'access')).resolves.toBeDefined()
    issuer.metadata = {}
  })
})
