// Whoever signs in the tests: RSA keys with certificates, and answers that another implementation than ours has signed.

import { generate } from 'selfsigned'
import { WSSecurityCert } from 'soap'

export interface Signer {
  readonly certificate: string
  readonly key: string
}

export interface SignerOptions {
  readonly name?: string
  readonly issuer?: Signer
  readonly authority?: boolean
  /** Days from today. */
  readonly from?: number
  readonly to?: number
}

const DAY_MS = 86_400_000

export async function createSigner(options: SignerOptions = {}): Promise<Signer> {
  const { name = 'register.example', issuer, authority = false, from = -1, to = 30 } = options
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    notBeforeDate: new Date(Date.now() + from * DAY_MS),
    notAfterDate: new Date(Date.now() + to * DAY_MS),
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    ...(issuer && { ca: { cert: issuer.certificate, key: issuer.key } }),
    extensions: [{ name: 'basicConstraints', cA: authority, critical: true }],
  })
  return { certificate: cert, key }
}

export const ENV = 'http://schemas.xmlsoap.org/soap/envelope/'
export const BODY = '<tns:answer><tns:name>Ali</tns:name></tns:answer>'

/** An answer that node-soap has signed: Body and Timestamp, RSA-SHA256. */
export function signedByNodeSoap(
  { certificate, key }: Signer,
  body = BODY,
  options: object = {},
): string {
  const security = new WSSecurityCert(key, certificate, '', {
    hasTimeStamp: true,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    ...options,
  })
  const envelope = `<soap:Envelope xmlns:soap="${ENV}" xmlns:tns="urn:test:register" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Header></soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`
  return security.postProcess(envelope, 'soap')
}
