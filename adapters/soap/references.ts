// References of an encoded message (SOAP 1.1 §5.2.1, §5.4.1; SOAP 1.2 part 2 §3.1.5.2): the body is kept as it comes, and handed
// on with every `href` replaced by what it names. Never: a value inside itself, or more copies than a message could mean.

import type { XmlAttribute, XmlHandler, XmlPlace, XmlScope, XmlTag } from '../xml/parse.ts'
import { SOAP_ENCODING_12 } from './namespaces.ts'
import { Unreadable } from './unreadable.ts'

/** Elements handed on for each that came: shared values are few, a bomb of them is many. */
const MOST_COPIES = 100
const ALWAYS_ALLOWED = 10_000

interface Node {
  readonly tag: XmlTag
  readonly scope: XmlScope
  readonly content: (Node | string)[]
}

export class ReferenceReader implements XmlHandler {
  readonly #to: XmlHandler
  readonly #roots: Node[] = []
  readonly #open: Node[] = []
  readonly #byId = new Map<string, Node>()
  readonly #active = new Set<Node>()
  #count = 0
  #handed = 0

  /** Takes the events inside a Body; the handler gets them by `finish`. */
  constructor(to: XmlHandler) {
    this.#to = to
  }

  open(tag: XmlTag, place: XmlPlace): void {
    const node: Node = { tag, scope: place.scope, content: [] }
    this.#count += 1
    const siblings = this.#open.at(-1)?.content ?? this.#roots
    siblings.push(node)
    this.#open.push(node)
    const id = tag.attributes.length === 0 ? undefined : idOf(tag)
    if (id !== undefined) this.#byId.set(id, node)
  }

  text(text: string): void {
    this.#open.at(-1)?.content.push(text)
  }

  close(): void {
    this.#open.pop()
  }

  /** Throws Unreadable `reference`. */
  finish(): void {
    for (const node of this.#roots) this.#hand(node, node.tag)
  }

  #hand(node: Node, tag: XmlTag): void {
    const target = this.#target(node)
    if (target !== node) {
      this.#hand(target, { ...tag, attributes: merged(tag.attributes, target.tag.attributes) })
      return
    }
    this.#handed += 1
    const most = ALWAYS_ALLOWED + MOST_COPIES * this.#count
    if (this.#active.has(node) || this.#handed > most) throw new Unreadable('reference')
    this.#active.add(node)
    this.#to.open(tag, placeOf(node.scope))
    for (const each of node.content) {
      if (typeof each === 'string') this.#to.text(each)
      else this.#hand(each, each.tag)
    }
    this.#to.close()
    this.#active.delete(node)
  }

  /** What a node's reference names; the node itself when it has none. An attachment (`cid:`) is not ours. */
  #target(node: Node): Node {
    let at = node
    const seen = new Set<Node>()
    for (let id = referenceOf(at.tag); id !== undefined; id = referenceOf(at.tag)) {
      const next = this.#byId.get(id)
      if (next === undefined || seen.has(next)) throw new Unreadable('reference')
      seen.add(next)
      at = next
    }
    return at
  }
}

function idOf({ attributes }: XmlTag): string | undefined {
  return attributes.find(
    ({ local, namespace }) =>
      local === 'id' && (namespace === '' || namespace === SOAP_ENCODING_12),
  )?.value
}

function referenceOf({ attributes }: XmlTag): string | undefined {
  for (const { local, namespace, value } of attributes) {
    if (local === 'href' && namespace === '' && value.startsWith('#')) return value.slice(1)
    if (local === 'ref' && namespace === SOAP_ENCODING_12) return value.replace(/^#/, '')
  }
  return undefined
}

/** The type may be said by the accessor or by the value; the value knows better. */
function merged(
  accessor: readonly XmlAttribute[],
  target: readonly XmlAttribute[],
): readonly XmlAttribute[] {
  const names = new Set(target.map(({ namespace, local }) => `${namespace} ${local}`))
  const kept = accessor.filter(
    ({ namespace, local }) =>
      local !== 'href' && local !== 'ref' && !names.has(`${namespace} ${local}`),
  )
  return [...kept, ...target]
}

function placeOf(scope: XmlScope): XmlPlace {
  return {
    line: 1,
    scope,
    resolve: (prefix) => scope.resolve(prefix),
    prefixes: () => scope.prefixes(),
  }
}
