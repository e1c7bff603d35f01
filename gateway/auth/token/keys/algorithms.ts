// The signature algorithms that are taken (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2), and the key that each needs. No `none`
// and no shared secret: only signatures of which the gateway knows no private part. jose verifies them.

import type { KeyObject } from 'node:crypto'

import { compactVerify } from 'jose'

/** `kty` of the key, and `crv` where there is one. */
const KEYS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    RS256: 'RSA',
    RS384: 'RSA',
    RS512: 'RSA',
    PS256: 'RSA',
    PS384: 'RSA',
    PS512: 'RSA',
    ES256: 'EC P-256',
    ES384: 'EC P-384',
    ES512: 'EC P-521',
    EdDSA: 'OKP Ed25519',
    Ed25519: 'OKP Ed25519',
  }),
)

/** Those that a key of this type, and of this curve, can sign with. */
export function algorithmsFor(keyType: string): readonly string[] {
  return [...KEYS].flatMap(([name, key]) => (key === keyType ? [name] : []))
}

export function isAlgorithm(name: unknown): name is string {
  return typeof name === 'string' && KEYS.has(name)
}

/** `jws`: compact, as it came (RFC 7515 §5.2). The key must be one for the algorithm, and jose is told to take no other. */
export async function isSigned(algorithm: string, key: KeyObject, jws: string): Promise<boolean> {
  try {
    await compactVerify(jws, key, { algorithms: [algorithm] })
    return true
  } catch {
    // Whatever a stranger's key or signature makes it throw, it is not a signature.
    return false
  }
}
