// The SOAP envelope, 1.1 §4 and 1.2 part 1 §5. In: body and header texts, or the text of an answer. Out: the envelope's text, or
// the answer's value or fault. Never: anything of a header; answers' headers are not ours to act on yet.

import type { Value } from '../adapter.ts'
import { parseXml, type XmlHandler, type XmlPlace, type XmlTag } from '../xml/parse.ts'
import { ElementDecoder } from './decode.ts'
import { FaultDecoder, type Fault } from './fault.ts'
import { ENVELOPE, type SoapVersion, XSI } from './namespaces.ts'
import type { PlannedMember } from './plan.ts'
import { Unreadable } from './unreadable.ts'

/** An envelope with two holes; `declarations` are the namespaces that headers and body use. */
export function toEnvelope(
  version: SoapVersion,
  declarations: string,
): (headers: string, body: string) => string {
  const start = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${ENVELOPE[version]}" xmlns:xsi="${XSI}"${declarations}>`
  const end = '</soap:Body></soap:Envelope>'
  return (headers, body) => {
    const header = headers === '' ? '' : `<soap:Header>${headers}</soap:Header>`
    return `${start}${header}<soap:Body>${body}${end}`
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
  | { readonly kind: 'reply'; readonly value: Value | undefined }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** Throws XmlError or Unreadable. `body` undefined: the body is empty. */
export function parseEnvelope(text: string, body: PlannedMember | undefined): EnvelopeContent {
  const decoder = new EnvelopeDecoder(body)
  parseXml(text, decoder)
  return decoder.content()
}

type Inside = 'header' | 'body' | 'none'

class EnvelopeDecoder implements XmlHandler {
  readonly #expected: PlannedMember | undefined
  #depth = 0
  #inside: Inside = 'none'
  #reader: XmlHandler | undefined
  #value: ElementDecoder | undefined
  #fault: FaultDecoder | undefined

  constructor(expected: PlannedMember | undefined) {
    this.#expected = expected
  }

  content(): EnvelopeContent {
    if (this.#fault !== undefined) return { kind: 'fault', fault: this.#fault.fault }
    if (this.#value === undefined && this.#expected !== undefined) throw new Unreadable('empty')
    return { kind: 'reply', value: this.#value?.value }
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#depth += 1
    if (this.#reader !== undefined) this.#reader.open(tag, place)
    else if (this.#depth === 1) assertEnvelope(tag)
    else if (this.#depth === 2) this.#inside = toInside(tag)
    else if (this.#depth === 3 && this.#inside === 'body') this.#enter(tag, place)
  }

  text(text: string): void {
    this.#reader?.text(text)
  }

  close(): void {
    // The Fault element itself is the envelope's; the answer's root is its decoder's.
    if (this.#depth > 3 || this.#reader === this.#value) this.#reader?.close()
    this.#depth -= 1
    if (this.#depth === 2) this.#reader = undefined
  }

  #enter(tag: XmlTag, place: XmlPlace): void {
    if (tag.local === 'Fault' && isEnvelope(tag.namespace)) {
      this.#fault = new FaultDecoder()
      this.#reader = this.#fault
      return
    }
    const expected = this.#expected
    const fits = expected?.local === tag.local && expected.namespace === tag.namespace
    if (expected === undefined || !fits || this.#value !== undefined) {
      throw new Unreadable('wrong-root')
    }
    this.#value = new ElementDecoder(expected)
    this.#reader = this.#value
    this.#value.open(tag, place)
  }
}

/** A server that speaks the other version answers in its own (SOAP 1.2 part 1 appendix A), so both are read. */
function isEnvelope(namespace: string): boolean {
  return namespace === ENVELOPE['1.1'] || namespace === ENVELOPE['1.2']
}

function assertEnvelope({ local, namespace }: XmlTag): void {
  if (local === 'Envelope' && isEnvelope(namespace)) return
  throw new Unreadable(/^html$/i.test(local) ? 'html' : 'wrong-root')
}

function toInside({ local, namespace }: XmlTag): Inside {
  if (!isEnvelope(namespace)) return 'none'
  if (local === 'Body') return 'body'
  return local === 'Header' ? 'header' : 'none'
}
