// An answer as it came over the wire to its content. In: a reply that may be a package of parts, and may be signed. Out: the
// envelope's value or fault. Never: text that had to be signed and is not.

import type { ExchangeReply } from '../adapter.ts'
import { decodeXmlBytes } from '../xml/charset.ts'
import type { XmlHandler } from '../xml/parse.ts'
import { IncludeReader, type Parts } from './attachments/attachments.ts'
import { isMultipart, unpackMultipart } from './attachments/multipart.ts'
import type { Expected } from './body.ts'
import type { EnvelopeContent } from './envelope.ts'
import { type AnswerBytes, assertXml, readAnswer, type Wrap } from './read-answer.ts'
import type { Outgoing } from './security/security.ts'

export interface Reading {
  /** Of an answer that declares no charset and is not UTF-8. */
  readonly charset: string | undefined
  readonly expected: Expected
  readonly outgoing: Outgoing
}

/** Throws XmlError or Unreadable, and what `rest` throws. */
export async function readSecured(
  reply: ExchangeReply,
  { charset, expected, outgoing }: Reading,
): Promise<EnvelopeContent> {
  const { 'content-type': contentType } = reply.headers
  const { body, rest } = reply
  const bytes = isMultipart(contentType)
    ? await unpack(reply, contentType, charset)
    : { body, rest, contentType, charset, parts: undefined }
  assertXml(bytes.body, bytes.contentType)
  return readAnswer(verified(bytes, outgoing), expected, wrapped(bytes.parts, outgoing))
}

interface UnpackedBytes extends AnswerBytes {
  readonly parts: Parts | undefined
}

/** A package is taken apart as a whole; the limit of replies bounds it. */
async function unpack(
  { body, rest }: ExchangeReply,
  contentType: string,
  charset: string | undefined,
): Promise<UnpackedBytes> {
  const { root, parts } = unpackMultipart(await whole(body, rest), contentType)
  return { body: root.body, contentType: root.contentType, charset, parts }
}

async function whole(body: Uint8Array, rest: ExchangeReply['rest']): Promise<Uint8Array> {
  if (rest === undefined) return body
  const pieces = [body]
  for await (const piece of rest) pieces.push(piece)
  return Buffer.concat(pieces)
}

function verified(bytes: AnswerBytes, { verify }: Outgoing): AnswerBytes {
  if (verify === undefined) return bytes
  const text = verify(decodeXmlBytes(bytes.body, bytes.contentType, bytes.charset))
  return {
    body: Buffer.from(text, 'utf8'),
    contentType: 'text/xml; charset=utf-8',
    charset: undefined,
  }
}

function wrapped(parts: Parts | undefined, { wrap }: Outgoing): Wrap {
  return (handler: XmlHandler) => {
    const inner = parts === undefined ? handler : new IncludeReader(handler, parts)
    return wrap === undefined ? inner : wrap(inner)
  }
}
