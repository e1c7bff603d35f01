// A certificate authority of the estate's own, made anew at each start. Out: PEM texts for one server and one client.

import { generate } from 'selfsigned'

interface KeyPair {
  readonly certificate: string
  readonly key: string
}

export interface Certificates {
  /** PEM of the authority that signed both. */
  readonly authority: string
  readonly server: KeyPair
  readonly client: KeyPair
}

const DAY_MS = 86_400_000

/** Name by which the police knows the client: its subject's CN. */
export const CLIENT_NAME = 'panjareh-demo-client'

export async function createCertificates(now: Date = new Date()): Promise<Certificates> {
  const times = {
    notBeforeDate: new Date(now.getTime() - DAY_MS),
    notAfterDate: new Date(now.getTime() + 30 * DAY_MS),
    keyType: 'ec',
    algorithm: 'sha256',
  } as const
  const root = await generate([{ name: 'commonName', value: 'Estate demo authority' }], {
    ...times,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const ca = { key: root.private, cert: root.cert }
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...times,
    ca,
    extensions: [
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  const client = await generate([{ name: 'commonName', value: CLIENT_NAME }], {
    ...times,
    ca,
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  })
  return {
    authority: root.cert,
    server: { certificate: server.cert, key: server.private },
    client: { certificate: client.cert, key: client.private },
  }
}
