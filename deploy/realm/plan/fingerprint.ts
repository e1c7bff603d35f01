// How a secret is known again without being kept: salted and slow to guess (scrypt, RFC 7914).
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

/** 16 MiB and some 40 ms a guess. */
const COST = 2 ** 14
const BYTES = 16

/** `s1$SALT$HASH`, both base64url. */
export function fingerprintOf(secret: string, salt = randomBytes(BYTES)): string {
  const hash = scryptSync(secret, salt, BYTES, { N: COST })
  return `s1$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

export function isOf(fingerprint: string, secret: string): boolean {
  const [version, salt, hash] = fingerprint.split('$')
  if (version !== 's1' || salt === undefined || hash === undefined) return false
  const known = Buffer.from(hash, 'base64url')
  const computed = scryptSync(secret, Buffer.from(salt, 'base64url'), BYTES, { N: COST })
  return known.length === computed.length && timingSafeEqual(known, computed)
}
