// XML 1.0 text to events with namespaces. In: text. Out: calls on a handler, one after the other.
// Never: DOCTYPE, entities beyond the five of XML, unbounded depth, a DOM.

import { SaxesParser, type SaxesTagPlain } from 'saxes'

export type XmlFault = 'doctype' | 'html' | 'malformed' | 'truncated' | 'too-deep' | 'charset'

/** Text that is not XML as we take it. Holds the place and the reason, nothing of the text. */
export class XmlError extends Error {
  readonly reason: XmlFault
  readonly line: number | undefined

  constructor(reason: XmlFault, line?: number) {
    super(line === undefined ? `XML is ${reason}` : `XML is ${reason} at line ${line}`)
    this.name = 'XmlError'
    this.reason = reason
    this.line = line
  }
}

interface XmlAttribute {
  readonly prefix: string
  readonly local: string
  /** '' for an attribute without a prefix. */
  readonly namespace: string
  readonly value: string
}

export interface XmlTag {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  /** Without the namespace declarations. */
  readonly attributes: readonly XmlAttribute[]
}

export interface XmlHandler {
  open(tag: XmlTag, place: XmlPlace): void
  text(text: string): void
  close(): void
}

/** What is true where the parser stands: line and prefixes in scope. */
export interface XmlPlace {
  /** 1 when lines are not counted. */
  readonly line: number
  /** Namespace of a prefix, '' for the empty prefix when there is no default; undefined when not declared. */
  resolve(prefix: string): string | undefined
  /** All prefixes in scope. */
  prefixes(): ReadonlyMap<string, string>
}

export interface XmlLimits {
  /** Elements inside each other at most. */
  readonly depth?: number
  /** Count lines? Costs time, so only for contracts. */
  readonly lines?: boolean
}

interface PlainOptions {
  readonly xmlns: false
  readonly position: boolean
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const DEFAULT_DEPTH = 200
/** A value that outlives its answer must not keep the whole answer's text alive: V8 slices share their parent. */
const CHUNK = 65_536
const NONE: readonly XmlAttribute[] = Object.freeze([])

/** Runs the whole text through the handler; throws XmlError. What the handler throws passes through. */
export function parseXml(text: string, handler: XmlHandler, limits: XmlLimits = {}): void {
  const parser = new SaxesParser<PlainOptions>({ xmlns: false, position: limits.lines === true })
  const session = new Session(parser, handler, limits.depth ?? DEFAULT_DEPTH)
  const body = text.trimStart()
  let complete = false
  parser.on('doctype', (name) => {
    throw new XmlError(/^\s*html\b/i.test(name) ? 'html' : 'doctype', parser.line)
  })
  parser.on('error', () => {
    throw new XmlError(complete ? 'truncated' : malformed(body), parser.line)
  })
  parser.on('opentag', (tag) => session.open(tag))
  parser.on('closetag', () => session.close())
  parser.on('text', (value) => handler.text(value))
  parser.on('cdata', (value) => handler.text(value))
  for (let at = 0; at < body.length; at += CHUNK) parser.write(body.slice(at, at + CHUNK))
  complete = true
  parser.close()
}

function malformed(body: string): XmlFault {
  return /^<(?:!doctype\s+html|html)\b/i.test(body) ? 'html' : 'malformed'
}

/** Namespaces by an undo log: saxes' own `xmlns: true` costs time quadratic in depth. */
class Session implements XmlPlace {
  readonly #parser: SaxesParser<PlainOptions>
  readonly #handler: XmlHandler
  readonly #maxDepth: number
  readonly #scope = new Map<string, string>([
    ['', ''],
    ['xml', XML_NAMESPACE],
  ])
  /** One entry per open element: what to put back at its end, if it declared anything. */
  readonly #undo: (readonly (readonly [string, string | undefined])[] | undefined)[] = []

  constructor(parser: SaxesParser<PlainOptions>, handler: XmlHandler, maxDepth: number) {
    this.#parser = parser
    this.#handler = handler
    this.#maxDepth = maxDepth
  }

  get line(): number {
    return this.#parser.line
  }

  resolve(prefix: string): string | undefined {
    return this.#scope.get(prefix)
  }

  prefixes(): ReadonlyMap<string, string> {
    return this.#scope
  }

  open(tag: SaxesTagPlain): void {
    if (this.#undo.length >= this.#maxDepth) throw new XmlError('too-deep', this.line)
    const names = Object.keys(tag.attributes)
    this.#undo.push(names.length === 0 ? undefined : this.#declare(names, tag.attributes))
    const { prefix, local } = this.#split(tag.name)
    const attributes = names.length === 0 ? NONE : this.#attributes(names, tag.attributes)
    this.#handler.open({ prefix, local, namespace: this.#bound(prefix), attributes }, this)
  }

  close(): void {
    this.#handler.close()
    for (const [prefix, before] of this.#undo.pop() ?? []) {
      if (before === undefined) this.#scope.delete(prefix)
      else this.#scope.set(prefix, before)
    }
  }

  #declare(names: readonly string[], values: Record<string, string>) {
    let undo: (readonly [string, string | undefined])[] | undefined
    for (const name of names) {
      if (!name.startsWith('xmlns')) continue
      const prefix = name === 'xmlns' ? '' : name.slice(6)
      if (prefix === '' && name !== 'xmlns') continue
      undo ??= []
      undo.push([prefix, this.#scope.get(prefix)])
      this.#scope.set(prefix, values[name] ?? '')
    }
    return undo?.toReversed()
  }

  #attributes(names: readonly string[], values: Record<string, string>): readonly XmlAttribute[] {
    const attributes: XmlAttribute[] = []
    for (const name of names) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue
      const { prefix, local } = this.#split(name)
      const namespace = prefix === '' ? '' : this.#bound(prefix)
      attributes.push({ prefix, local, namespace, value: values[name] ?? '' })
    }
    // Namespaces in XML 1.0 §6.3: a:x and b:x are the same attribute when a and b are the same namespace.
    const expanded = new Set(attributes.map(({ namespace, local }) => `${namespace} ${local}`))
    if (expanded.size !== attributes.length) throw new XmlError('malformed', this.line)
    return attributes
  }

  #split(name: string): { prefix: string; local: string } {
    const colon = name.indexOf(':')
    if (colon === -1) return { prefix: '', local: name }
    const local = name.slice(colon + 1)
    if (colon === 0 || local === '' || local.includes(':')) {
      throw new XmlError('malformed', this.line)
    }
    return { prefix: name.slice(0, colon), local }
  }

  #bound(prefix: string): string {
    const namespace = this.#scope.get(prefix)
    if (namespace === undefined) throw new XmlError('malformed', this.line)
    return namespace
  }
}
