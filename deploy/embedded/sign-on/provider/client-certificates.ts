// In: a request. Out: the certificate by which its client has shown who it is (RFC 8705), and whether that has the subject
// that the realm names. Never: one of a header, or one that no authority of the socket has signed: both are as good as none.
import { createHash, type X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

import type { Configuration } from 'oidc-provider'

import { isSubjectName } from '../../../../schema/subject-name.ts'

/** On also without TLS: a client whose tokens are to be bound gets none there, rather than unbound ones. */
export const clientCertificates: NonNullable<Configuration['features']>['mTLS'] = {
  enabled: true,
  certificateBoundAccessTokens: true,
  tlsClientAuth: true,
  getCertificate: ({ req }) => certificateOf(req),
  certificateAuthorized: ({ req }) => certificateOf(req) !== undefined,
  certificateSubjectMatches: ({ req }, property, expected) =>
    property === 'tls_client_auth_subject_dn' && hasSubject(certificateOf(req), expected),
}

/** SHA-256, base64url, as `cnf` has it (§3.1). */
export function thumbprintShown(request: IncomingMessage): string | undefined {
  const raw = certificateOf(request)?.raw
  return raw && createHash('sha256').update(raw).digest('base64url')
}

function certificateOf({ socket }: IncomingMessage): X509Certificate | undefined {
  return socket instanceof TLSSocket && socket.authorized
    ? socket.getPeerX509Certificate()
    : undefined
}

/** Node writes a part a line, in the order of the certificate; RFC 4514 the other way round. */
function hasSubject(certificate: X509Certificate | undefined, expected: string): boolean {
  const subject = certificate?.subject.split('\n').toReversed().join(',')
  return isSubjectName(expected) && subject === expected
}
