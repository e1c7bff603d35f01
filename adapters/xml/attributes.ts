// The attributes of a start tag (XML 1.0 §3.1, Namespaces §6.3): found in the text, parted into declarations and others.
// Never: one that is there twice, or whose prefix nobody declared.

import { toAttributeValue } from './characters.ts'
import type { XmlAttribute, XmlScope } from './events.ts'
import { toName } from './names.ts'

const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f
const EQUALS = 0x3d
const QUOTE = 0x22
const APOSTROPHE = 0x27
const NOT_PLAIN = /[<&\t\n\r]/

/** Where a name ends: at white space, `/`, `>`, `=` or what can never be in one. */
export function nameEnd(text: string, start: number): number {
  let at = start
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > GREATER) continue
    if (code === GREATER || code === SLASH || code <= 0x20 || code === EQUALS || code === LESS)
      break
    if (code === QUOTE || code === APOSTROPHE) break
  }
  return at
}

function skipBlank(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1
  return at
}

/** Names and raw values in turn. The place of the `/` or `>` that ends the tag, -1 when it is not there yet, undefined when it is wrong. */
export function readAttributes(text: string, start: number, into: string[]): number | undefined {
  let at = start
  for (;;) {
    const from = skipBlank(text, at)
    if (from >= text.length) return -1
    const code = text.charCodeAt(from)
    if (code === GREATER) return from
    if (code === SLASH) {
      if (from + 1 >= text.length) return -1
      return text.charCodeAt(from + 1) === GREATER ? from : undefined
    }
    // Attributes are parted by white space (§3.1).
    if (from === at) return undefined
    const next = readAttribute(text, from, into)
    if (next === undefined || next === -1) return next
    at = next
  }
}

/** The place after the closing quote. */
function readAttribute(text: string, start: number, into: string[]): number | undefined {
  const end = nameEnd(text, start)
  const equals = skipBlank(text, end)
  const open = skipBlank(text, equals + 1)
  if (equals >= text.length) return -1
  if (text.charCodeAt(equals) !== EQUALS || end === start) return undefined
  if (open >= text.length) return -1
  const quote = text.charCodeAt(open)
  if (quote !== QUOTE && quote !== APOSTROPHE) return undefined
  const close = text.indexOf(quote === QUOTE ? '"' : "'", open + 1)
  if (close === -1) return -1
  const value = text.slice(open + 1, close)
  if (value.includes('<')) return undefined
  into.push(text.slice(start, end), value)
  return close + 1
}

/** An attribute that an element usually has, with the text before its value. */
export interface UsualAttribute {
  readonly start: string
  readonly prefix: string
  readonly local: string
  readonly namespace: string
}

export function toUsual({ prefix, local, namespace }: XmlAttribute): UsualAttribute {
  const start = prefix === '' ? ` ${local}="` : ` ${prefix}:${local}="`
  return { start, prefix, local, namespace }
}

/** The usual attributes in their usual form, with any values. The place of the `/` or `>` after them, -1 when they are not so. */
export function readUsual(
  text: string,
  start: number,
  usual: readonly UsualAttribute[],
  into: XmlAttribute[],
): number {
  let at = start
  for (const attribute of usual) {
    if (!text.startsWith(attribute.start, at)) return -1
    const from = at + attribute.start.length
    const end = text.indexOf('"', from)
    const value = end === -1 ? '<' : text.slice(from, end)
    if (NOT_PLAIN.test(value)) return -1
    const { prefix, local, namespace } = attribute
    into.push({ prefix, local, namespace, value })
    at = end + 1
  }
  const code = text.charCodeAt(at)
  const ends = code === GREATER || (code === SLASH && text.charCodeAt(at + 1) === GREATER)
  return ends ? at : -1
}

/** Prefixes and namespaces in turn; undefined when one is wrong. Whether they are allowed is asked of the scope. */
export function declarationsOf(attributes: readonly string[]): readonly string[] | undefined {
  const declarations: string[] = []
  for (let at = 0; at < attributes.length; at += 2) {
    const name = attributes[at] ?? ''
    if (!isDeclaration(name)) continue
    const value = toAttributeValue(attributes[at + 1] ?? '')
    if (name === 'xmlns:' || value === undefined) return undefined
    declarations.push(name.slice(6), value)
  }
  return declarations
}

/** All but the declarations; undefined when one is wrong. */
export function attributesOf(
  raw: readonly string[],
  scope: XmlScope,
): readonly XmlAttribute[] | undefined {
  const attributes: XmlAttribute[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? ''
    if (isDeclaration(name)) continue
    const attribute = toAttribute(name, raw[at + 1] ?? '', scope)
    if (attribute === undefined) return undefined
    attributes.push(attribute)
  }
  return attributes.length > 1 && hasTwins(attributes) ? undefined : attributes
}

function isDeclaration(name: string): boolean {
  return name.startsWith('xmlns') && (name.length === 5 || name.charAt(5) === ':')
}

function toAttribute(raw: string, rawValue: string, scope: XmlScope): XmlAttribute | undefined {
  const name = toName(raw)
  if (name === undefined) return undefined
  const { prefix, local } = name
  const namespace = prefix === '' ? '' : scope.resolve(prefix)
  const value = toAttributeValue(rawValue)
  if (namespace === undefined || value === undefined) return undefined
  return { prefix, local, namespace, value }
}

/** Namespaces §6.3: `a:x` and `b:x` are one attribute when a and b are one namespace. */
function hasTwins(attributes: readonly XmlAttribute[]): boolean {
  if (attributes.length < 5) {
    return attributes.some((one, index) =>
      attributes.some(
        (other, at) => at > index && one.local === other.local && one.namespace === other.namespace,
      ),
    )
  }
  const keys = new Set(attributes.map(({ namespace, local }) => `${namespace} ${local}`))
  return keys.size !== attributes.length
}
