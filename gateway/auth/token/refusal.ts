// Why a token, or the proof that comes with it, is refused: what its sender is told, and the challenge that goes with it
// (RFC 6750 §3, RFC 9449 §7.1). Never the token, nor anything that stands in it.

import { CallerError } from '../../../schema/errors.ts'

/** `invalid_token` of both schemes; the others are of DPoP only. */
type Challenge = 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce'

export type Scheme = 'Bearer' | 'DPoP'

export const TOKEN_FAULTS = {
  form: 'Expected "Bearer" or "DPoP" and one signed JWT of at most 8 KiB.',
  header: 'The header of the token is not one that is taken here.',
  claims: 'The claims of the token are not well formed.',
  issuer: 'The token is of another issuer.',
  audience: 'The token is not meant for this gateway.',
  expired: 'The token has expired.',
  early: 'The token is not valid yet.',
  long: 'The token lasts longer than is allowed.',
  kind: 'This is not an access token.',
  key: 'The token is not signed with a key of its issuer.',
  signature: 'The signature of the token is wrong.',
  ended: 'The session of this token has ended.',
  bound: 'The token is bound to a key: send it with "DPoP" and a proof.',
  unbound: 'The token is bound to no key: send it with "Bearer".',
  certificate: 'The token is bound to a client certificate that this connection does not have.',
} as const

export type TokenFault = keyof typeof TOKEN_FAULTS

export const PROOF_FAULTS = {
  missing: 'One DPoP proof is needed.',
  form: 'The DPoP proof is not a signed JWT of its kind.',
  key: 'The key of the DPoP proof is not one that is taken here.',
  request: 'The DPoP proof is for another request.',
  place: 'This gateway does not know its public address, so no DPoP proof can name it.',
  time: 'The DPoP proof is too old, or of the future.',
  token: 'The DPoP proof is for another token or of another key.',
  signature: 'The signature of the DPoP proof is wrong.',
  replayed: 'The DPoP proof was used before.',
  nonce: 'The DPoP proof needs the nonce of this gateway.',
} as const

export type ProofFault = keyof typeof PROOF_FAULTS

/** What a proof may be signed with (RFC 9449 §4.3); the same as a token. */
const ALGS = 'ES256 ES384 ES512 EdDSA Ed25519 PS256 PS384 PS512 RS256 RS384 RS512'

export class TokenRefusal extends CallerError {
  /** Response headers. */
  readonly headers: Readonly<Record<string, string>>

  constructor(message: string, reason: string, headers: Readonly<Record<string, string>>) {
    super('UNAUTHENTICATED', message, { detail: { reason } })
    this.headers = headers
  }
}

export function refuseToken(fault: TokenFault, scheme: Scheme = 'Bearer'): TokenRefusal {
  const headers = { 'www-authenticate': challenge(scheme, 'invalid_token') }
  return new TokenRefusal(TOKEN_FAULTS[fault], `token-${fault}`, headers)
}

/** `nonce` is what the next proof must hold. */
export function refuseProof(fault: ProofFault, nonce?: string): TokenRefusal {
  const error = fault === 'nonce' ? 'use_dpop_nonce' : 'invalid_dpop_proof'
  const headers = {
    'www-authenticate': challenge('DPoP', error),
    ...(nonce === undefined ? {} : { 'dpop-nonce': nonce }),
  }
  return new TokenRefusal(PROOF_FAULTS[fault], `proof-${fault}`, headers)
}

function challenge(scheme: Scheme, error: Challenge): string {
  return scheme === 'DPoP' ? `DPoP error="${error}", algs="${ALGS}"` : `Bearer error="${error}"`
}
