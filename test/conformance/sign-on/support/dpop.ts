import { createHash, randomUUID } from 'node:crypto'

import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** A key of a client and the proofs that it makes with it (RFC 9449 §4). */
export interface ProofKey {
  readonly thumbprint: string
  /** `changes` replace claims. */
  prove(
    method: string,
    url: string,
    changes?: { readonly token?: string; readonly [claim: string]: unknown },
  ): Promise<string>
}

export async function proofKey(): Promise<ProofKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk: JWK = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove: (htm, htu, { token, ...changes } = {}) =>
      new SignJWT({
        jti: randomUUID(),
        htm,
        htu,
        iat: Math.floor(Date.now() / 1000),
        ...(token === undefined
          ? {}
          : { ath: createHash('sha256').update(token).digest('base64url') }),
        ...changes,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
        .sign(privateKey),
  }
}
