// A multipart/related message taken apart (RFC 2387, RFC 2046 §5.1; SOAP with Attachments; XOP packages). In: the bytes and
// their content type. Out: the root part, and the others by content id. Never: a part that two could mean, more parts than
// anybody sends.

import { Unreadable } from '../unreadable.ts'

export interface MimePart {
  readonly contentType: string
  readonly body: Buffer
}

export interface Unpacked {
  readonly root: MimePart
  /** By content id, without the angle brackets. */
  readonly parts: ReadonlyMap<string, MimePart>
}

const MOST_PARTS = 1_000
const LONGEST_HEAD = 16_384

export function isMultipart(contentType: string | undefined): contentType is string {
  return /^\s*multipart\/related\b/i.test(contentType ?? '')
}

/** Throws Unreadable `attachment`. */
export function unpackMultipart(bytes: Uint8Array, contentType: string): Unpacked {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const boundary = parameterOf(contentType, 'boundary')
  if (boundary === undefined || !/^[\x20-\x7e]{1,70}$/.test(boundary)) refuse()
  const read = split(body, `--${boundary}`).map(readPart)
  const start = parameterOf(contentType, 'start')
  const parts = new Map<string, MimePart>()
  for (const { id, ...part } of read) {
    if (id === undefined) continue
    // Two parts of one id: which one is meant would be the sender's secret.
    if (parts.has(id)) refuse()
    parts.set(id, part)
  }
  const root = start === undefined ? read[0] : parts.get(withoutBrackets(start))
  if (root === undefined) refuse()
  return { root, parts }
}

/** A parameter of a media type, quoted or not. */
export function parameterOf(contentType: string, name: string): string | undefined {
  const pattern = /;\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/g
  for (const [, key = '', quoted, token] of contentType.matchAll(pattern)) {
    if (key.toLowerCase() === name) return quoted?.replace(/\\(.)/g, '$1') ?? token
  }
  return undefined
}

/** The bytes between the lines of the boundary; what stands before the first and behind the last is nobody's. */
function split(body: Buffer, delimiter: string): Buffer[] {
  const parts: Buffer[] = []
  let from: number | undefined
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const end = lineEnd(body, at + delimiter.length)
    if (end === undefined || !startsLine(body, at)) continue
    if (from !== undefined) parts.push(body.subarray(from, Math.max(from, beforeLineEnd(body, at))))
    if (parts.length > MOST_PARTS) refuse()
    if (end.last) return parts
    from = end.next
  }
  // Without a last boundary the message was cut off.
  return refuse()
}

interface LineEnd {
  readonly last: boolean
  readonly next: number
}

/** Undefined when the boundary goes on: another one begins with it. */
function lineEnd(body: Buffer, after: number): LineEnd | undefined {
  const last = body[after] === 0x2d && body[after + 1] === 0x2d
  let at = last ? after + 2 : after
  while (body[at] === 0x20 || body[at] === 0x09) at += 1
  if (at >= body.length) return last ? { last, next: at } : undefined
  if (body[at] === 0x0d && body[at + 1] === 0x0a) return { last, next: at + 2 }
  return body[at] === 0x0a ? { last, next: at + 1 } : undefined
}

function startsLine(body: Buffer, at: number): boolean {
  return at === 0 || body[at - 1] === 0x0a
}

function beforeLineEnd(body: Buffer, at: number): number {
  return body[at - 2] === 0x0d ? at - 2 : at - 1
}

interface ReadPart extends MimePart {
  readonly id: string | undefined
}

function readPart(part: Buffer): ReadPart {
  const { head, body } = splitHead(part)
  const fields = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon <= 0) continue
    if (fields.has(name)) refuse()
    fields.set(name, line.slice(colon + 1).trim())
  }
  const id = fields.get('content-id')
  return {
    id: id === undefined ? undefined : withoutBrackets(id),
    contentType: fields.get('content-type') ?? 'text/plain',
    body: decode(body, fields.get('content-transfer-encoding') ?? 'binary'),
  }
}

function splitHead(part: Buffer): { readonly head: string; readonly body: Buffer } {
  if (part[0] === 0x0a) return { head: '', body: part.subarray(1) }
  if (part[0] === 0x0d && part[1] === 0x0a) return { head: '', body: part.subarray(2) }
  const head = part.subarray(0, LONGEST_HEAD).toString('latin1')
  const end = /\r?\n\r?\n/.exec(head)
  if (end === null) return refuse()
  return { head: head.slice(0, end.index), body: part.subarray(end.index + end[0].length) }
}

function decode(body: Buffer, encoding: string): Buffer {
  const name = encoding.toLowerCase()
  if (name === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (name === 'quoted-printable') return decodeQuoted(body)
  return name === 'binary' || name === '8bit' || name === '7bit' ? body : refuse()
}

/** RFC 2045 §6.7. */
function decodeQuoted(body: Buffer): Buffer {
  const text = body.toString('latin1').replace(/[ \t]*=[ \t]*\r?\n/g, '')
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}

function withoutBrackets(id: string): string {
  return id.trim().replace(/^<(.*)>$/, '$1')
}

function refuse(): never {
  throw new Unreadable('attachment')
}
