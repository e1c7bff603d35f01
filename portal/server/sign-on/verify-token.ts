// Tokens of the sign-on verified, by their kind: what the bare adapter does not look at is looked at here.
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'

import { PortalError } from '../portal-error.ts'
import type { SignOnKeys } from './keys.ts'

type TokenKind = 'access' | 'id' | 'logout'

export interface VerifyOptions {
  readonly issuer: string
  readonly clientId: string
  /** Of access tokens. */
  readonly audience: string
  readonly keys: SignOnKeys
  readonly now: () => number
}

/** @throws {PortalError} TOKEN_INVALID with the claim or header that is wrong; SIGN_ON_UNAVAILABLE without keys. */
export type VerifyToken = (token: string, kind: TokenKind) => Promise<JWTPayload>

interface KindRule {
  /** `typ` of the header in lower case (RFC 9068 §2.1, Back-Channel Logout 1.0 §2.4). */
  readonly header: readonly string[]
  /** Keycloak's `typ` among the claims; others write none. */
  readonly claim: readonly string[]
  readonly required: readonly string[]
}

const KINDS: Readonly<Record<TokenKind, KindRule>> = {
  access: {
    header: ['jwt', 'at+jwt', 'application/at+jwt'],
    claim: ['Bearer', 'DPoP'],
    required: ['exp', 'iat', 'sub', 'aud'],
  },
  id: { header: ['jwt'], claim: ['ID'], required: ['exp', 'iat', 'sub', 'aud'] },
  logout: {
    header: ['jwt', 'logout+jwt', 'application/logout+jwt'],
    claim: ['Logout'],
    required: ['exp', 'iat', 'aud', 'jti', 'events'],
  },
}

/** Asymmetric only: with a shared secret, whoever can verify can sign. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
const LONGEST = 16 * 1024
const SKEW_SECONDS = 10

export function tokenVerifier(options: VerifyOptions): VerifyToken {
  const { issuer, clientId, audience, keys, now } = options
  return async (token, kind) => {
    if (token.length > LONGEST) throw new PortalError('TOKEN_INVALID', 'size')
    const rule = KINDS[kind]
    const checks: JWTVerifyOptions = {
      issuer,
      audience: kind === 'access' ? audience : clientId,
      algorithms: ALGORITHMS,
      requiredClaims: [...rule.required],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now()),
    }
    const { payload } = await jwtVerify(
      token,
      (header, input) => {
        // Without a name any key that fits would do, and a new key would be tried on old tokens.
        if (typeof header.kid !== 'string') throw new PortalError('TOKEN_INVALID', 'kid')
        if (header.crit !== undefined) throw new PortalError('TOKEN_INVALID', 'crit')
        const typ = header.typ?.toLowerCase() ?? 'jwt'
        if (!rule.header.includes(typ)) throw new PortalError('TOKEN_INVALID', 'header-typ')
        return keys.find(header, input)
      },
      checks,
    ).catch((error: unknown) => {
      throw translated(error)
    })
    checkClaims(payload, kind, clientId, now() / 1000)
    return payload
  }
}

function checkClaims(
  payload: JWTPayload,
  kind: TokenKind,
  clientId: string,
  nowSeconds: number,
): void {
  const { typ } = payload
  const isOfKind = typeof typ === 'string' && KINDS[kind].claim.includes(typ)
  if (typ !== undefined && !isOfKind) throw invalid('typ')
  if ((payload.iat ?? 0) > nowSeconds + SKEW_SECONDS) throw invalid('iat')
  checkParty(payload, kind, clientId)
}

function checkParty(payload: JWTPayload, kind: TokenKind, clientId: string): void {
  const { azp, client_id: issuedTo } = payload
  // A token that another client was given is not ours, whoever brings it (token substitution).
  const party = azp ?? (kind === 'access' ? issuedTo : undefined)
  if (party !== undefined && party !== clientId) throw invalid('azp')
  const isUnnamed = party === undefined
  if (kind === 'access' && isUnnamed) throw invalid('azp')
  if (kind === 'id' && isUnnamed && Array.isArray(payload.aud) && payload.aud.length > 1) {
    throw invalid('azp')
  }
}

function translated(error: unknown): unknown {
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(error.claim, error)
  if (error instanceof errors.JWTExpired) return invalid('exp', error)
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('alg', error)
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('key', error)
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('signature', error)
  return error instanceof errors.JOSEError ? invalid('form', error) : error
}

function invalid(reason: string, cause?: unknown): PortalError {
  return new PortalError('TOKEN_INVALID', reason, cause)
}
