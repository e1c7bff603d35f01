// In: a data folder, or none. Out: the signing keys and the cookie keys, the same at every start with that folder, so
// that tokens and sessions outlive a restart. Never: a key that comes with the source.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { parseJson } from '../parse-json.ts'
import { SignOnError } from '../sign-on-error.ts'

/** What tokens may be signed with, as in the realm's key providers. The first is the usual one. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

const Common = {
  kid: Type.String(),
  use: Type.Literal('sig'),
  d: Type.String(),
}
const Rsa = Type.Object({
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
const Ec = Type.Object({
  ...Common,
  kty: Type.Literal('EC'),
  alg: Type.Literal('ES256'),
  crv: Type.Literal('P-256'),
  x: Type.String(),
  y: Type.String(),
})
const Okp = Type.Object({
  ...Common,
  kty: Type.Literal('OKP'),
  alg: Type.Literal('EdDSA'),
  crv: Type.Literal('Ed25519'),
  x: Type.String(),
})
const SigningKey = Type.Union([Rsa, Ec, Okp])

const SignOnKeys = Type.Object({
  cookies: Type.Array(Type.String({ minLength: 32 }), { minItems: 1 }),
  signing: Type.Array(SigningKey, { minItems: ALGORITHMS.length }),
})
/** Before there were several algorithms. */
const FirstKeys = Type.Object({ cookies: SignOnKeys.properties.cookies, jwk: Rsa })

type SigningKey = Static<typeof SigningKey>
export type SignOnKeys = Static<typeof SignOnKeys>

export async function loadKeys(dataFolder: string | undefined): Promise<SignOnKeys> {
  if (dataFolder === undefined) return createKeys()
  const file = join(dataFolder, 'sign-on-keys.json')
  const kept = await readIfThere(file)
  const { keys, complete } = kept === undefined ? nothing : await parseKeys(kept, file)
  if (keys !== undefined && complete) return keys
  const whole = keys ?? (await createKeys())
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  // Written beside and renamed, so that a crash never leaves half a key behind.
  await writeFile(`${file}.new`, JSON.stringify(whole), { mode: 0o600 })
  await rename(`${file}.new`, file)
  return whole
}

/** What others may know of the keys. */
export function publicKeys({ signing }: SignOnKeys): JWK[] {
  return signing.map((key) => {
    const { kid, kty, alg, use } = key
    const named = { kid, kty, alg, use }
    if (key.kty === 'RSA') return { ...named, n: key.n, e: key.e }
    if (key.kty === 'EC') return { ...named, crv: key.crv, x: key.x, y: key.y }
    return { ...named, crv: key.crv, x: key.x }
  })
}

/** The wanted one, if it is one of ours; else the first. */
export function algorithmOf(...wanted: readonly (string | undefined)[]): Algorithm {
  const known = wanted.map((name) => ALGORITHMS.find((algorithm) => algorithm === name))
  return known.find((algorithm) => algorithm !== undefined) ?? ALGORITHMS[0]
}

const nothing = { keys: undefined, complete: false }

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new SignOnError('DATA_UNUSABLE', `${file}: cannot be read`, cause)
  }
}

/** Throws without a cause: a parse error quotes what it read, and that is a private key. */
async function parseKeys(
  text: string,
  file: string,
): Promise<{ keys: SignOnKeys; complete: boolean }> {
  const keys = parseJson(text)
  if (Value.Check(SignOnKeys, keys)) return { keys, complete: true }
  if (Value.Check(FirstKeys, keys)) {
    const others = await Promise.all(ALGORITHMS.slice(1).map(createKey))
    return { keys: { cookies: keys.cookies, signing: [keys.jwk, ...others] }, complete: false }
  }
  throw new SignOnError('DATA_UNUSABLE', `${file}: is not a key file of the sign-on`)
}

async function createKeys(): Promise<SignOnKeys> {
  return {
    cookies: [randomBytes(32).toString('base64url')],
    signing: await Promise.all(ALGORITHMS.map(createKey)),
  }
}

async function createKey(alg: Algorithm): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return Value.Parse(SigningKey, { ...jwk, kid, use: 'sig', alg })
}
