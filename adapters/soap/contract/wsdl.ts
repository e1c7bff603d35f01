// WSDL 1.1 to operations. In: the definitions of a contract. Out: the SOAP ports with their operations and messages as they
// stand there; messages.ts gives them types. Never: a guess between two ports when one is named.

import type { XmlElement } from '../../xml/document.ts'
import type { Place } from '../model.ts'
import { BINDING, type SoapVersion, toKey, WSDL } from '../namespaces.ts'
import { ContractError, parseQName } from './contract-error.ts'
import type { ContractDocument } from './contract-files.ts'

export interface SoapPort {
  readonly service: string
  readonly name: string
  readonly version: SoapVersion
  readonly operations: readonly SoapOperation[]
}

export interface SoapOperation {
  readonly name: string
  readonly version: SoapVersion
  readonly style: 'document' | 'rpc'
  readonly action: string
  readonly input: SoapMessage
  /** Undefined for a one-way operation. */
  readonly output: SoapMessage | undefined
  /** Local names of the elements that declared faults carry in their detail. */
  readonly faults: readonly Part[]
  readonly place: Place
}

export interface SoapMessage {
  readonly encoded: boolean
  /** Of an rpc wrapper (WSDL 1.1 §3.5). */
  readonly namespace: string
  readonly parts: readonly Part[]
  readonly headers: readonly Part[]
}

export interface Part {
  readonly name: string
  /** Keys of the schema's element or type. */
  readonly element: string | undefined
  readonly type: string | undefined
  readonly place: Place
}

interface Definition {
  readonly document: ContractDocument
  readonly node: XmlElement
}

type Kind = 'message' | 'portType' | 'binding'

/** All SOAP ports in the order of the files. Throws ContractError at the first thing that does not hold together. */
export function readPorts(documents: readonly ContractDocument[]): readonly SoapPort[] {
  const wsdl = new Wsdl(documents)
  return wsdl.ports()
}

class Wsdl {
  readonly #documents: readonly ContractDocument[]
  readonly #found = new Map<string, Definition>()

  constructor(documents: readonly ContractDocument[]) {
    this.#documents = documents
    for (const document of documents) {
      const target = document.root.attributes.get('targetNamespace') ?? ''
      for (const node of wsdlChildren(document.root, 'message', 'portType', 'binding')) {
        const key = toKey(target, node.attributes.get('name') ?? '')
        this.#found.set(`${node.local} ${key}`, { document, node })
      }
    }
  }

