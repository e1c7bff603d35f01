// An issuer of our own on loopback: a key set over HTTP, and tokens signed with it.

import { createServer } from 'node:http'

import {
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'

import { invariant } from '../../../schema/errors.ts'

export interface Issuer {
  readonly issuer: string
  readonly keysUrl: string
  /** How often the key set was read. */
  reads(): number
  /** `without` names claims or header members to leave out. */
  sign(
    claims: JWTPayload,
    header?: Partial<JWTHeaderParameters>,
    without?: readonly string[],
  ): Promise<string>
  close(): Promise<void>
}

export async function openIssuer(alg = 'RS256'): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg }
  let reads = 0
  const server = createServer((_, response) => {
    reads += 1
    response.end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  invariant(typeof address === 'object' && address !== null, 'the server listens')
  const issuer = `http://127.0.0.1:${address.port}/realms/gov`
  return {
    issuer,
    keysUrl: `${issuer}/protocol/openid-connect/certs`,
    reads: () => reads,
    sign: (claims, header = {}, without = []) => {
      const iat = Math.floor(Date.now() / 1000)
      const own = { iss: issuer, aud: 'gateway', typ: 'Bearer', iat, exp: iat + 60 }
      const payload: JWTPayload = { ...own, ...claims }
      const head: JWTHeaderParameters = { alg, kid: 'k1', ...header }
      for (const name of without) {
        delete payload[name]
        delete head[name]
      }
      return new SignJWT(payload).setProtectedHeader(head).sign(privateKey)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A citizen as Keycloak's token says it. */
export const CITIZEN: JWTPayload = {
  sub: 'u1',
  azp: 'portal',
  national_id: '0012345679',
  phone_number: '09120000000',
  scope: 'openid profile',
  realm_access: { roles: ['citizen', 'inquiry:identity'] },
}
