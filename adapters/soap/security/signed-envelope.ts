// An answer's envelope as its signature sees it: one DOM for the places of the parts and for the digests over them. In: text.
// Out: the places that WS-Security gives a meaning, or Unreadable. Never: a part that is found by its id alone, which is how
// wrapped signatures deceive.

import { DOMParser } from '@xmldom/xmldom'

import { parseXml } from '../../xml/parse.ts'
import { isEnvelope } from '../namespaces.ts'
import { Unreadable } from '../unreadable.ts'
import { isAddressing } from './addressing.ts'
import { DS, WSSE, WSU } from './names.ts'

/** Ids of the parts by their places; a part without an id cannot be signed. */
export interface SignedEnvelope {
  readonly namespace: string
  readonly body: Element
  readonly headers: readonly Element[]
  readonly signature: Element
  /** Of the header that holds the signature. */
  readonly security: Element
}

/** Throws XmlError for what is no XML as we take it, Unreadable for an envelope that signs in a way we do not follow. */
export function parseSigned(text: string): SignedEnvelope {
  // Our own reader first: no DOCTYPE, no depth without end, and nothing that the DOM would mend in silence.
  parseXml(text, { open() {}, text() {}, close() {} })
  const root = toDocument(text).documentElement
  if (root.localName !== 'Envelope' || !isEnvelope(root.namespaceURI ?? '')) {
    throw new Unreadable('wrong-root')
  }
  assertUniqueIds(root)
  const namespace = root.namespaceURI ?? ''
  const parts = childrenOf(root)
  const body = only(parts.filter((each) => isNamed(each, namespace, 'Body')))
  const header = only(parts.filter((each) => isNamed(each, namespace, 'Header')))
  if (parts.length !== 2 || parts[0] !== header) throw new Unreadable('signature')
  const headers = childrenOf(header)
  const signing = headers
    .filter((each) => isNamed(each, WSSE, 'Security'))
    .flatMap((security) =>
      childrenOf(security)
        .filter((each) => isNamed(each, DS, 'Signature'))
        .map((signature) => ({ security, signature })),
    )
  const { security, signature } = only(signing)
  return { namespace, body, headers, security, signature }
}

/** The id that a reference may name it by: wsu:Id, or the bare one that some toolkits write. */
export function idOf(element: Element): string | undefined {
  const id = element.getAttributeNS(WSU, 'Id') || element.getAttributeNS(null, 'Id')
  return id === null || id === '' ? undefined : id
}

export function childrenOf(parent: Element): Element[] {
  return Array.from(parent.childNodes).filter(isElement)
}

export function isNamed(element: Element, namespace: string, local: string): boolean {
  return element.localName === local && element.namespaceURI === namespace
}

export function isAddressingBlock(element: Element): boolean {
  return isAddressing(element.namespaceURI ?? '')
}

/** Prefixes at an element, for values that are qualified names. */
export function scopeOf(element: Element): ReadonlyMap<string, string> {
  const scope = new Map<string, string>()
  let at: Node | null = element
  while (at !== null && isElement(at)) {
    for (const { name, value } of Array.from(at.attributes)) {
      if (name.startsWith('xmlns') && !scope.has(name)) scope.set(name, value)
    }
    at = at.parentNode
  }
  return scope
}

function toDocument(text: string): Document {
  return new DOMParser({
    errorHandler: { warning: refuse, error: refuse, fatalError: refuse },
  }).parseFromString(text, 'text/xml')
}

function refuse(): never {
  throw new Unreadable('malformed')
}

/** Two elements of one id: a reference would mean one of them, and a reader another. */
function assertUniqueIds(root: Element): void {
  const seen = new Set<string>()
  const walk = (element: Element): void => {
    for (const { localName, value } of Array.from(element.attributes)) {
      if (localName?.toLowerCase() !== 'id') continue
      if (seen.has(value)) throw new Unreadable('signature')
      seen.add(value)
    }
    for (const child of childrenOf(element)) walk(child)
  }
  walk(root)
}

function only<T>(found: readonly T[]): T {
  const [first, second] = found
  if (first === undefined) throw new Unreadable('unsigned')
  if (second !== undefined) throw new Unreadable('signature')
  return first
}

function isElement(node: Node): node is Element {
  return node.nodeType === 1
}
