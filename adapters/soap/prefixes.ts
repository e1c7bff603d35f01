// The namespace prefixes of one envelope. In: namespaces as the compilers meet them. Out: one declaration each, on the envelope.
// Never: a default namespace, which would catch raw XML that a caller gives.

import { escapeAttribute } from '../xml/escape.ts'
import { XML_NAMESPACE } from '../xml/parse.ts'
import { SOAP_ENCODING, SOAP_ENCODING_12, XSD, XSI } from './namespaces.ts'

const USUAL: ReadonlyMap<string, string> = new Map([
  [XSI, 'xsi'],
  [XSD, 'xsd'],
  [SOAP_ENCODING, 'soapenc'],
  [SOAP_ENCODING_12, 'enc'],
])

export class Prefixes {
  readonly #known = new Map<string, string>()
  #count = 0
  #declarations = ''

  /** The name as it is written; an unqualified one has no prefix. */
  name(namespace: string, local: string): string {
    if (namespace === '') return local
    if (namespace === XML_NAMESPACE) return `xml:${local}`
    return `${this.#prefix(namespace)}:${local}`
  }

  /** For the envelope's tag, when all that stands in it is written: values by `$type` may need more than the contract showed. */
  declarations(): string {
    return this.#declarations
  }

  #prefix(namespace: string): string {
    const known = this.#known.get(namespace)
    if (known !== undefined) return known
    const usual = USUAL.get(namespace)
    const prefix = usual ?? `ns${(this.#count += 1)}`
    this.#known.set(namespace, prefix)
    this.#declarations += ` xmlns:${prefix}="${escapeAttribute(namespace)}"`
    return prefix
  }
}
