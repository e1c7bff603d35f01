// The named components of WSDL 1.1 documents, and how one names another. In: the definitions of a contract. Out: look-ups.

import type { XmlElement } from '../../xml/document.ts'
import type { Place } from '../model.ts'
import { BINDING, type SoapVersion, toKey, WSDL } from '../namespaces.ts'
import { ContractError, parseQName } from './contract-error.ts'
import type { ContractDocument } from './documents.ts'

/** A node of a WSDL with the document that gives its names their meaning. */
export interface Definition {
  readonly document: ContractDocument
  readonly node: XmlElement
}

export type DefinitionKind = 'message' | 'portType' | 'binding'

export class WsdlIndex {
  readonly documents: readonly ContractDocument[]
  readonly #found = new Map<string, Definition>()
  /** By kind and local name: for documents that forget to qualify a name. */
  readonly #loose = new Map<string, Definition[]>()

  constructor(documents: readonly ContractDocument[]) {
    this.documents = documents
    for (const document of documents) {
      const target = targetOf(document)
      for (const node of wsdlChildren(document.root, 'message', 'portType', 'binding')) {
        this.#add({ document, node }, target)
      }
    }
  }

  all(kind: DefinitionKind): readonly Definition[] {
    return this.documents.flatMap((document) =>
      wsdlChildren(document.root, kind).map((node) => ({ document, node })),
    )
  }

  /** What an attribute of a node names. Throws ContractError when there is no such thing. */
  named(kind: DefinitionKind, from: Definition, attribute: string): Definition {
    const value = from.node.attributes.get(attribute)
    if (value === undefined) fail(from, `names no ${kind}`)
    const key = keyIn(from, value)
    const found = this.#found.get(`${kind} ${key}`) ?? this.#unqualified(kind, value)
    if (found === undefined) fail(from, `there is no ${kind} "${value}"`)
    return found
  }

  #add(definition: Definition, target: string): void {
    const { node } = definition
    const name = node.attributes.get('name') ?? ''
    const key = `${node.local} ${toKey(target, name)}`
    // Toolkits repeat a message in several files of one contract; the first stands for all.
    if (!this.#found.has(key)) this.#found.set(key, definition)
    const loose = `${node.local} ${name}`
    const list = this.#loose.get(loose)
    if (list === undefined) this.#loose.set(loose, [definition])
    else list.push(definition)
  }

  /** A name without a prefix means the only component that is called so, when no default namespace helps. */
  #unqualified(kind: DefinitionKind, value: string): Definition | undefined {
    if (value.includes(':')) return undefined
    const [only, another] = this.#loose.get(`${kind} ${value.trim()}`) ?? []
    return another === undefined ? only : undefined
  }
}

export function targetOf({ root }: ContractDocument): string {
  return root.attributes.get('targetNamespace') ?? ''
}

/** Key of what a QName in an attribute names. */
export function keyIn({ document, node }: Definition, value: string): string {
  const { namespace, local } = parseQName(document, node, value)
  return toKey(namespace, local)
}

/** Of a node in a SOAP binding's namespace. */
export function versionOf(node: XmlElement): SoapVersion | undefined {
  if (node.namespace === BINDING['1.1']) return '1.1'
  return node.namespace === BINDING['1.2'] ? '1.2' : undefined
}

export function wsdlChildren(node: XmlElement, ...names: readonly string[]): readonly XmlElement[] {
  return node.children.filter((child) => child.namespace === WSDL && names.includes(child.local))
}

export function nameOf({ attributes }: XmlElement): string {
  return attributes.get('name') ?? ''
}

export function toPlace({ document, node }: Definition): Place {
  return { file: document.file, line: node.line }
}

export function fail(definition: Definition, message: string): never {
  throw new ContractError(toPlace(definition), message)
}
