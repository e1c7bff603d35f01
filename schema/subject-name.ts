// The subject of a certificate as text (RFC 4514), by which a client is known that signs in with one (RFC 8705 §2.1.2). Only
// names that have one spelling: no pattern, one type to a part, no blank beside a comma. Keycloak takes anything, for an
// expression unless it is told not to.

/** As OpenSSL writes them. */
const TYPES = ['CN', 'OU', 'O', 'L', 'ST', 'C', 'DC', 'UID', 'serialNumber']
/**
 * Of a value: no sign of the syntax but behind a backslash (RFC 4514 §2.4), no asterisk, nothing that cannot be seen but the
 * zero-width non-joiner of Persian.
 */
const SIGN = String.raw`\u200C|[^\p{C}\p{Z},+"\\<>;=#*]|\\[,+"\\<>;]`
const VALUE = `(?:${SIGN})(?:(?:${SIGN}|[ #])*(?:${SIGN}|#))?`
const PART = `(?:${TYPES.join('|')})=${VALUE}`
const NAME = new RegExp(`^${PART}(?:,${PART})*$`, 'u')
const LONGEST = 500

/** What such a name is, for whoever wrote another. */
export const SUBJECT_NAME = `the whole subject of a certificate, of ${TYPES.join(', ')}, as "openssl x509 -noout -subject -nameopt RFC2253,utf8,-esc_msb" writes it`

export function isSubjectName(text: string): boolean {
  return text.length <= LONGEST && NAME.test(text)
}
