// A throwaway issuer on loopback: a key set over HTTP and one citizen's token signed with it.

import { once } from 'node:events'
import { createServer } from 'node:http'

import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import { portOf } from './port-of.ts'

export interface Issuer {
  readonly issuer: string
  /** A citizen with these roles; `citizen` alone if none are named. */
  tokenOf(nationalId: string, roles?: readonly string[]): Promise<string>
  close(): void
}

export async function openIssuer(): Promise<Issuer> {
  const alg = 'RS256'
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg }] })
  const server = createServer((_, response) => response.end(keys)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${portOf(server)}/realms/gov`
  return {
    issuer,
    tokenOf: (nationalId, roles = ['citizen']) =>
      new SignJWT({
        typ: 'Bearer',
        azp: 'portal',
        national_id: nationalId,
        realm_access: { roles },
      })
        .setProtectedHeader({ alg, kid: 'bench' })
        .setIssuer(issuer)
        .setAudience('gateway')
        .setSubject('bench')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    close: () => server.close(),
  }
}
