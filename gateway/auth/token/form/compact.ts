// The three parts of a signed JWT in its compact form (RFC 7515 §3.1), decoded and parsed, nothing of it verified.

import { type Members, parseStrict } from './strict-json.ts'

export interface Compact {
  readonly header: Members
  readonly claims: Members
  /** All of it, as it came. */
  readonly jws: string
}

/** Undefined: no such form. Five parts (JWE) and an empty signature are none. */
export function readCompact(jws: string): Compact | undefined {
  const parts = jws.split('.')
  const [first = '', second = '', third = ''] = parts
  if (parts.length !== 3 || third === '') return undefined
  if (!isCanonical(first) || !isCanonical(second) || !isCanonical(third)) return undefined
  const header = parseStrict(Buffer.from(first, 'base64url'))
  const claims = parseStrict(Buffer.from(second, 'base64url'))
  return header && claims && { header, claims, jws }
}

/** Base64url without padding, of which each value has one spelling only (RFC 4648 §3.5, §5). */
export function isCanonical(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text
}
