// The global components of all schemas of a contract by kind and name. In: documents. Out: look-ups.

import type { XmlElement } from '../../xml/document.ts'
import { toKey, XSD } from '../namespaces.ts'
import { ContractError, parseQName } from './contract-error.ts'
import type { SchemaDocument } from './documents.ts'
import { wellKnownSchema } from './well-known.ts'

export type ComponentKind = 'element' | 'type' | 'group' | 'attributeGroup' | 'attribute'

/** A node of a schema with the document that gives its names their meaning. */
export interface Component {
  readonly document: SchemaDocument
  readonly node: XmlElement
}

const KINDS: Readonly<Record<string, ComponentKind>> = {
  element: 'element',
  complexType: 'type',
  simpleType: 'type',
  group: 'group',
  attributeGroup: 'attributeGroup',
  attribute: 'attribute',
}

export class SchemaIndex {
  readonly #components = new Map<string, Component>()
  /** Key of a base type → keys of the types right below it. */
  readonly #below = new Map<string, string[]>()
  /** Key of a head element → keys of the elements right below it in its substitution group. */
  readonly #substitutes = new Map<string, string[]>()

  /** Kind and local name → keys; made when first asked for. */
  #locals: Map<string, string[]> | undefined
  /** Well-known namespaces that have been asked for. */
  readonly #known = new Set<string>()

  constructor(documents: readonly SchemaDocument[]) {
    for (const document of documents) {
      if (document.redefines !== true) this.#addAll(document)
    }
    for (const document of documents) {
      if (document.redefines === true) this.#redefine(document)
    }
  }

  /** Undefined when the schemas hold no such component. `from`: what a redefinition names is what it replaces. */
  find(kind: ComponentKind, key: string, from?: Component): Component | undefined {
    const original = from?.document.original
    if (original?.kind === kind && original.key === key) return original.component
    return this.#components.get(`${kind} ${key}`) ?? this.#wellKnown(kind, key)
  }

  /**
   * For contracts that name a component in the wrong namespace: its key in the schema's own namespace, or the only one of that
   * local name. Undefined when there is none, or more than one.
   */
  alike(kind: ComponentKind, local: string, from: Component): string | undefined {
    const own = toKey(from.document.targetNamespace, local)
    if (this.#components.has(`${kind} ${own}`)) return own
    this.#locals ??= this.#byLocal()
    const [only, another] = this.#locals.get(`${kind} ${local}`) ?? []
    return another === undefined ? only : undefined
  }

  #byLocal(): Map<string, string[]> {
    const locals = new Map<string, string[]>()
    for (const entry of this.#components.keys()) {
      const [kind = ''] = entry.split(' ', 1)
      const name = `${kind} ${entry.slice(entry.lastIndexOf('}') + 1)}`
      locals.set(name, [...(locals.get(name) ?? []), entry.slice(kind.length + 1)])
    }
    return locals
  }

  /** Keys of all types that are derived from this one, at any distance. */
  derived(key: string): readonly string[] {
    return allBelow(this.#below, key)
  }

  /** Keys of all elements that may stand for this one, at any distance. */
  substitutes(key: string): readonly string[] {
    return allBelow(this.#substitutes, key)
  }

  /** What a contract leaves out of a namespace that everybody knows. */
  #wellKnown(kind: ComponentKind, key: string): Component | undefined {
    const namespace = key.slice(1, key.lastIndexOf('}'))
    if (this.#known.has(namespace)) return undefined
    this.#known.add(namespace)
    const document = wellKnownSchema(namespace)
    if (document === undefined) return undefined
    this.#addAll(document)
    return this.#components.get(`${kind} ${key}`)
  }

  #addAll(document: SchemaDocument): void {
    for (const node of document.root.children) this.#add(document, node)
  }

  /** Puts a component in the place of the one that it names (§4.2.2). */
  #redefine(document: SchemaDocument): void {
    for (const node of document.root.children) {
      const kind = node.namespace === XSD ? KINDS[node.local] : undefined
      const key = toKey(document.targetNamespace, node.attributes.get('name') ?? '')
      const component = kind && this.#components.get(`${kind} ${key}`)
      if (kind === undefined || component === undefined) continue
      this.#components.delete(`${kind} ${key}`)
      this.#add({ ...document, original: { kind, key, component } }, node)
    }
  }

  #add(document: SchemaDocument, node: XmlElement): void {
    const kind = node.namespace === XSD ? KINDS[node.local] : undefined
    const name = node.attributes.get('name')
    if (kind === undefined || name === undefined) return
    const key = toKey(document.targetNamespace, name)
    // Toolkits repeat the same component in several files of one contract; the first stands for all.
    if (this.#components.has(`${kind} ${key}`)) return
    const component = { document, node }
    this.#components.set(`${kind} ${key}`, component)
    if (node.local === 'complexType') this.#addBase(component, key)
    const head = node.attributes.get('substitutionGroup')
    if (kind === 'element' && head !== undefined) add(this.#substitutes, component, head, key)
  }

  #addBase({ document, node }: Component, key: string): void {
    const content = xsdChild(node, 'complexContent', 'simpleContent')
    const derivation =
      content && (xsdChild(content, 'extension') ?? xsdChild(content, 'restriction'))
    const base = derivation?.attributes.get('base')
    if (derivation === undefined || base === undefined) return
    add(this.#below, { document, node: derivation }, base, key)
  }
}

/** Files `key` under what a QName names; one that names nothing is told when it is needed. */
function add(map: Map<string, string[]>, from: Component, name: string, key: string): void {
  const prefix = name.includes(':') ? (name.split(':')[0] ?? '').trim() : ''
  if (!from.node.prefixes.has(prefix)) return
  const above = schemaKey(from, name)
  const list = map.get(above)
  if (list === undefined) map.set(above, [key])
  else list.push(key)
}

function allBelow(map: ReadonlyMap<string, readonly string[]>, key: string): readonly string[] {
  const found = new Set<string>()
  const open = [key]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const below of map.get(next) ?? []) {
      if (found.has(below) || below === key) continue
      found.add(below)
      open.push(below)
    }
  }
  return [...found]
}

/** Key of the component that a QName in a schema names. */
export function schemaKey({ document, node }: Component, value: string): string {
  const { namespace, local } = parseQName(document, node, value)
  // A schema without a target namespace that is included takes the including one's, its references too.
  const own = namespace === '' && !document.root.attributes.has('targetNamespace')
  return toKey(own ? document.targetNamespace : namespace, local)
}

export function xsdChild(node: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  return node.children.find((child) => child.namespace === XSD && names.includes(child.local))
}

export function xsdChildren(node: XmlElement, ...names: readonly string[]): readonly XmlElement[] {
  return node.children.filter((child) => child.namespace === XSD && names.includes(child.local))
}

export function fail({ document, node }: Component, message: string): never {
  throw new ContractError({ file: document.file, line: node.line }, message)
}
