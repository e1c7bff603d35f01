// What the sign-on signs tokens with: keys of these kinds, made here. Never: a key that comes with the source, or from
// somebody else.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** What tokens may be signed with, as in the realm's key providers. The first is the usual one. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

const Common = {
  kid: Type.String(),
  use: Type.Literal('sig'),
  d: Type.String(),
}
export const RsaKey = Type.Object({
  ...Common,
  kty: Type.Literal('RSA'),
  alg: Type.Union([Type.Literal('RS256'), Type.Literal('PS256')]),
  n: Type.String(),
  e: Type.String(),
  p: Type.String(),
  q: Type.String(),
  dp: Type.String(),
  dq: Type.String(),
  qi: Type.String(),
})
const EcKey = Type.Object({
  ...Common,
  kty: Type.Literal('EC'),
  alg: Type.Literal('ES256'),
  crv: Type.Literal('P-256'),
  x: Type.String(),
  y: Type.String(),
})
const OkpKey = Type.Object({
  ...Common,
  kty: Type.Literal('OKP'),
  alg: Type.Literal('EdDSA'),
  crv: Type.Literal('Ed25519'),
  x: Type.String(),
})
export const SigningKey = Type.Union([RsaKey, EcKey, OkpKey])
export type SigningKey = Static<typeof SigningKey>

export async function createKey(alg: Algorithm): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return Value.Parse(SigningKey, { ...jwk, kid, use: 'sig', alg })
}

/** What others may know of a key. */
export function publicPart(key: SigningKey): JWK {
  const { kid, kty, alg, use } = key
  const named = { kid, kty, alg, use }
  if (key.kty === 'RSA') return { ...named, n: key.n, e: key.e }
  if (key.kty === 'EC') return { ...named, crv: key.crv, x: key.x, y: key.y }
  return { ...named, crv: key.crv, x: key.x }
}

/** The wanted one, if it is one of ours; else the first. */
export function algorithmOf(...wanted: readonly (string | undefined)[]): Algorithm {
  const known = wanted.map((name) => ALGORITHMS.find((algorithm) => algorithm === name))
  return known.find((algorithm) => algorithm !== undefined) ?? ALGORITHMS[0]
}
