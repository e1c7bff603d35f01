// By what a new client is to be known: a secret of the sign-on's making, keys of its own, or its certificate. In: what the
// caller sent. Out: the same as Keycloak has it. Never: two of them, or a subject that fits more than one certificate.

import { isSubjectName, SUBJECT_NAME } from '../../../schema/subject-name.ts'
import { refusal } from '../refusal.ts'
import { publicKeysOf } from './public-keys.ts'
import { KEYS_SINCE } from './read-clients.ts'

export interface Credential {
  /** The input that brought it. */
  readonly field: 'secret' | 'jwks' | 'certificateSubject'
  readonly authenticator: 'client-secret' | 'client-jwt' | 'client-x509'
  readonly attributes: Readonly<Record<string, string>>
}

/** Throws CallerError INPUT_REJECTED. */
export function credentialOf(
  { jwks, certificateSubject }: { jwks?: unknown; certificateSubject?: unknown },
  nowMs: number,
): Credential {
  const hasKeys = jwks !== undefined && jwks !== null
  const hasSubject = certificateSubject !== undefined && certificateSubject !== null
  if (hasKeys && hasSubject) {
    const said = {
      en: 'A client signs in by keys or by a certificate, not by both.',
      fa: 'هر برنامه با کلید یا با گواهی وارد می‌شود، نه با هر دو.',
    }
    throw refusal('INPUT_REJECTED', said, { fields: ['jwks', 'certificateSubject'] })
  }
  if (hasKeys) {
    const attributes = keyAttributes(publicKeysOf(jwks), nowMs)
    return { field: 'jwks', authenticator: 'client-jwt', attributes }
  }
  if (!hasSubject) return { field: 'secret', authenticator: 'client-secret', attributes: {} }
  return {
    field: 'certificateSubject',
    authenticator: 'client-x509',
    attributes: {
      ...subjectAttributes(subjectOf(certificateSubject)),
      'tls.client.certificate.bound.access.tokens': 'true',
    },
  }
}

/** An address of keys beside them would win. */
export function keyAttributes(keys: string, nowMs: number): Record<string, string> {
  return {
    'use.jwks.string': 'true',
    'use.jwks.url': 'false',
    'jwks.string': keys,
    [KEYS_SINCE]: String(Math.floor(nowMs / 1000)),
  }
}

/** Without the second Keycloak takes the subject for an expression. */
export function subjectAttributes(subject: string): Record<string, string> {
  return { 'x509.subjectdn': subject, 'x509.allow.regex.pattern.comparison': 'false' }
}

/** Throws CallerError INPUT_REJECTED. */
export function subjectOf(value: unknown): string {
  if (typeof value === 'string' && isSubjectName(value)) return value
  const said = {
    en: `certificateSubject must be ${SUBJECT_NAME}.`,
    fa: 'certificateSubject باید نام کامل دارندهٔ گواهی به شکل RFC 4514 باشد، مانند CN=rmto.example,O=RMTO,C=IR.',
  }
  throw refusal('INPUT_REJECTED', said, { fields: ['certificateSubject'] })
}
