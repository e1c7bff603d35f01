// Arguments as other toolkits write them, for the command line only: prefixes in names, `attributes` and `$attributes` beside the
// elements, `$xml`. What the contract itself calls so stays what it is.

import type { Tree, Value } from '../adapter.ts'
import { isTree } from '../tree.ts'
import { TEXT } from './layout.ts'

export type Adapt = (record: Tree) => Tree

const ATTRIBUTES: ReadonlySet<string> = new Set(['attributes', '$attributes', '$'])
const RAW: ReadonlySet<string> = new Set(['$xml', '_'])

export function adaptRecord(record: Tree, known: ReadonlySet<string>): Tree {
  if (Object.keys(record).every((name) => known.has(name))) return record
  const adapted = new Map<string, Value>()
  for (const [name, value] of Object.entries(record)) {
    if (known.has(name)) adapted.set(name, value)
    else if (ATTRIBUTES.has(name) && isTree(value)) addAttributes(adapted, value, known)
    else if (RAW.has(name)) adapted.set(TEXT, value)
    else adapted.set(toKnown(name, known), value)
  }
  return Object.fromEntries(adapted)
}

function addAttributes(into: Map<string, Value>, given: Tree, known: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(given)) {
    // Declarations of prefixes are the encoder's own affair.
    if (/^xmlns(?::|$)/.test(name)) continue
    const key = toKnown(name, known)
    into.set(known.has(`@${key}`) ? `@${key}` : key, value)
  }
}

/** The name without its prefix, if that is known. */
function toKnown(name: string, known: ReadonlySet<string>): string {
  const local = name.slice(name.lastIndexOf(':') + 1)
  return known.has(local) ? local : name
}
