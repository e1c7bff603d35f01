// Bytes of an XML answer to text. Order: byte order mark, HTTP header, XML declaration, the given fallback, UTF-8
// (RFC 7303 §3.2, XML 1.0 appendix F). Never: a replacement character in place of a byte that does not fit.

import { isUtf8 } from 'node:buffer'

import { contradicts } from '../assumed-charset.ts'
import { XmlError } from './parse.ts'

export interface CharsetHints {
  readonly contentType?: string | undefined
  /** When nothing is declared; UTF-8 otherwise. */
  readonly fallback?: string | undefined
}

/** Throws XmlError `charset` when no declared charset fits the bytes, or they are UTF-8 and the fallback is not. */
export function decodeXmlBytes(body: Uint8Array, contentType?: string, fallback?: string): string {
  const label = chooseCharset(body, { contentType, fallback }, true)
  return decode(body, label, true) ?? refuse()
}

/** The charset that fits the bytes; `whole`: no others follow them. Throws XmlError `charset`. */
export function chooseCharset(
  body: Uint8Array,
  { contentType, fallback }: CharsetHints,
  whole: boolean,
): string {
  const sure = byMark(body)
  if (sure !== undefined) return sure
  const named = headerCharset(contentType)
  if (named !== undefined && fits(body, named, whole)) return named
  const declared = declaredCharset(body)
  if (declared !== undefined && fits(body, declared, whole)) return declared
  const assumed = fallback ?? 'utf-8'
  if (contradicts(body, assumed) || !fits(body, assumed, whole)) refuse()
  return assumed
}

/** The charset parameter of a Content-Type. */
export function headerCharset(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([A-Za-z0-9._:-]+)"?/i.exec(contentType ?? '')?.[1]
}

/** Byte order marks, and UTF-16 without one told by the `<` that every XML text starts with. */
function byMark(body: Uint8Array): string | undefined {
  const [a, b, c] = body
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0x00)) return 'utf-16le'
  if ((a === 0xfe && b === 0xff) || (a === 0x00 && b === 0x3c)) return 'utf-16be'
  return undefined
}

function declaredCharset(body: Uint8Array): string | undefined {
  const head = Buffer.from(body.subarray(0, 256)).toString('latin1').trimStart()
  const label = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(head)?.[1]
  // The bytes were not UTF-16, so a declaration that says so is a left-over of a re-encoding.
  return label !== undefined && /^utf-?16/i.test(label) ? 'utf-8' : label
}

function fits(body: Uint8Array, label: string, whole: boolean): boolean {
  if (whole && /^utf-?8$/i.test(label)) return isUtf8(body)
  return decode(body, label, whole) !== undefined
}

/** Undefined when the label is unknown or the bytes do not fit. */
function decode(body: Uint8Array, label: string, whole: boolean): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(body, { stream: !whole })
  } catch {
    return undefined
  }
}

function refuse(): never {
  throw new XmlError('charset')
}