  ports(): readonly SoapPort[] {
    return this.#documents.flatMap((document) =>
      wsdlChildren(document.root, 'service').flatMap((service) =>
        wsdlChildren(service, 'port').flatMap((node) =>
          this.#port({ document, node }, service.attributes.get('name') ?? ''),
        ),
      ),
    )
  }

  #port(port: Definition, service: string): readonly SoapPort[] {
    const binding = this.#named('binding', port, 'binding')
    const soap = binding.node.children.find(
      (child) => child.local === 'binding' && versionOf(child) !== undefined,
    )
    const version = soap && versionOf(soap)
    // HTTP GET and POST bindings stand beside the SOAP ones in every .NET contract.
    if (soap === undefined || version === undefined) return []
    const portType = this.#named('portType', binding, 'type')
    const style = soap.attributes.get('style') ?? 'document'
    const operations = wsdlChildren(binding.node, 'operation').map((node) =>
      this.#operation({ document: binding.document, node }, portType, version, style),
    )
    return [{ service, name: port.node.attributes.get('name') ?? '', version, operations }]
  }

  #operation(
    bound: Definition,
    portType: Definition,
    version: SoapVersion,
    style: string,
  ): SoapOperation {
    const name = bound.node.attributes.get('name') ?? ''
    const abstract = wsdlChildren(portType.node, 'operation').find(
      (each) => each.attributes.get('name') === name,
    )
    if (abstract === undefined) fail(bound, `the port type has no operation "${name}"`)
    const operation = { document: portType.document, node: abstract }
    const soap = bound.node.children.find(
      (child) => child.local === 'operation' && versionOf(child) === version,
    )
    const input = this.#message(bound, operation, 'input')
    if (input === undefined) fail(operation, `operation "${name}" has no input`)
    return {
      name,
      version,
      style: (soap?.attributes.get('style') ?? style) === 'rpc' ? 'rpc' : 'document',
      action: soap?.attributes.get('soapAction') ?? '',
      input,
      output: this.#message(bound, operation, 'output'),
      faults: wsdlChildren(abstract, 'fault').flatMap((node) =>
        this.#parts({ document: operation.document, node }, undefined),
      ),
      place: toPlace(bound),
    }
  }

  #message(
    bound: Definition,
    operation: Definition,
    way: 'input' | 'output',
  ): SoapMessage | undefined {
    const [abstract] = wsdlChildren(operation.node, way)
    if (abstract === undefined) return undefined
    const [concrete] = wsdlChildren(bound.node, way)
    const extensions = concrete === undefined ? [] : soapChildren(concrete)
    const body = extensions.find((child) => child.local === 'body')
    const named = body?.attributes.get('parts')
    const headers = extensions
      .filter((child) => child.local === 'header')
      .map((node) => this.#header({ document: bound.document, node }))
    const all = this.#parts({ document: operation.document, node: abstract }, undefined)
    const own = toKeyOf(operation.document, abstract)
    const elsewhere = new Set(
      headers.filter((header) => header.message === own).map((header) => header.part.name),
    )
    const wanted = named === undefined ? undefined : new Set(named.split(/\s+/))
    return {
      encoded: body?.attributes.get('use') === 'encoded',
      namespace: body?.attributes.get('namespace') ?? '',
      parts: all.filter(({ name }) => wanted?.has(name) ?? !elsewhere.has(name)),
      headers: headers.map((header) => header.part),
    }
  }

  #header(header: Definition): { readonly message: string; readonly part: Part } {
    const name = header.node.attributes.get('part') ?? ''
    const part = this.#parts(header, name)[0]
    if (part === undefined) fail(header, `the message has no part "${name}"`)
    return { message: toKeyOf(header.document, header.node), part }
  }

  /** Parts of the message that the node names. */
  #parts(from: Definition, only: string | undefined): readonly Part[] {
    const { document, node } = this.#named('message', from, 'message')
    return wsdlChildren(node, 'part')
      .filter((part) => only === undefined || part.attributes.get('name') === only)
      .map((part) => {
        const key = (attribute: string) => {
          const value = part.attributes.get(attribute)
          if (value === undefined) return undefined
          const { namespace, local } = parseQName(document, part, value)
          return toKey(namespace, local)
        }
        return {
          name: part.attributes.get('name') ?? '',
          element: key('element'),
          type: key('type'),
          place: { file: document.file, line: part.line },
        }
      })
  }

  #named(kind: Kind, from: Definition, attribute: string): Definition {
    const value = from.node.attributes.get(attribute) ?? ''
    const { namespace, local } = parseQName(from.document, from.node, value)
    const found = this.#found.get(`${kind} ${toKey(namespace, local)}`)
    if (found === undefined) fail(from, `there is no ${kind} "${value}"`)
    return found
  }
}

function toKeyOf(document: ContractDocument, node: XmlElement): string {
  const { namespace, local } = parseQName(document, node, node.attributes.get('message') ?? '')
  return toKey(namespace, local)
}

function versionOf(node: XmlElement): SoapVersion | undefined {
  if (node.namespace === BINDING['1.1']) return '1.1'
  return node.namespace === BINDING['1.2'] ? '1.2' : undefined
}

/** SOAP extensions, also those inside the root part of a MIME binding. */
function soapChildren(node: XmlElement): readonly XmlElement[] {
  return node.children.flatMap((child) =>
    versionOf(child) === undefined
      ? child.local === 'multipartRelated'
        ? child.children.flatMap(soapChildren)
        : []
      : [child],
  )
}

function wsdlChildren(node: XmlElement, ...names: readonly string[]): readonly XmlElement[] {
  return node.children.filter((child) => child.namespace === WSDL && names.includes(child.local))
}

function toPlace({ document, node }: Definition): Place {
  return { file: document.file, line: node.line }
}

function fail(definition: Definition, message: string): never {
  throw new ContractError(toPlace(definition), message)
}
