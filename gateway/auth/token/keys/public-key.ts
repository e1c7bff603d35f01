// A JSON Web Key (RFC 7517) in, a key that verifies out. In a key set of an issuer, or in a DPoP proof, where anybody may have
// written it. Never a private part, a shared secret, or a key too weak or too dear to verify with.

import { createPublicKey, hash, type KeyObject } from 'node:crypto'

import { isCanonical } from '../form/compact.ts'
import { isMembers, type Members } from '../form/strict-json.ts'
import { algorithmsFor } from './algorithms.ts'

export interface PublicKey {
  readonly key: KeyObject
  /** What it may have signed with. */
  readonly algorithms: readonly string[]
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
}

const LEAST_RSA_BITS = 2048
/** Verifying costs the square of it. */
const MOST_RSA_BITS = 8192
const MOST_EXPONENT = 2n ** 32n

/** RFC 7518 §6.2.2, §6.3.2 and §6.4: a key that shows one of these is nobody's secret any more. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Required members, in the order of RFC 7638 §3.2. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
}

/** Undefined: not a key that is taken. */
export function readPublicKey(jwk: unknown): PublicKey | undefined {
  if (!isMembers(jwk) || PRIVATE.some((name) => name in jwk)) return undefined
  const required = requiredOf(jwk)
  const algorithms = algorithmsOf(jwk)
  if (required === undefined || algorithms.length === 0 || !isForSignatures(jwk)) return undefined
  const key = keyOf(required)
  if (key === undefined || !isStrong(key)) return undefined
  return { key, algorithms, thumbprint: hash('sha256', JSON.stringify(required), 'base64url') }
}

function requiredOf(jwk: Members): Readonly<Record<string, string>> | undefined {
  const names = REQUIRED[String(jwk['kty'])]
  if (names === undefined) return undefined
  const required: Record<string, string> = {}
  for (const name of names) {
    const value = jwk[name]
    if (typeof value !== 'string') return undefined
    // Another spelling of the same number would have another thumbprint.
    if (name !== 'kty' && name !== 'crv' && !isCanonical(value)) return undefined
    required[name] = value
  }
  return required
}

function algorithmsOf(jwk: Members): readonly string[] {
  const type = jwk['kty'] === 'RSA' ? 'RSA' : `${String(jwk['kty'])} ${String(jwk['crv'])}`
  const all = algorithmsFor(type)
  const { alg } = jwk
  return alg === undefined ? all : all.filter((name) => name === alg)
}

function isForSignatures({ use, key_ops: operations }: Members): boolean {
  if (use !== undefined && use !== 'sig') return false
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}

function keyOf(required: Readonly<Record<string, string>>): KeyObject | undefined {
  try {
    return createPublicKey({ key: required, format: 'jwk' })
  } catch {
    return undefined
  }
}

function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < LEAST_RSA_BITS || modulusLength > MOST_RSA_BITS) return false
  return publicExponent >= 3n && publicExponent <= MOST_EXPONENT && publicExponent % 2n === 1n
}
