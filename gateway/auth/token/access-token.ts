// What the header and the claims of an access token must say (RFC 9068 §2 and §4, Keycloak's `typ`), before its signature is
// looked at: what is not for us costs little.

import type { Compact } from './form/compact.ts'
import { isMembers, type Members } from './form/strict-json.ts'
import { isAlgorithm } from './keys/algorithms.ts'
import { refuseToken, type TokenFault } from './refusal.ts'

export interface Expected {
  readonly issuer: string
  /** Undefined: not checked. */
  readonly audience: string | undefined
  /** The longest time that a token may still live. Endings are remembered that long. */
  readonly longestMs: number
}

/** A token as it says itself; not verified. */
export interface Claimed {
  readonly claims: Members
  readonly algorithm: string
  readonly kid: string
  readonly times: Times
  readonly binding: Binding
}

interface Times {
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

/** Thumbprints of what its sender must prove to have (RFC 9449 §6.1, RFC 8705 §3.1). */
export interface Binding {
  readonly key?: string
  readonly certificate?: string
}

export const CLOCK_SKEW_MS = 5_000
const LONGEST_NAME = 256

/** Throws TokenRefusal. */
export function readAccessToken(compact: Compact, expected: Expected, nowMs: number): Claimed {
  const { header, claims } = compact
  const signing = readSigning(header)
  if (signing === undefined) throw refuseToken('header')
  if (!isAccessToken(header['typ'], claims)) throw refuseToken('kind')
  if (claims['iss'] !== expected.issuer) throw refuseToken('issuer')
  if (expected.audience !== undefined && !audienceOf(claims)?.includes(expected.audience)) {
    throw refuseToken('audience')
  }
  const times = readTimes(claims)
  const binding = readBinding(claims)
  if (times === undefined || binding === undefined) throw refuseToken('claims')
  const fault = faultOf(times, claims, nowMs + CLOCK_SKEW_MS, expected.longestMs)
  if (fault !== undefined) throw refuseToken(fault)
  return { claims, ...signing, times, binding }
}

/** Says where its key is, or has rules of its own (RFC 7515 §4.1): whoever followed it would verify what a stranger signed. */
const NOT_TAKEN = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c', 'cty', 'zip', 'enc']

/** Undefined: a header that no token and no logout token of the issuer has. */
export function readSigning(
  header: Members,
): { readonly algorithm: string; readonly kid: string } | undefined {
  const { alg, kid } = header
  if (!isAlgorithm(alg) || !isName(kid)) return undefined
  return NOT_TAKEN.some((name) => name in header) ? undefined : { algorithm: alg, kid }
}

/** `typ` of a header, without its optional beginning (RFC 7515 §4.1.9); undefined if it is none, or no text. */
export function typeOf(type: unknown): string | undefined {
  if (type === undefined) return ''
  return typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : undefined
}

/** Undefined: neither one text nor a list of texts (RFC 7519 §4.1.3). */
export function audienceOf({ aud }: Members): readonly string[] | undefined {
  const all: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return all.every((one) => typeof one === 'string') ? all : undefined
}

/** ID, refresh and logout tokens are signed by the same keys and must not open the door. */
function isAccessToken(headerType: unknown, claims: Members): boolean {
  const { typ, events } = claims
  if (events !== undefined) return false
  const isNamed = typ === 'Bearer' || typ === 'DPoP'
  const type = typeOf(headerType)
  if (type === 'at+jwt') return typ === undefined || isNamed
  return (type === 'jwt' || type === '') && isNamed
}

/** Seconds since 1970, whole ones as both engines write them. */
export function isMoment(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function readTimes({ iat, exp, nbf = 0 }: Members): Times | undefined {
  if (!isMoment(iat) || !isMoment(exp) || !isMoment(nbf)) return undefined
  return { issuedAtMs: iat * 1000, expiresAtMs: exp * 1000 }
}

function faultOf(
  { issuedAtMs, expiresAtMs }: Times,
  { nbf }: Members,
  latestMs: number,
  longestMs: number,
): TokenFault | undefined {
  if (expiresAtMs + 2 * CLOCK_SKEW_MS <= latestMs) return 'expired'
  if (issuedAtMs > latestMs || Number(nbf ?? 0) * 1000 > latestMs) return 'early'
  return expiresAtMs > latestMs + longestMs ? 'long' : undefined
}

/**
 * Members that are not understood are passed over (RFC 7800 §3.1; Keycloak has `kc-jkt-type`), but a token of which no
 * binding is understood is not taken as if it had none.
 */
function readBinding({ cnf, typ }: Members): Binding | undefined {
  if (cnf === undefined) return typ === 'DPoP' ? undefined : {}
  const binding: Record<string, string> = {}
  for (const [name, thumbprint] of Object.entries(isMembers(cnf) ? cnf : {})) {
    const bound = BINDINGS.get(name)
    if (bound === undefined) continue
    if (!isName(thumbprint)) return undefined
    binding[bound] = thumbprint
  }
  if (typ === 'DPoP' && binding['key'] === undefined) return undefined
  return Object.keys(binding).length > 0 ? binding : undefined
}

const BINDINGS: ReadonlyMap<string, keyof Binding> = new Map([
  ['jkt', 'key'],
  ['x5t#S256', 'certificate'],
])

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME
}
