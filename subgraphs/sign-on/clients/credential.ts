// By what a new client is to be known: a secret of the sign-on's making, keys of its own, or its certificate. In: what the
// caller sent. Out: the same as Keycloak has it. Never: two of them, or a subject that fits more than one certificate.

import { CallerError } from '../../../schema/errors.ts'
import { isSubjectName, SUBJECT_NAME } from '../../../schema/subject-name.ts'
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
    const text = 'A client signs in by keys or by a certificate, not by both.'
    throw new CallerError('INPUT_REJECTED', text, { fields: ['jwks', 'certificateSubject'] })
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
  const text = `certificateSubject must be ${SUBJECT_NAME}.`
  throw new CallerError('INPUT_REJECTED', text, { fields: ['certificateSubject'] })
}
