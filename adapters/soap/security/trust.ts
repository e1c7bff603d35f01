// Whose signature under an answer counts. In: the certificates of `trust`. Out: pins (exactly these), or an authority and the
// name that it must have given. Never: any certificate of an authority for that of the system.

import type { X509Certificate } from 'node:crypto'

import { FindingsError } from '../../finding.ts'

export interface Trust {
  /** Certificates of the system itself. */
  readonly pinned: readonly X509Certificate[]
  readonly authorities: readonly X509Certificate[]
  /** Common name of the signer. */
  readonly signer: string | undefined
}

/** Throws FindingsError. */
export function toTrust(
  certificates: readonly X509Certificate[],
  signer: string | undefined,
): Trust {
  const authorities = certificates.filter(({ ca }) => ca)
  const pinned = certificates.filter(({ ca }) => !ca)
  // A certificate that signed itself may be the system's own, whatever it says of being an authority.
  if (signer === undefined) {
    const own = authorities.filter((each) => each.checkIssued(each))
    if (own.length === authorities.length) return { pinned: certificates, authorities: [], signer }
    const message = 'auth: "trust" is an authority, which signs for many: name the "signer", too'
    throw new FindingsError([{ file: 'system.json', message }])
  }
  return { pinned, authorities, signer }
}

export function isTrusted(
  certificate: X509Certificate,
  { pinned, authorities, signer }: Trust,
  now: number,
): boolean {
  if (!isValidAt(certificate, now)) return false
  if (pinned.some((each) => each.raw.equals(certificate.raw))) return true
  if (signer === undefined || commonName(certificate) !== signer) return false
  return authorities.some(
    (each) =>
      isValidAt(each, now) && certificate.checkIssued(each) && certificate.verify(each.publicKey),
  )
}

function isValidAt({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime()
}

function commonName({ subject }: X509Certificate): string | undefined {
  const line = subject.split('\n').find((each) => each.startsWith('CN='))
  return line?.slice(3)
}
