// A certificate authority for tests, made anew each time. Plain PEM texts, so that one process can hand it to another.

import { X509Certificate } from 'node:crypto'

import { generate } from 'selfsigned'

export interface KeyPair {
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

/** As `selfsigned` names them, the country first, as in a certificate: `['C', 'IR'], ['O', 'RMTO'], ['CN', 'cartable']`. */
export type Subject = readonly (readonly [type: 'C' | 'O' | 'OU' | 'CN', value: string])[]

const DAY_MS = 86_400_000

const settings = () =>
  ({
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + 30 * DAY_MS),
  }) as const

export async function createAuthority(name: string): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    ...settings(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { certificate: made.cert, key: made.private }
}

/** For a server of this machine. */
export function issueServer(authority: KeyPair): Promise<KeyPair> {
  const altNames = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ] as const
  return issue(
    authority,
    [['CN', 'localhost']],
    [
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...altNames] },
    ],
  )
}

export function issueClient(
  authority: KeyPair,
  subject: Subject,
  { ended = false }: { readonly ended?: boolean } = {},
): Promise<KeyPair> {
  const times = ended ? { notAfterDate: new Date(Date.now() - 60_000) } : {}
  return issue(authority, subject, [{ name: 'extKeyUsage', clientAuth: true }], times)
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>

async function issue(
  authority: KeyPair,
  subject: Subject,
  extensions: Extensions,
  times: { readonly notAfterDate?: Date } = {},
): Promise<KeyPair> {
  const attributes = subject.map(([shortName, value]) => ({ shortName, value }))
  const made = await generate(attributes, {
    ...settings(),
    ...times,
    extensions,
    ca: { cert: authority.certificate, key: authority.key },
  })
  return { certificate: made.cert, key: made.private }
}

/** As RFC 8705 §3.1 writes it into a token. */
export function thumbprintOf({ certificate }: KeyPair): string {
  const { fingerprint256 } = new X509Certificate(certificate)
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
}
