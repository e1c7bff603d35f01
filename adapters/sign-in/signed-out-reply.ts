// Is a reply the system's way to say that nobody is signed in? 401, the login page with status 200 that some systems send
// instead (quirk Q23), the way there (302), or the words that system.json gives.

import type { ExchangeReply } from '../adapter.ts'
import { isHtml } from '../transport/content.ts'
import type { SignedOutBy } from './signed-out.ts'

/** Undefined: somebody is. */
export type ReadSignedOut = (reply: ExchangeReply) => SignedOutBy | undefined

/** 440 is IIS's own. A redirect is followed nowhere and no answer of a contract; of a session it means the login page. */
const STATUSES: ReadonlySet<number> = new Set([401, 302, 303, 307, 440])

/** A system says it shortly; words in the depth of a record are somebody's data. */
const LOOKED_AT = 16_384

/** Words are looked for as bytes, so that a large answer costs no decoding: in UTF-8 and as JSON escapes them. */
export function compileSignedOut(texts: readonly string[]): ReadSignedOut {
  const words = texts.flatMap((text) => [
    ...new Map(spellings(text).map((bytes) => [bytes.toString('hex'), bytes])).values(),
  ])
  return (reply) => {
    if (STATUSES.has(reply.status)) return 'status'
    if (words.length > 0 && reply.rest === undefined && says(words, reply)) return 'words'
    return reply.status === 200 && isHtml(reply) ? 'page' : undefined
  }
}

function says(words: readonly Buffer[], { body }: ExchangeReply): boolean {
  const looked = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, LOOKED_AT))
  return words.some((word) => looked.includes(word))
}

/** With the letters of both keyboards (quirk Q7). */
function spellings(text: string): Buffer[] {
  return [text, text.replaceAll('ی', 'ي').replaceAll('ک', 'ك')].flatMap((each) => {
    const escaped = each.replace(/[^\x20-\x7e]/g, unicodeEscape)
    return [
      Buffer.from(each, 'utf8'),
      Buffer.from(escaped, 'latin1'),
      Buffer.from(escaped.replace(/\\u[0-9a-f]{4}/g, upper), 'latin1'),
      Buffer.from(each, 'utf16le'),
      ...windows1256(each),
    ]
  })
}

function unicodeEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function upper(escape: string): string {
  return `\\u${escape.slice(2).toUpperCase()}`
}

function windows1256(text: string): Buffer[] {
  const bytes = Array.from(text, (letter) => TO_1256.get(letter))
  return bytes.every((byte) => byte !== undefined) ? [Buffer.from(bytes)] : []
}

const TO_1256: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [
    new TextDecoder('windows-1256').decode(Uint8Array.of(byte)),
    byte,
  ]),
)
