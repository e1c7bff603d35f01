// What a reply says of its own content: media type and charset (RFC 9110 §8.3), and its text by that charset.

import type { ExchangeReply } from '../adapter.ts'
import { contradicts } from '../assumed-charset.ts'

/** Lower-case type without parameters; empty if the reply does not say. */
function mediaType(reply: ExchangeReply): string {
  return (reply.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** An HTML page where data was expected: a login page, a night notice, a proxy's error. XML that is called one is none. */
export function isHtml(reply: ExchangeReply): boolean {
  const type = mediaType(reply)
  const start = Buffer.from(reply.body.subarray(0, 256))
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '')
  if (/^<\?xml[^>]*\?>\s*<(?!!doctype|html)/i.test(start)) return false
  if (type === 'text/html' || type === 'application/xhtml+xml') return true
  return /^\s*<(?:!doctype\s+html|html[\s>])/i.test(start)
}

/**
 * The body as text: byte order mark, then the header's charset where the bytes do not speak against it, then
 * `otherwise`. Undefined when the charset is unknown, the bytes are not of it, or they speak against `otherwise`: a wrong character would be a silent loss.
 */
export function decodeText(reply: ExchangeReply, otherwise: string): string | undefined {
  const declared = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(reply.headers['content-type'] ?? '')?.[1]
  try {
    // A single-byte charset takes any bytes. Where they are UTF-8 to the last of many, a server's default was declared.
    const isMisnamed = declared !== undefined && contradicts(reply.body, declared, MANY)
    const certain = byteOrderMark(reply.body) ?? (isMisnamed ? undefined : declared)
    if (certain === undefined && contradicts(reply.body, otherwise)) return undefined
    return new TextDecoder(certain ?? otherwise, { fatal: true }).decode(reply.body)
  } catch {
    return undefined
  }
}

/** Bytes beyond ASCII that are hardly UTF-8 by chance, letters of Persian in windows-1256 included. */
const MANY = 8

/** Can this runtime read a charset of that name? */
export function isCharset(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

function byteOrderMark(body: Uint8Array): string | undefined {
  const [first, second, third] = body
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}
