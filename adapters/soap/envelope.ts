// The SOAP envelope, 1.1 §4 and 1.2 part 1 §5. In: body and header texts, or the events of an answer. Out: the envelope's text, or
// the answer's value or fault. Never: a header block that the contract does not declare.

import type { Tree, Value } from '../adapter.ts'
import { openLeaf, parseXml, type XmlHandler, type XmlPlace, type XmlTag } from '../xml/parse.ts'
import { BodyDecoder, type Expected } from './body.ts'
import { ElementDecoder } from './decode.ts'
import type { Fault } from './fault.ts'
import { ENVELOPE, isEnvelope, type SoapVersion, toKey } from './namespaces.ts'
import type { PlannedMember } from './plan.ts'
import { ReferenceReader } from './references.ts'
import { Unreadable } from './unreadable.ts'

/** An envelope with holes; `attributes` are its declarations of the namespaces that headers and body use, and more. */
export function toEnvelope(
  version: SoapVersion,
): (attributes: string, headers: string, body: string) => string {
  const start = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENVELOPE[version]}"`
  const end = '</soap:Body></soap:Envelope>'
  return (attributes, headers, body) => {
    const header = headers === '' ? '' : `<soap:Header>${headers}</soap:Header>`
    return `${start}${attributes}>${header}<soap:Body>${body}${end}`
  }
}

/** Content type and action of a request (SOAP 1.1 §6.1.1; SOAP 1.2 part 2 §7.1.4 and appendix A of RFC 3902). */
export function toHttpHeaders(
  version: SoapVersion,
  action: string,
): Readonly<Record<string, string>> {
  const quoted = `"${action.replace(/["\\]/g, '\\$&')}"`
  if (version === '1.1') return { 'content-type': 'text/xml; charset=utf-8', soapaction: quoted }
  const parameter = action === '' ? '' : `; action=${quoted}`
  return { 'content-type': `application/soap+xml; charset=utf-8${parameter}` }
}

export type EnvelopeContent =
  | { readonly kind: 'reply'; readonly value: Value | undefined; readonly headers: Tree }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** Throws XmlError or Unreadable. */
export function parseEnvelope(text: string, expected: Expected): EnvelopeContent {
  const decoder = new EnvelopeDecoder(expected)
  parseXml(text, decoder)
  return decoder.content()
}

type Inside = 'header' | 'body' | 'none'

export class EnvelopeDecoder implements XmlHandler {
  readonly #expected: Expected
  readonly #body: BodyDecoder
  readonly #references: ReferenceReader | undefined
  readonly #headers: Record<string, Value> = {}
  #depth = 0
  #inside: Inside = 'none'
  #block: { readonly local: string; readonly decoder: ElementDecoder } | undefined

  constructor(expected: Expected) {
    this.#expected = expected
    this.#body = new BodyDecoder(expected)
    this.#references = expected.encoded ? new ReferenceReader(this.#body) : undefined
  }

  content(): EnvelopeContent {
    const { fault } = this.#body
    if (fault !== undefined) return { kind: 'fault', fault }
    return { kind: 'reply', value: this.#body.value(), headers: this.#headers }
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#depth += 1
    if (this.#depth === 1) assertEnvelope(tag)
    else if (this.#depth === 2) this.#inside = toInside(tag)
    else this.#reader(tag)?.open(tag, place)
  }

  text(text: string): void {
    if (this.#depth > 2) this.#reader()?.text(text)
  }

  close(): void {
    if (this.#depth > 2) this.#reader()?.close()
    this.#depth -= 1
    if (this.#depth === 2 && this.#block !== undefined) this.#endBlock(this.#block)
    if (this.#depth !== 1) return
    if (this.#inside === 'body') this.#references?.finish()
    this.#inside = 'none'
  }

  leaf(tag: XmlTag, text: string, place: XmlPlace): void {
    const inBody = this.#depth > 2 && this.#inside === 'body' && this.#references === undefined
    if (inBody) this.#body.leaf(tag, text, place)
    else openLeaf(this, tag, text, place)
  }

  #reader(tag?: XmlTag): XmlHandler | undefined {
    if (this.#inside === 'body') return this.#references ?? this.#body
    if (this.#inside === 'none' || this.#expected.headers.size === 0) return undefined
    if (tag !== undefined && this.#depth === 3) this.#beginBlock(tag)
    return this.#block?.decoder
  }

  #beginBlock({ namespace, local }: XmlTag): void {
    const member: PlannedMember | undefined = this.#expected.headers.get(toKey(namespace, local))
    if (member !== undefined) this.#block = { local, decoder: new ElementDecoder(member) }
  }

  #endBlock({ local, decoder }: { readonly local: string; readonly decoder: ElementDecoder }) {
    this.#headers[local] = decoder.value ?? null
    this.#block = undefined
  }
}

function assertEnvelope({ local, namespace }: XmlTag): void {
  if (local === 'Envelope' && isEnvelope(namespace)) return
  if (local === 'Envelope') throw new Unreadable('wrong-namespace')
  throw new Unreadable(/^html$/i.test(local) ? 'html' : 'wrong-root')
}

function toInside({ local, namespace }: XmlTag): Inside {
  if (!isEnvelope(namespace)) return 'none'
  if (local === 'Body') return 'body'
  return local === 'Header' ? 'header' : 'none'
}
