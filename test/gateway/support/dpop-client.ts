// A client that has a key, and makes DPoP proofs with it (RFC 9449 §4.2), good ones and whatever a test wants. By jose, so
// that what verifies is not what has signed.

import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'

import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'

export interface DpopClient {
  readonly thumbprint: string
  readonly jwk: JWK
  readonly privateKey: KeyObject
  /** For that token and request, but for what is given. A member that is undefined is left out. */
  proof(about: Proven, claims?: object, header?: object): Promise<string>
}

interface Proven {
  readonly token: string
  readonly url: string
  readonly method?: string
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

export async function openDpopClient(alg = 'ES256'): Promise<DpopClient> {
  const { publicKey, privateKey } = pairFor(alg)
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    jwk,
    privateKey,
    proof: ({ token, url, method = 'POST' }, claims = {}, header = {}) => {
      const ath = createHash('sha256').update(token).digest('base64url')
      const iat = Math.floor(Date.now() / 1000)
      const all = { jti: randomUUID(), htm: method, htu: url, iat, ath, ...claims }
      const head = { typ: 'dpop+jwt', alg, jwk, ...header }
      return new SignJWT(defined(all))
        .setProtectedHeader({ ...defined(head), alg })
        .sign(privateKey)
    },
  }
}

function pairFor(alg: string): { publicKey: KeyObject; privateKey: KeyObject } {
  const namedCurve = CURVES[alg]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve })
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function defined(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
