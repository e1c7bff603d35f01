// The named components of WSDL 1.1 documents, and how one names another. In: the definitions of a contract. Out: look-ups.

import type { Finding } from '../../finding.ts'
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
  readonly lenient: boolean
  /** What a lenient reading went over. */
  readonly notes: Finding[] = []
  readonly #found = new Map<string, Definition>()
  /** By kind and local name: for documents that forget to qualify a name. */
  readonly #loose = new Map<string, Definition[]>()

  constructor(documents: readonly ContractDocument[], lenient: boolean) {
    this.documents = documents
    this.lenient = lenient
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
    const key = this.key(from, value)
    const found = this.#found.get(`${kind} ${key}`)
    if (found !== undefined) return found
    const alike = this.#alike(kind, value, key)
    const message = `there is no ${kind} "${value}"`
    if (alike === undefined) fail(from, message)
    this.notes.push({ ...toPlace(from), message })
    return alike
  }

  /** Key of what a QName in an attribute names. */
  key({ document, node }: Definition, value: string): string {
    try {
      const { namespace, local } = parseQName(document, node, value)
      return toKey(namespace, local)
    } catch (error) {
      if (!(this.lenient && error instanceof ContractError)) throw error
      this.notes.push(error.finding)
      return toKey('undeclared', value.slice(value.indexOf(':') + 1).trim())
    }
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

  /** The only component of that local name: for a name without a prefix, where no default namespace helps, and for lenient readers. */
  #alike(kind: DefinitionKind, value: string, key: string): Definition | undefined {
    if (value.includes(':') && !this.lenient) return undefined
    const local = key.slice(key.lastIndexOf('}') + 1)
    const [only, another] = this.#loose.get(`${kind} ${local}`) ?? []
    return another === undefined ? only : undefined
  }
}

export function targetOf({ root }: ContractDocument): string {
  return root.attributes.get('targetNamespace') ?? ''
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
