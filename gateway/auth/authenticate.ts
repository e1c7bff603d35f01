// An Authorization header in, the caller out. Verifies JWT access tokens (RFC 9068, and Keycloak's `typ: Bearer`) against
// the keys of one issuer. Never opens a session, never asks the issuer about a token.

import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'

import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import { CallerError, SystemError } from '../../schema/errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { callerOf } from './caller-of.ts'

export interface SignOn {
  readonly issuer: string
  readonly audience: string | undefined
  /** The issuer's key set (RFC 7517 §5). */
  readonly keysUrl: string
}

/**
 * At once for nobody and for a token that is known. Throws or rejects with CallerError UNAUTHENTICATED for a bad token,
 * SystemError if the issuer's keys cannot be read.
 */
export type Authenticate = (authorization: string | undefined) => Caller | Promise<Caller>

/** No `none`, no shared secret: only signatures of which the gateway knows no private part. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
const LONGEST_TOKEN = 8192
const REMEMBERED = 2000
const CLOCK_SKEW_S = 5
const KEY_TIMEOUT_MS = 3000
const KEY_COOLDOWN_MS = 10_000

interface Remembered {
  readonly caller: Caller
  readonly expiresAtMs: number
}

export function buildAuthenticate(signOn: SignOn, now: () => number = Date.now): Authenticate {
  const keys = createRemoteJWKSet(new URL(signOn.keysUrl), {
    timeoutDuration: KEY_TIMEOUT_MS,
    cooldownDuration: KEY_COOLDOWN_MS,
  })
  const known = new BoundedCache<string, Remembered>(REMEMBERED)
  // A page asks several things at once with a token that is new here: one check, and one caller.
  const underway = new Map<string, Promise<Caller>>()
  const check = async (token: string): Promise<Caller> => {
    try {
      const claims = await verify(token, keys, signOn, new Date(now()))
      const caller = callerOf(claims, signOn.audience)
      known.set(token, { caller, expiresAtMs: (claims.exp ?? 0) * 1000 })
      return caller
    } finally {
      underway.delete(token)
    }
  }
  return (authorization) => {
    if (authorization === undefined) return ANONYMOUS
    const token = tokenOf(authorization)
    const remembered = known.get(token)
    if (remembered !== undefined && remembered.expiresAtMs > now()) return remembered.caller
    const checking = underway.get(token) ?? check(token)
    underway.set(token, checking)
    return checking
  }
}

function tokenOf(authorization: string): string {
  const token = /^Bearer +(?<token>[\w.~+/-]+=*)$/i.exec(authorization)?.groups?.['token']
  if (token === undefined || token.length > LONGEST_TOKEN) {
    throw new CallerError('UNAUTHENTICATED', 'Expected a bearer token of at most 8 KiB.')
  }
  return token
}

async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience }: SignOn,
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, withKid(keys), {
      issuer,
      ...(audience === undefined ? {} : { audience }),
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_SKEW_S,
      currentDate,
    })
    if (isAccessToken(protectedHeader, payload)) return payload
  } catch (error) {
    throw refusalOf(error)
  }
  throw new CallerError('UNAUTHENTICATED', 'This is not an access token.')
}

/** A token without a key id would be tried against whatever key fits. */
function withKid(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return (header, token) => {
    if (header.kid === undefined) throw new errors.JWSInvalid('no key id')
    return keys(header, token)
  }
}

/** An ID token is signed by the same keys and must not open the door. */
function isAccessToken(header: ProtectedHeaderParameters, claims: JWTPayload): boolean {
  const type = header['typ']
  const named = typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : ''
  return named === 'at+jwt' || claims['typ'] === 'Bearer'
}

/** A key set that cannot be read is our trouble; whatever jose says of the token is the caller's. */
function refusalOf(cause: unknown): CallerError | SystemError {
  const unreadable =
    !(cause instanceof errors.JOSEError) ||
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    cause.code === 'ERR_JOSE_GENERIC'
  if (unreadable) return new SystemError('SYSTEM_UNAVAILABLE', 'sign-on', { cause })
  const text =
    cause instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.'
  return new CallerError('UNAUTHENTICATED', text, { cause, detail: { reason: cause.code } })
}
