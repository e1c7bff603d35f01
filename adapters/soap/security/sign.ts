// XML Signature over parts of an envelope (WS-Security 1.1.1 §8, X.509 Token Profile §3). In: the text of an envelope whose
// parts carry their ids. Out: the same text with the Signature in its Security header. Never: a part that changes after it.

import type { X509Certificate } from 'node:crypto'

import { SignedXml } from 'xml-crypto'

import { invariant } from '../../../schema/errors.ts'
import { escapeText } from '../../xml/escape.ts'
import type { KeyPair } from './key-pair.ts'
import { BASE64, DIGESTS, DS, EXCLUSIVE_C14N, SIGNATURES, WSSE, WSU, X509_V3 } from './names.ts'

export interface Signing extends KeyPair {
  readonly hash: 'sha256' | 'sha1'
  readonly reference: 'token' | 'issuer-serial'
}

/** The certificate as a token of the Security header; nothing where it is only named. */
export function toBinaryToken({ certificate, reference }: Signing, id: string): string {
  if (reference !== 'token') return ''
  const content = certificate.raw.toString('base64')
  return `<wsse:BinarySecurityToken EncodingType="${BASE64}" ValueType="${X509_V3}" wsu:Id="${id}">${content}</wsse:BinarySecurityToken>`
}

const SECURITY_END = '</wsse:Security>'

/** `parts`: ids to sign. `tokenId`: of the binary token. The text that is returned is what was signed, byte for byte. */
export function signEnvelope(
  envelope: string,
  signing: Signing,
  { parts, tokenId }: { readonly parts: readonly string[]; readonly tokenId: string },
): string {
  const { hash, key } = signing
  const signed = new SignedXml({
    idMode: 'wssecurity',
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }),
    signatureAlgorithm: SIGNATURES[hash],
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
    getKeyInfoContent: () => keyInfo(signing, tokenId),
  })
  for (const id of parts) {
    signed.addReference({
      xpath: `//*[@*[local-name()='Id' and namespace-uri()='${WSU}']='${id}']`,
      transforms: [EXCLUSIVE_C14N],
      digestAlgorithm: DIGESTS[hash],
    })
  }
  signed.computeSignature(envelope, {
    prefix: 'ds',
    location: {
      reference: `//*[local-name()='Security' and namespace-uri()='${WSSE}']`,
      action: 'append',
    },
    existingPrefixes: { wsse: WSSE },
  })
  const at = envelope.indexOf(SECURITY_END)
  invariant(at >= 0, 'a signed envelope has a Security header')
  return envelope.slice(0, at) + signed.getSignatureXml() + envelope.slice(at)
}

function keyInfo({ certificate, reference }: Signing, tokenId: string): string {
  const named =
    reference === 'token'
      ? `<wsse:Reference URI="#${tokenId}" ValueType="${X509_V3}"/>`
      : issuerSerial(certificate)
  return `<wsse:SecurityTokenReference>${named}</wsse:SecurityTokenReference>`
}

/** The issuer as RFC 4514 writes it, from the last part on. */
function issuerSerial({ issuer, serialNumber }: X509Certificate): string {
  const name = issuer.split('\n').toReversed().join(',')
  return (
    `<ds:X509Data xmlns:ds="${DS}"><ds:X509IssuerSerial><ds:X509IssuerName>${escapeText(name)}</ds:X509IssuerName>` +
    `<ds:X509SerialNumber>${BigInt(`0x${serialNumber}`)}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>`
  )
}
