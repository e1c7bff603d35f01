import type { JWTPayload } from 'jose'

/** What whoever sends the token has to hold (RFC 7800 §3.1). */
export interface Confirmation {
  /** Of a key (RFC 9449 §6.1). */
  readonly jkt: unknown
  /** Of a certificate (RFC 8705 §3.1). */
  readonly x5t: unknown
}

export function confirmationOf(payload: JWTPayload | undefined): Confirmation {
  const cnf: unknown = payload?.['cnf']
  if (typeof cnf !== 'object' || cnf === null) return { jkt: undefined, x5t: undefined }
  return { jkt: Reflect.get(cnf, 'jkt'), x5t: Reflect.get(cnf, 'x5t#S256') }
}
