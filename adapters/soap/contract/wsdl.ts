// WSDL 1.1 to operations. In: the definitions of a contract. Out: the SOAP ports with their operations and messages as they
// stand there; messages.ts gives them types. Never: a guess between two ports or two operations of one name.

import type { Finding } from '../../finding.ts'
import type { XmlElement } from '../../xml/document.ts'
import { ContractError } from './contract-error.ts'
import type { ContractDocument } from './documents.ts'
import { PolicyIndex } from './policy.ts'
import type { BrokenOperation, SoapOperation, SoapPort, SoapPorts } from './port.ts'
import {
  type Definition,
  fail,
  nameOf,
  targetOf,
  toPlace,
  versionOf,
  WsdlIndex,
  wsdlChildren,
} from './wsdl-index.ts'
import { readFaults, readMessage } from './wsdl-messages.ts'

/** `lenient`: goes over names in the wrong namespace and ports without their binding, and says so among the findings. */
export function readPorts(documents: readonly ContractDocument[], lenient = false): SoapPorts {
  return new Wsdl(documents, lenient).ports()
}

/** What a binding says for all of its operations. */
interface Binding {
  readonly definition: Definition
  /** Undefined when the contract has none of that name: then no operation can be used. */
  readonly portType: Definition | undefined
  readonly version: SoapPort['version']
  readonly style: string
  readonly policy: readonly (XmlElement | undefined)[]
}

/** An operation that nobody calls but the server. */
class Outgoing extends ContractError {}

class Wsdl {
  readonly #lenient: boolean
  readonly #index: WsdlIndex
  readonly #policies: PolicyIndex

  constructor(documents: readonly ContractDocument[], lenient: boolean) {
    this.#lenient = lenient
    this.#index = new WsdlIndex(documents, lenient)
    this.#policies = new PolicyIndex(documents)
  }

