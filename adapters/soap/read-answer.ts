// The bytes of an answer to its content. In: the first bytes, and the rest where there is one. Out: the envelope's value or fault.
// A large answer is read in slices, with other work between them; a very large one is never held as a whole.

import type { XmlHandler } from '../xml/parse.ts'
import { XmlScanner } from '../xml/scanner.ts'
import { SMALL, XmlText } from '../xml/xml-text.ts'
import type { Expected } from './body.ts'
import { type EnvelopeContent, EnvelopeDecoder } from './envelope.ts'
import { Unreadable } from './unreadable.ts'

/** Bytes that are read at one go: about a millisecond's work. */
const SLICE = SMALL

export interface AnswerBytes {
  readonly body: Uint8Array
  readonly rest?: AsyncIterable<Uint8Array> | undefined
  readonly contentType: string | undefined
  /** Of an answer that declares no charset and is not UTF-8. */
  readonly charset: string | undefined
}

/** Wraps the handler of the events, for what stands in the place of others (attachments). */
export type Wrap = (handler: XmlHandler) => XmlHandler

/** Throws XmlError or Unreadable, and what `rest` throws. */
export async function readAnswer(
  { body, rest, contentType, charset }: AnswerBytes,
  expected: Expected,
  wrap: Wrap = (handler) => handler,
): Promise<EnvelopeContent> {
  const decoder = new EnvelopeDecoder(expected)
  const scanner = new XmlScanner(wrap(decoder))
  const text = new XmlText(body, { contentType, fallback: charset, whole: rest === undefined })
  if (body.length <= SLICE) scanner.write(text.write(body))
  else await readSlices(body, text, scanner)
  if (rest !== undefined) {
    for await (const piece of rest) await readSlices(piece, text, scanner, true)
  }
  const last = text.end()
  if (last !== '') scanner.write(last)
  scanner.end()
  return decoder.content()
}

async function readSlices(
  bytes: Uint8Array,
  text: XmlText,
  scanner: XmlScanner,
  more = false,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += SLICE) {
    if (more || at > 0) await turn()
    scanner.write(text.write(bytes.subarray(at, at + SLICE)))
  }
}

/** Lets others have their turn on the event loop. */
function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}

/** Only white space, or nothing? */
export function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
}

/** Throws Unreadable `multipart` or `empty`: neither is XML. */
export function assertXml(body: Uint8Array, contentType: string | undefined): void {
  if (/^\s*multipart\//i.test(contentType ?? '')) throw new Unreadable('multipart')
  if (isBlank(body)) throw new Unreadable('empty')
}
