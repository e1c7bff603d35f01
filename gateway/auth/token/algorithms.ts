// The signature algorithms that are taken (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2), each with all that must be known of
// it. No `none` and no shared secret: only signatures of which the gateway knows no private part.

import { constants, type KeyObject, verify } from 'node:crypto'

interface Algorithm {
  /** Of the key: `kty`, and `crv` where there is one. */
  readonly key: string
  /** Null: the algorithm hashes by itself. */
  readonly hash: string | null
  /** RSASSA-PSS, with a salt as long as the hash (RFC 7518 §3.5). */
  readonly saltLength?: number
  /** Where it is always the same. */
  readonly signatureBytes?: number
}

const TABLE: ReadonlyMap<string, Algorithm> = new Map(
  Object.entries({
    RS256: { key: 'RSA', hash: 'sha256' },
    RS384: { key: 'RSA', hash: 'sha384' },
    RS512: { key: 'RSA', hash: 'sha512' },
    PS256: { key: 'RSA', hash: 'sha256', saltLength: 32 },
    PS384: { key: 'RSA', hash: 'sha384', saltLength: 48 },
    PS512: { key: 'RSA', hash: 'sha512', saltLength: 64 },
    ES256: { key: 'EC P-256', hash: 'sha256', signatureBytes: 64 },
    ES384: { key: 'EC P-384', hash: 'sha384', signatureBytes: 96 },
    ES512: { key: 'EC P-521', hash: 'sha512', signatureBytes: 132 },
    EdDSA: { key: 'OKP Ed25519', hash: null, signatureBytes: 64 },
    Ed25519: { key: 'OKP Ed25519', hash: null, signatureBytes: 64 },
  } satisfies Record<string, Algorithm>),
)

/** Those that a key of this type, and of this curve, can sign with. */
export function algorithmsFor(keyType: string): readonly string[] {
  return [...TABLE].flatMap(([name, { key }]) => (key === keyType ? [name] : []))
}

export function isAlgorithm(name: unknown): name is string {
  return typeof name === 'string' && TABLE.has(name)
}

/** `signed` is the signing input, ASCII (RFC 7515 §5.2). The key must be one for the algorithm. */
export function isSigned(
  algorithm: string,
  key: KeyObject,
  signed: string,
  signature: Uint8Array,
): boolean {
  const row = TABLE.get(algorithm)
  if (row === undefined) return false
  const { hash, saltLength, signatureBytes = signature.length } = row
  if (signature.length !== signatureBytes) return false
  try {
    return verify(hash, Buffer.from(signed, 'latin1'), withPadding(key, saltLength), signature)
  } catch {
    return false
  }
}

function withPadding(key: KeyObject, saltLength: number | undefined) {
  if (saltLength !== undefined) return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
  return { key, dsaEncoding: 'ieee-p1363' as const }
}
