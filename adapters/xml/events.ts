// What a scanner of XML tells, and what it refuses. Shared by the scanner and all who listen to it.

export type XmlFault =
  | 'doctype'
  | 'html'
  | 'malformed'
  | 'truncated'
  | 'too-deep'
  | 'too-long'
  | 'charset'

/** Text that is not XML as we take it. Holds the place and the reason, nothing of the text. */
export class XmlError extends Error {
  readonly reason: XmlFault
  /** Undefined when lines are not counted. */
  readonly line: number | undefined

  constructor(reason: XmlFault, line?: number) {
    super(line === undefined ? `XML is ${reason}` : `XML is ${reason} at line ${line}`)
    this.name = 'XmlError'
    this.reason = reason
    this.line = line
  }
}

export interface XmlAttribute {
  readonly prefix: string
  readonly local: string
  /** '' for an attribute without a prefix. */
  readonly namespace: string
  readonly value: string
}

/** Elements of one name without attributes share one tag. */
export interface XmlTag {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  /** Without the namespace declarations. */
  readonly attributes: readonly XmlAttribute[]
}

export interface XmlHandler {
  open(tag: XmlTag, place: XmlPlace): void
  /** One text may come in several pieces. */
  text(text: string): void
  close(): void
  /** An element that holds text or nothing, at one go. May come in the place of `open`, `text` and `close`, and means the same. */
  leaf?(tag: XmlTag, text: string, place: XmlPlace): void
}

/** A leaf for a handler, or for the part of it, that does not take it at one go. */
export function openLeaf(handler: XmlHandler, tag: XmlTag, text: string, place: XmlPlace): void {
  handler.open(tag, place)
  if (text !== '') handler.text(text)
  handler.close()
}

/** The prefixes that hold for an element. Never changes, so it may be kept. */
export interface XmlScope {
  /** Namespace of a prefix, '' for the empty prefix when there is no default; undefined when not declared. */
  resolve(prefix: string): string | undefined
  /** All prefixes in scope. */
  prefixes(): ReadonlyMap<string, string>
}

/** What is true where the scanner stands. */
export interface XmlPlace extends XmlScope {
  /** 1 when lines are not counted. */
  readonly line: number
  readonly scope: XmlScope
}

export interface XmlLimits {
  /** Elements inside each other at most. */
  readonly depth?: number
  /** Count lines? Costs time, so only for contracts. */
  readonly lines?: boolean
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
