// Binary values that travel beside the envelope (XOP §3, MTOM; SwA's swaRef). In: the events of the root part and the other
// parts. Out: the same events with base64 text in the place of each reference. Never: a reference that leads out of the message.

import type { XmlHandler, XmlPlace, XmlTag } from '../../xml/parse.ts'
import { Unreadable } from '../unreadable.ts'
import type { MimePart } from './multipart.ts'

export const XOP = 'http://www.w3.org/2004/08/xop/include'

export type Parts = ReadonlyMap<string, MimePart>

/** Base64 of the part that `cid:…` names (RFC 2392: percent-encoded). Throws Unreadable `attachment`. */
function attachmentText(parts: Parts, href: string): string {
  const part = parts.get(toContentId(href))
  if (part === undefined) throw new Unreadable('attachment')
  return part.body.toString('base64')
}

function toContentId(href: string): string {
  if (!/^cid:/i.test(href)) throw new Unreadable('attachment')
  try {
    return decodeURIComponent(href.slice(4))
  } catch {
    throw new Unreadable('attachment')
  }
}

/** One part may be named often; all that it becomes is bounded, or a small message would be a large one. */
const MOST_OF_A_PART = 16

export class IncludeReader implements XmlHandler {
  readonly #inner: XmlHandler
  readonly #parts: Parts
  readonly #used = new Map<string, number>()
  /** Open elements below an Include, itself included. */
  #inside = 0
  #text: string | undefined

  constructor(inner: XmlHandler, parts: Parts) {
    this.#inner = inner
    this.#parts = parts
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#flush()
    if (this.#inside > 0) this.#inside += 1
    else if (tag.local === 'Include' && tag.namespace === XOP) {
      this.#inside = 1
      this.#inner.text(
        this.#take(tag.attributes.find(({ local }) => local === 'href')?.value ?? ''),
      )
    } else {
      this.#text = ''
      this.#inner.open(tag, place)
    }
  }

  text(text: string): void {
    if (this.#inside > 0) return
    if (this.#text === undefined) this.#inner.text(text)
    else this.#text += text
    if (this.#text !== undefined && !isReferenceSoFar(this.#text)) this.#flush()
  }

  close(): void {
    if (this.#inside > 0) {
      this.#inside -= 1
      return
    }
    const text = this.#text
    this.#text = undefined
    if (text !== undefined) this.#inner.text(this.#resolved(text))
    this.#inner.close()
  }

  /** Text that is no reference goes on as it comes. */
  #flush(): void {
    if (this.#text !== undefined && this.#text !== '') this.#inner.text(this.#text)
    this.#text = undefined
  }

  /** swaRef (WS-I Attachments Profile §4.4): the whole text of an element names a part. */
  #resolved(text: string): string {
    const href = text.trim()
    return /^cid:/i.test(href) && this.#parts.has(toContentId(href)) ? this.#take(href) : text
  }

  #take(href: string): string {
    const used = (this.#used.get(href) ?? 0) + 1
    if (used > MOST_OF_A_PART) throw new Unreadable('attachment')
    this.#used.set(href, used)
    return attachmentText(this.#parts, href)
  }
}

/** May this still become `cid:…`, and nothing else? */
function isReferenceSoFar(text: string): boolean {
  const start = text.trimStart().slice(0, 4).toLowerCase()
  return 'cid:'.startsWith(start) && text.length < 1_024
}
