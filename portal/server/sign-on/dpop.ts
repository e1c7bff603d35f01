// Proofs that the sender of a token has its key (RFC 9449).
import { createHash, randomUUID } from 'node:crypto'

import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** As data: the session goes on at another copy, or after a restart. */
export interface DpopKey {
  readonly privateKey: JWK
  readonly publicKey: JWK
}

export async function makeDpopKey(): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { privateKey: await exportJWK(privateKey), publicKey: await exportJWK(publicKey) }
}

export interface ProofOf {
  readonly method: string
  readonly url: string
  readonly accessToken?: string | undefined
  /** What the receiver asked to be repeated (§8, §9). */
  readonly nonce?: string | undefined
  readonly now: () => number
}

/** §4.2 */
export function dpopProof(key: DpopKey, { method, url, accessToken, nonce, now }: ProofOf) {
  const { origin, pathname } = new URL(url)
  return new SignJWT({
    htm: method,
    htu: `${origin}${pathname}`,
    jti: randomUUID(),
    ...(nonce === undefined ? {} : { nonce }),
    ...(accessToken === undefined
      ? {}
      : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicKey })
    .setIssuedAt(Math.floor(now() / 1000))
    .sign(key.privateKey)
}