  ports(): SoapPorts {
    const findings: Finding[] = []
    const ports = this.#ports(findings)
    return { ports, findings: [...findings, ...this.#index.notes] }
  }

  #ports(findings: Finding[]): readonly SoapPort[] {
    const served = this.#index.documents.flatMap((document) =>
      wsdlChildren(document.root, 'service').flatMap((service) =>
        wsdlChildren(service, 'port').flatMap((node) =>
          orFinding(findings, () => this.#port({ document, node }, nameOf(service))),
        ),
      ),
    )
    if (served.length > 0 || (findings.length > 0 && !this.#lenient)) return served
    // An abstract contract: whoever calls it brings the address.
    return this.#index
      .all('binding')
      .flatMap((binding) => orFinding(findings, () => this.#bound(binding)))
  }

  #port(port: Definition, service: string): readonly SoapPort[] {
    const binding = this.#index.named('binding', port, 'binding')
    const address = port.node.children.find((child) => child.local === 'address')
    const place = { service, name: nameOf(port.node), address: locationOf(address) }
    return this.#bind(binding, place, port.node)
  }

  #bound(binding: Definition): readonly SoapPort[] {
    return this.#bind(binding, { service: '', name: nameOf(binding.node), address: '' }, undefined)
  }

  #bind(
    definition: Definition,
    place: Pick<SoapPort, 'service' | 'name' | 'address'>,
    port: XmlElement | undefined,
  ): readonly SoapPort[] {
    const soap = definition.node.children.find(
      (child) => child.local === 'binding' && versionOf(child) !== undefined,
    )
    const version = soap && versionOf(soap)
    // HTTP GET and POST bindings stand beside the SOAP ones in every .NET contract.
    if (soap === undefined || version === undefined) return []
    const binding: Binding = {
      definition,
      portType: this.#portType(definition),
      version,
      style: soap.attributes.get('style') ?? 'document',
      policy: [port, definition.node],
    }
    const policy = this.#policies.facts(...binding.policy, binding.portType?.node)
    const name = nameOf(definition.node)
    return [{ ...place, binding: name, version, policy, ...this.#operations(binding) }]
  }

  #portType(binding: Definition): Definition | undefined {
    try {
      return this.#index.named('portType', binding, 'type')
    } catch (error) {
      if (error instanceof ContractError) return undefined
      throw error
    }
  }

  #operations(binding: Binding): Pick<SoapPort, 'operations' | 'broken'> {
    const operations: SoapOperation[] = []
    const broken: BrokenOperation[] = []
    const taken = new Set<XmlElement>()
    for (const node of wsdlChildren(binding.definition.node, 'operation')) {
      const bound = { document: binding.definition.document, node }
      try {
        const portType =
          binding.portType ?? this.#index.named('portType', binding.definition, 'type')
        const abstract = this.#abstract(portType, bound)
        // A binding that says the same operation twice says nothing new.
        if (taken.has(abstract.node)) continue
        taken.add(abstract.node)
        operations.push(this.#operation(bound, abstract, { ...binding, portType }))
      } catch (error) {
        if (!(error instanceof ContractError)) throw error
        const outgoing = error instanceof Outgoing
        broken.push({ ...toBroken(node, binding), finding: error.finding, outgoing })
      }
    }
    return { operations, broken }
  }

  /** The operation of the port type: overloaded ones are told apart by their messages' names (WSDL 1.1 §2.5). */
  #abstract(portType: Definition, bound: Definition): Definition {
    const { document } = portType
    const name = nameOf(bound.node)
    const all = wsdlChildren(portType.node, 'operation').filter((each) => nameOf(each) === name)
    const [first, ...others] = all
    if (first === undefined) fail(bound, `the port type has no operation "${name}"`)
    if (others.length === 0) return { document, node: first }
    const [fit, another] = all.filter((each) =>
      ways.every((way) => {
        const wanted = messageName(bound.node, way)
        return wanted === undefined || wanted === messageName(each, way)
      }),
    )
    if (fit === undefined || another !== undefined) {
      fail(bound, `operation "${name}" is overloaded, and its messages' names do not tell which`)
    }
    return { document, node: fit }
  }

  #operation(
    bound: Definition,
    abstract: Definition,
    binding: Binding & { readonly portType: Definition },
  ): SoapOperation {
    const { version, portType } = binding
    const wireName = nameOf(bound.node)
    const soap = soapOperation(bound.node)
    const action = soap?.attributes.get('soapAction') ?? ''
    const input = readMessage(this.#index, bound, abstract, 'input')
    if (input === undefined) {
      const message = `operation "${wireName}" has no input: the server calls`
      throw new Outgoing(toPlace(abstract), message)
    }
    const output = readMessage(this.#index, bound, abstract, 'output')
    return {
      name: publicName(portType, abstract.node),
      wireName,
      version,
      style: styleOf(soap, binding),
      action,
      actionRequired: soap?.attributes.get('soapActionRequired') !== 'false',
      addressing: {
        input: actionOf(portType, abstract.node, 'input', action),
        output: output && actionOf(portType, abstract.node, 'output'),
      },
      input,
      output,
      faults: readFaults(this.#index, bound, abstract),
      policy: this.#policies.facts(
        ...binding.policy,
        portType.node,
        bound.node,
        ...ways.flatMap((way) => wsdlChildren(bound.node, way)),
      ),
      place: toPlace(bound),
    }
  }
}

const ways = ['input', 'output'] as const

function soapOperation(bound: XmlElement): XmlElement | undefined {
  return bound.children.find(
    (child) => child.local === 'operation' && versionOf(child) !== undefined,
  )
}

function styleOf(soap: XmlElement | undefined, binding: Binding): 'document' | 'rpc' {
  return (soap?.attributes.get('style') ?? binding.style) === 'rpc' ? 'rpc' : 'document'
}

function toBroken(bound: XmlElement, binding: Binding): Omit<BrokenOperation, 'finding'> {
  const soap = soapOperation(bound)
  const bodies = wsdlChildren(bound, ...ways).flatMap((message) => message.children)
  return {
    name: nameOf(bound),
    style: styleOf(soap, binding),
    encoded: bodies.some((body) => body.attributes.get('use') === 'encoded'),
    action: soap?.attributes.get('soapAction') ?? '',
  }
}

/** An overloaded operation has the name of its input behind it, or its place among them. */
function publicName(portType: Definition, operation: XmlElement): string {
  const name = nameOf(operation)
  const all = wsdlChildren(portType.node, 'operation').filter((each) => nameOf(each) === name)
  if (all.length === 1) return name
  const inputs = all.map((each) => messageName(each, 'input'))
  const own = messageName(operation, 'input')
  const unique = own !== undefined && inputs.filter((each) => each === own).length === 1
  return `${name}(${unique ? own : all.indexOf(operation) + 1})`
}

function messageName(operation: XmlElement, way: 'input' | 'output'): string | undefined {
  return wsdlChildren(operation, way)[0]?.attributes.get('name')
}

/**
 * What is said, else the SOAPAction of a request (WS-Addressing 1.0 Metadata §4.4.1), else the default (§4.4.4): namespace,
 * port type and message's name.
 */
function actionOf(
  portType: Definition,
  operation: XmlElement,
  way: 'input' | 'output',
  soapAction = '',
): string {
  const [node] = wsdlChildren(operation, way)
  const said = node === undefined ? undefined : saidAction(node)
  if (said !== undefined) return said
  return soapAction === '' ? defaultAction(portType, operation, way) : soapAction
}

/** In any of the namespaces that WS-Addressing has had. */
function saidAction(node: XmlElement): string | undefined {
  const action = [...node.foreign].find(
    ([name]) => name.endsWith('}Action') && name.includes('addressing'),
  )
  return action?.[1]
}

function defaultAction(
  portType: Definition,
  operation: XmlElement,
  way: 'input' | 'output',
): string {
  const target = targetOf(portType.document)
  const delimiter = target.startsWith('urn:') ? ':' : '/'
  const oneWay = wsdlChildren(operation, 'output').length === 0
  const suffix = way === 'output' ? 'Response' : oneWay ? '' : 'Request'
  const name = messageName(operation, way) ?? `${nameOf(operation)}${suffix}`
  const start = target.endsWith(delimiter) ? target.slice(0, -1) : target
  return [start, nameOf(portType.node), name].join(delimiter)
}

function locationOf(address: XmlElement | undefined): string {
  return address?.attributes.get('location')?.trim() ?? ''
}

function orFinding<T>(findings: Finding[], read: () => readonly T[]): readonly T[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    findings.push(error.finding)
    return []
  }
}
