// What a log or an audit row may call a person. In: whose view it is (an agency, a client) and the person's subject. Out: a
// name that is the same each time there, another one elsewhere, and nobody's without the installation's secret. As the
// pairwise identifiers of OpenID Connect Core §8.1, keyed (HMAC-SHA-256, RFC 2104).

import { createHmac } from 'node:crypto'

/** `sector` is an agency, or a client of one: within it a person has one name. */
export type Pseudonyms = (sector: string, subject: string) => string

/** 128 bits: no two persons of a nation share one. */
const BYTES = 16

/** `secret`: 32 random bytes of the installation. With another one everybody has another name. */
export function buildPseudonyms(secret: Uint8Array): Pseudonyms {
  return (sector, subject) =>
    createHmac('sha256', secret)
      // The length first: no other sector and subject make the same text.
      .update(`pseudonym ${sector.length} ${sector} ${subject}`)
      .digest()
      .subarray(0, BYTES)
      .toString('base64url')
}
