// Raw XML from the caller is taken only if it is well formed by itself: it cannot close our tags or name our prefixes.

import type { Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { parseXml, XmlError } from '../xml/parse.ts'
import { refuse } from './input.ts'

const ALONE: ReadonlySet<string> = new Set(['$xml', '$value', 'any'])

/** `{"$xml": …}` and `{"any": …}` are that XML, and an empty object is none: content without names has no other members. */
export function toRawXml(value: Value, path: string): string {
  if (isList(value)) return value.map((each) => toRawXml(each, path)).join('')
  if (isTree(value)) {
    const [name, another] = Object.keys(value)
    if (name === undefined) return ''
    if (another === undefined && ALONE.has(name)) return toRawXml(value[name] ?? '', path)
  }
  if (typeof value !== 'string') return refuse(path, 'must be XML in a string')
  if (!isContent(value)) return refuse(path, 'must be well-formed XML')
  return value
}

/** Is this text what may stand inside an element? */
function isContent(text: string): boolean {
  try {
    parseXml(`<x>${text}</x>`, { open: ignore, text: ignore, close: ignore })
    return true
  } catch (error) {
    if (error instanceof XmlError) return false
    throw error
  }
}

function ignore(): void {
  // Only whether it parses is of interest.
}
