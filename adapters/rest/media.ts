// Media types that this adapter speaks, the most telling first.

import { asNode, type Node } from './nodes.ts'

export type Format = 'json' | 'xml' | 'form' | 'multipart' | 'csv' | 'text' | 'bytes'

export interface Content {
  readonly format: Format
  readonly type: string
  readonly schema: unknown
  /** The media type object, for `encoding`. */
  readonly media: Node
}

const FORMATS: readonly (readonly [Format, RegExp])[] = [
  ['json', /^(?:application\/json|text\/json|[^;]*\+json|\*\/\*)\s*(?:;|$)/i],
  ['xml', /^(?:application\/xml|text\/xml|[^;]*\+xml)\s*(?:;|$)/i],
  ['form', /^application\/x-www-form-urlencoded\s*(?:;|$)/i],
  ['multipart', /^multipart\/(?:form-data|\*)\s*(?:;|$)/i],
  ['csv', /^text\/csv\s*(?:;|$)/i],
  ['text', /^text\/plain\s*(?:;|$)/i],
  ['bytes', /^(?:application\/(?:octet-stream|pdf|zip)|image\/[^;]*)\s*(?:;|$)/i],
]

/** The content that we speak. Undefined if there is none. */
export function contentOf(content: unknown, formats: readonly Format[]): Content | undefined {
  const types = Object.entries(asNode(content))
  for (const [format, pattern] of FORMATS) {
    const [type, media] = types.find(([each]) => pattern.test(each)) ?? []
    if (type === undefined || !formats.includes(format)) continue
    return { format, type, schema: asNode(media)['schema'] ?? {}, media: asNode(media) }
  }
  return undefined
}

/** `text/plain` of `text/plain; charset=utf-8`. */
export function bareType(type: string): string {
  return type.split(';', 1)[0]?.trim() ?? type
}

export function charsetOf(type: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1]
}
