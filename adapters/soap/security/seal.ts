// The scheme `x509-signature`, read once: our key for requests, their certificates for answers.

import type { AdapterSource } from '../../adapter.ts'
import type { AuthScheme, SignedPart } from '../../sign-in/auth-settings.ts'
import { readCertificates, readKeyPair } from './key-pair.ts'
import { signEnvelope, toBinaryToken } from './sign.ts'
import { toTrust } from './trust.ts'
import { verifyAnswer } from './verify.ts'

/** Signs with one key, and verifies with what is trusted. */
export interface Seal {
  readonly parts: ReadonlySet<SignedPart>
  /** Text of the certificate's token, '' where it is only named. */
  token(id: string): string
  sign(envelope: string, ids: readonly string[], tokenId: string): string
  readonly verify: ((text: string) => string) | undefined
}

type Scheme = AuthScheme<'x509-signature'>

/** Throws FindingsError. */
export function compileSeal(scheme: Scheme, { secret }: Pick<AdapterSource, 'secret'>): Seal {
  const { hash = 'sha256', reference = 'token', passphrase } = scheme
  const pair = readKeyPair(
    { variable: scheme.certificate, pem: secret(scheme.certificate) },
    { variable: scheme.key, pem: secret(scheme.key) },
    passphrase === undefined ? undefined : secret(passphrase),
  )
  const signing = { ...pair, hash, reference }
  return {
    parts: new Set(scheme.sign),
    token: (id) => toBinaryToken(signing, id),
    sign: (envelope, parts, tokenId) => signEnvelope(envelope, signing, { parts, tokenId }),
    verify: compileVerify(scheme, secret),
  }
}

function compileVerify(
  { trust: variable, signer, answer = [], hash }: Scheme,
  secret: AdapterSource['secret'],
): Seal['verify'] {
  if (variable === undefined) return undefined
  const trust = toTrust(readCertificates({ variable, pem: secret(variable) }), signer)
  const verification = { trust, parts: answer, sha1: hash === 'sha1', now: Date.now }
  return (text) => verifyAnswer(text, verification)
}
