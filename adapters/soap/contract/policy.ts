// WS-Policy in a WSDL as plain facts: which kinds of security and addressing a port or an operation asks for.
// In: the policies of all documents. Out: facts of the policies that a node holds or refers to. Never: a judgement.

import type { XmlElement } from '../../xml/document.ts'
import type { ContractDocument } from './documents.ts'
import type { PolicyFacts } from './port.ts'

const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'

/** Local names of assertions, whatever the year of their namespace. */
const ASSERTIONS: Readonly<Record<keyof PolicyFacts, readonly string[]>> = {
  usernameToken: ['UsernameToken'],
  x509: ['X509Token'],
  timestamp: ['IncludeTimestamp'],
  addressing: ['UsingAddressing', 'Addressing'],
  mtom: ['OptimizedMimeSerialization', 'MTOM'],
  https: ['HttpsToken', 'TransportBinding'],
}

export class PolicyIndex {
  readonly #byId = new Map<string, XmlElement>()

  constructor(documents: readonly ContractDocument[]) {
    for (const { root } of documents) this.#collect(root)
  }

  /** What any of the nodes asks for, by a policy of its own or by reference. */
  facts(...nodes: readonly (XmlElement | undefined)[]): PolicyFacts {
    const names = new Set<string>()
    for (const node of nodes) if (node !== undefined) this.#gather(node, names, 0)
    const asks = (fact: keyof PolicyFacts) => ASSERTIONS[fact].some((name) => names.has(name))
    return {
      usernameToken: asks('usernameToken'),
      x509: asks('x509'),
      timestamp: asks('timestamp'),
      addressing: asks('addressing'),
      mtom: asks('mtom'),
      https: asks('https'),
    }
  }

  #collect(node: XmlElement): void {
    for (const child of node.children) {
      if (child.local !== 'Policy') continue
      const id = child.foreign.get(`{${WSU}}Id`) ?? child.attributes.get('Name')
      if (id !== undefined) this.#byId.set(id, child)
    }
  }

  /** Extensions of a node; a reference within a policy is followed, but not for ever. */
  #gather(node: XmlElement, names: Set<string>, depth: number): void {
    if (depth > MAX_DEPTH) return
    for (const child of node.children) {
      if (child.local === 'PolicyReference') this.#refer(child, names, depth)
      else if (child.local === 'Policy') this.#assertions(child, names, depth)
      else if (child.local === 'UsingAddressing') names.add(child.local)
    }
  }

  #refer(reference: XmlElement, names: Set<string>, depth: number): void {
    const uri = reference.attributes.get('URI') ?? ''
    const policy = this.#byId.get(uri.replace(/^.*#/, ''))
    if (policy !== undefined) this.#assertions(policy, names, depth + 1)
  }

  #assertions(node: XmlElement, names: Set<string>, depth: number): void {
    if (depth > MAX_DEPTH) return
    for (const child of node.children) {
      names.add(child.local)
      if (child.local === 'PolicyReference') this.#refer(child, names, depth)
      else this.#assertions(child, names, depth + 1)
    }
  }
}

const MAX_DEPTH = 32
