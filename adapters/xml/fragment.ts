// Writes parser events back as text that is well formed by itself: only the prefixes in use are declared, where they
// are first used (Exclusive XML Canonicalization §1). For xsd:any and mixed content.

import { escapeAttribute, escapeText } from './escape.ts'
import { XML_NAMESPACE, type XmlPlace, type XmlTag } from './parse.ts'

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

export class XmlFragment {
  #text = ''
  /** Per open element: its name and what its subtree may rely on. */
  readonly #open: { readonly name: string; readonly declared: ReadonlyMap<string, string> }[] = []
  #started = false

  get depth(): number {
    return this.#open.length
  }

  get hasElements(): boolean {
    return this.#started
  }

  open(tag: XmlTag, place: XmlPlace): void {
    this.#started = true
    const before = this.#open.at(-1)?.declared ?? TOP
    const declared = new Map(before)
    const name = toName(tag.prefix, tag.local)
    const needed = new Map([[tag.prefix, tag.namespace]])
    let attributes = ''
    for (const { prefix, local, namespace, value } of tag.attributes) {
      if (prefix !== '') needed.set(prefix, namespace)
      if (namespace === XSI && local === 'type') need(needed, value, place)
      attributes += ` ${toName(prefix, local)}="${escapeAttribute(value)}"`
    }
    this.#text += `<${name}`
    for (const [prefix, namespace] of needed) {
      if (namespace === XML_NAMESPACE || declared.get(prefix) === namespace) continue
      declared.set(prefix, namespace)
      const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
      this.#text += ` ${declaration}="${escapeAttribute(namespace)}"`
    }
    this.#text += `${attributes}>`
    this.#open.push({ name, declared })
  }

  write(text: string): void {
    this.#text += escapeText(text)
  }

  close(): void {
    const element = this.#open.pop()
    if (element !== undefined) this.#text += `</${element.name}>`
  }

  toString(): string {
    return this.#text
  }
}

const TOP: ReadonlyMap<string, string> = new Map([['', '']])

function toName(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`
}

/** The prefix of a QName in a value is in use too. */
function need(needed: Map<string, string>, value: string, place: XmlPlace): void {
  const colon = value.indexOf(':')
  const prefix = colon === -1 ? '' : value.slice(0, colon).trim()
  const namespace = place.resolve(prefix)
  if (namespace !== undefined && !needed.has(prefix)) needed.set(prefix, namespace)
}
