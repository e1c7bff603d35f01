// The certificate by which the gateway shows who it is, and what it asks of clients: theirs, if they have one. Who needs one
// is said by tokens (RFC 8705), so a connection without it is as good as any.

import { readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'

export interface TlsFiles {
  /** PEM, the chain with the own certificate first. */
  readonly certificate: string
  readonly key: string
  /** PEM of those whose client certificates count; undefined: also those that nobody has signed. */
  readonly clientAuthorities: string | undefined
}

/** Rejects with the system's error, whose `path` names the file. */
export async function readTls(files: TlsFiles): Promise<TlsOptions> {
  const { certificate, key, clientAuthorities } = files
  const [cert, secret, ca] = await Promise.all([
    readFile(certificate),
    readFile(key),
    clientAuthorities === undefined ? undefined : readFile(clientAuthorities),
  ])
  const asked = { requestCert: true, rejectUnauthorized: false }
  return { ...asked, cert, key: secret, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) }
}
