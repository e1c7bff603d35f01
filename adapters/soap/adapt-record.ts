// Arguments as other toolkits write them, for the command line only: prefixes in names, `attributes` and `$attributes` beside the
// elements, `xsi:type` among them, `$xml`. What the contract itself calls so stays what it is.

import type { Tree, Value } from '../adapter.ts'
import { isTree } from '../tree.ts'
import { escapeAttribute, isXmlText } from '../xml/escape.ts'
import { SUBTYPE, TEXT } from './layout.ts'

export type Adapt = (record: Tree) => Tree

const ATTRIBUTES = ['attributes', '$attributes', '$'] as const
const RAW: ReadonlySet<string> = new Set(['$xml', '_'])
const NAME = /^[\p{L}_][\p{L}\p{N}._-]*$/u

export function adaptRecord(record: Tree, known: ReadonlySet<string>): Tree {
  if (Object.keys(record).every((name) => known.has(name))) return record
  const adapted = new Map<string, Value>()
  for (const [name, value] of Object.entries(record)) {
    if (known.has(name)) adapted.set(name, value)
    else if (isAttributes(name) && isTree(value)) addAttributes(adapted, value, known)
    else if (RAW.has(name)) adapted.set(TEXT, value)
    else adapted.set(toKnown(name, known), value)
  }
  return Object.fromEntries(adapted)
}

/** The type that a value names by its xsi:type: `local` or `{namespace}local`. */
export function subtypeOf(record: Tree): Value | undefined {
  if (record[SUBTYPE] !== undefined) return record[SUBTYPE]
  for (const name of ATTRIBUTES) {
    const attributes = record[name]
    if (!isTree(attributes)) continue
    const named = attributes['xsi:type'] ?? attributes['xsi_type']
    if (typeof named === 'string') return named.slice(named.indexOf(':') + 1)
    if (isTree(named)) return toTypeKey(named)
  }
  return undefined
}

/** `{"type": "Contact", "xmlns": "urn:x"}` */
function toTypeKey({ type, xmlns }: Tree): string | undefined {
  if (typeof type !== 'string') return undefined
  const local = type.slice(type.indexOf(':') + 1)
  return typeof xmlns === 'string' ? `{${xmlns}}${local}` : local
}

/** Attributes that the contract does not declare, as they are given, without a prefix. */
export function looseAttributes(record: Tree): string {
  let written = ''
  for (const name of ATTRIBUTES) {
    const attributes = record[name]
    if (!isTree(attributes)) continue
    for (const [given, value] of Object.entries(attributes)) {
      if (isDeclaration(given) || !NAME.test(toLocal(given))) continue
      const text = typeof value === 'object' ? '' : String(value)
      if (isXmlText(text)) written += ` ${toLocal(given)}="${escapeAttribute(text)}"`
    }
  }
  return written
}

/** What is left of a record without its attributes. */
export function withoutAttributes(record: Tree): Tree {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !isAttributes(name)))
}

function addAttributes(into: Map<string, Value>, given: Tree, known: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(given)) {
    if (isDeclaration(name)) continue
    const key = toKnown(name, known)
    into.set(known.has(`@${key}`) ? `@${key}` : key, value)
  }
}

function isAttributes(name: string): boolean {
  return ATTRIBUTES.some((each) => each === name)
}

/** Declarations of prefixes and types are the encoder's own affair. */
function isDeclaration(name: string): boolean {
  return /^(?:xmlns(?::|$)|xsi[:_])/.test(name)
}

/** The name without its prefix, if that is known. */
function toKnown(name: string, known: ReadonlySet<string>): string {
  return known.has(toLocal(name)) ? toLocal(name) : name
}

function toLocal(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1)
}
