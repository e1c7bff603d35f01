// Arguments as other toolkits write them, for the command line only: prefixes in names, `attributes` and `$attributes` beside the
// elements, `xsi:type` among them, `$xml`. What the contract itself calls so stays what it is.

import type { Tree, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { escapeAttribute, isXmlText } from '../xml/escape.ts'
import { memberPath, refuse } from './input.ts'
import { type Layout, SUBTYPE, TEXT, toLayout } from './layout.ts'
import type { Type } from './model.ts'

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
    // Text of an element that holds none: PHP writes it so for any element, and leaves it out.
    else if (name === '_' && !known.has(TEXT)) continue
    else if (RAW.has(name)) adapted.set(TEXT, value)
    else adapted.set(toKnown(name, known), value)
  }
  return Object.fromEntries(adapted)
}

/**
 * What stands for a record that holds nothing but one list: the list itself. Of pairs of key and value (Axis' and PHP's Map) an
 * object does, too.
 */
export function recordShaper({ members, wildcard }: Layout): ((value: Value) => Value) | undefined {
  const [first, another] = members
  if (first === undefined || another !== undefined || wildcard !== 'none') return undefined
  const [name, { element, list }] = first
  if (!list) return undefined
  const pairs = isPair(element.type())
  return (value) => {
    if (isList(value)) return { [name]: value }
    return pairs && isTree(value) && isPlain(value, name) ? { [name]: toPairs(value) } : value
  }
}

function isPair(type: Type): boolean {
  if (type.kind !== 'complex' || type.content.kind !== 'elements') return false
  const { members } = toLayout(type)
  return members.size === 2 && members.has('key') && members.has('value')
}

function isPlain(value: Tree, name: string): boolean {
  return Object.keys(value).every(
    (each) => each !== name && !each.startsWith('$') && !isAttributes(each),
  )
}

function toPairs(value: Tree): readonly Tree[] {
  return Object.entries(value).map(([key, each]) => ({ key, value: each }))
}

/** The text of an object where a simple value is due. */
export function looseText(record: Tree, path: string): Value {
  let text: Value = ''
  for (const [name, value] of Object.entries(record)) {
    if (name === TEXT || RAW.has(name)) text = value ?? ''
    else if (!isAttributes(name)) refuse(memberPath(path, name), 'is not known')
  }
  return text
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
