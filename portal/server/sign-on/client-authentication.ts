import { randomUUID } from 'node:crypto'

import { importJWK, SignJWT } from 'jose'

import type { ClientOptions } from '../options.ts'
import type { SignOnRequest } from './call-sign-on.ts'

/** Makes a form prove that it is this client's: private_key_jwt (RFC 7523 §2.2), or the secret by Basic (RFC 6749 §2.3.1). */
export type AuthenticateClient = (form: Readonly<Record<string, string>>) => Promise<SignOnRequest>

const ASSERTION_SECONDS = 60

export function clientAuthentication(
  { clientId, secret = '', privateKey }: ClientOptions,
  issuer: string,
  now: () => number,
): AuthenticateClient {
  if (privateKey === undefined) {
    const pair = `${formEncoded(clientId)}:${formEncoded(secret)}`
    const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    return async (form) => ({ form: new URLSearchParams(form), headers: { authorization } })
  }
  const { alg = '', kid = '' } = privateKey
  const key = importJWK(privateKey, alg)
  // The audience is the issuer alone: an assertion for one endpoint's address could be used at another server's.
  return async (form) => {
    const issuedAt = Math.floor(now() / 1000)
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg, kid, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ASSERTION_SECONDS)
      .sign(await key)
    return {
      form: new URLSearchParams({
        ...form,
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    }
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
