// A contract file as a small tree with lines and namespaces. Only for files of ours at load, never for answers.

import { parseXml, type XmlHandler, type XmlPlace, type XmlTag } from './parse.ts'

export interface XmlElement {
  readonly local: string
  readonly namespace: string
  /** Attributes without a prefix. */
  readonly attributes: ReadonlyMap<string, string>
  /** Attributes with a prefix, as `{namespace}local`. */
  readonly foreign: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly line: number
  /** Prefixes in scope, for QNames in attribute values. */
  readonly prefixes: ReadonlyMap<string, string>
}

/** Throws XmlError with its line. */
export function parseDocument(text: string): XmlElement {
  const builder = new Builder()
  parseXml(text, builder, { lines: true, depth: 100 })
  return builder.document.children[0] ?? builder.document
}

type Growing = XmlElement & { readonly children: XmlElement[] }

class Builder implements XmlHandler {
  readonly document: Growing = {
    local: '',
    namespace: '',
    attributes: new Map(),
    foreign: new Map(),
    children: [],
    line: 1,
    prefixes: new Map(),
  }
  readonly #open: Growing[] = [this.document]
  #prefixes: ReadonlyMap<string, string> = new Map()

  open(tag: XmlTag, place: XmlPlace): void {
    const { local, namespace } = tag
    const own = tag.attributes.filter(({ prefix }) => prefix === '')
    const others = tag.attributes.filter(({ prefix }) => prefix !== '')
    const element: Growing = {
      local,
      namespace,
      attributes: new Map(own.map((each) => [each.local, each.value])),
      foreign: new Map(others.map((each) => [`{${each.namespace}}${each.local}`, each.value])),
      children: [],
      line: place.line,
      prefixes: this.#snapshot(place.prefixes()),
    }
    this.#open.at(-1)?.children.push(element)
    this.#open.push(element)
  }

  text(): void {
    // Documentation is all that contracts hold as text.
  }

  close(): void {
    this.#open.pop()
  }

  /** Siblings mostly share one scope, so one copy serves them all. */
  #snapshot(scope: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const same =
      scope.size === this.#prefixes.size &&
      scope.entries().every(([prefix, namespace]) => this.#prefixes.get(prefix) === namespace)
    if (!same) this.#prefixes = new Map(scope)
    return this.#prefixes
  }
}
