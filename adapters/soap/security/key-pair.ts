// Certificates and keys as variables hold them. In: PEM text. Out: what signs, and what may have signed; or a finding that
// names the variable. Never: a key in an error.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

import { FindingsError } from '../../finding.ts'

export interface KeyPair {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

interface Named {
  readonly variable: string
  readonly pem: string
}

/** Throws FindingsError when they do not belong together. */
export function readKeyPair(
  certificate: Named,
  key: Named,
  passphrase: string | undefined,
): KeyPair {
  const [own] = readCertificates(certificate)
  const secret = readKey(key, passphrase)
  if (own !== undefined && own.checkPrivateKey(secret)) return { certificate: own, key: secret }
  throw refuse(`${key.variable} is not the key of the certificate in ${certificate.variable}`)
}

/** At least one. */
export function readCertificates({ variable, pem }: Named): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw refuse(`${variable} holds no certificate in PEM`)
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    throw refuse(`${variable} holds a certificate that cannot be read`)
  }
}

function readKey({ variable, pem }: Named, passphrase: string | undefined): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) })
  } catch {
    throw refuse(`${variable} holds no private key in PEM, or its passphrase is another`)
  }
  if (key.asymmetricKeyType === 'rsa') return key
  throw refuse(`${variable} holds a key that is no RSA key; signatures of other kinds are not made`)
}

function refuse(message: string): FindingsError {
  return new FindingsError([{ file: 'system.json', message }])
}
