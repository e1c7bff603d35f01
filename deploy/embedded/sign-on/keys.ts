// In: a data folder, or none. Out: the signing key and the cookie keys, the same at every start with that folder, so
// that tokens and sessions outlive a restart. Never: a key that comes with the source.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { SignOnError } from './sign-on-error.ts'

const SignOnKeys = Type.Object({
  cookies: Type.Array(Type.String({ minLength: 32 }), { minItems: 1 }),
  jwk: Type.Object({
    kty: Type.Literal('RSA'),
    kid: Type.String(),
    use: Type.Literal('sig'),
    alg: Type.Literal('RS256'),
    n: Type.String(),
    e: Type.String(),
    d: Type.String(),
    p: Type.String(),
    q: Type.String(),
    dp: Type.String(),
    dq: Type.String(),
    qi: Type.String(),
  }),
})

export type SignOnKeys = Static<typeof SignOnKeys>

export async function loadKeys(dataFolder: string | undefined): Promise<SignOnKeys> {
  if (dataFolder === undefined) return createKeys()
  const file = join(dataFolder, 'sign-on-keys.json')
  const kept = await readIfThere(file)
  if (kept !== undefined) return parseKeys(kept, file)
  const keys = await createKeys()
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  // Written beside and renamed, so that a crash never leaves half a key behind.
  await writeFile(`${file}.new`, JSON.stringify(keys), { mode: 0o600 })
  await rename(`${file}.new`, file)
  return keys
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new SignOnError('DATA_UNUSABLE', `${file}: cannot be read`, cause)
  }
}

/** Throws without a cause: a parse error quotes what it read, and that is a private key. */
function parseKeys(text: string, file: string): SignOnKeys {
  const keys = parseJson(text)
  if (Value.Check(SignOnKeys, keys)) return keys
  throw new SignOnError('DATA_UNUSABLE', `${file}: is not a key file of the sign-on`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function createKeys(): Promise<SignOnKeys> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk: JWK = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return Value.Parse(SignOnKeys, {
    cookies: [randomBytes(32).toString('base64url')],
    jwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
  })
}
