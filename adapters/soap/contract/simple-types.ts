// xsd:simpleType to the model: restrictions with their enumerations, lists and unions (XSD 1.0 part 1 §3.14).
// Facets other than enumeration are not kept: whether a value fits them is the system's to say.

import type { Value } from '../../adapter.ts'
import { isList } from '../../tree.ts'
import type { Lexical, SimpleType, Type } from '../model.ts'
import { STRING, toTypeName } from './built-in.ts'
import type { Resolver } from './resolver.ts'
import { type Component, xsdChild, xsdChildren } from './schema-index.ts'

/** `key` is '' for a type that stands where it is used. */
export function toSimpleType(resolver: Resolver, component: Component, key: string): SimpleType {
  const { document, node } = component
  const name = toTypeName(key)
  const restriction = xsdChild(node, 'restriction')
  if (restriction !== undefined) {
    const from = { document, node: restriction }
    return { ...restrict(from, namedSimple(resolver, from, 'base')), ...name }
  }
  const list = xsdChild(node, 'list')
  if (list !== undefined) {
    const item = namedSimple(resolver, { document, node: list }, 'itemType')
    return { ...item, ...name, list: true, enumeration: undefined }
  }
  const union = xsdChild(node, 'union')
  if (union === undefined) return { ...STRING, ...name }
  return { ...toUnion(memberTypes(resolver, { document, node: union })), ...name }
}

/** The simple type that an attribute of the node names, or that stands in it; text when it says neither. */
export function namedSimple(
  resolver: Resolver,
  component: Component,
  attribute: string,
): SimpleType {
  const { document, node } = component
  const named = node.attributes.get(attribute)
  const inline = xsdChild(node, 'simpleType')
  if (named === undefined) {
    return inline === undefined ? STRING : resolver.simple({ document, node: inline })
  }
  const type = textOf(resolver.type(resolver.key(component, named), component))
  return type ?? resolver.missing(component, `${named} is not a simple type`, STRING)
}

/** The simple type of a type's text; undefined when it holds elements. */
export function textOf(type: Type): SimpleType | undefined {
  if (type.kind === 'simple') return type
  if (type.kind === 'anything') return STRING
  return type.content.kind === 'text' ? type.content.type : undefined
}

/** The type with the enumeration of a restriction, if it has one. */
export function restrict({ node }: Component, base: SimpleType): SimpleType {
  const values = xsdChildren(node, 'enumeration').map((each) => each.attributes.get('value') ?? '')
  return values.length === 0 || base.list ? base : { ...base, enumeration: values }
}

function memberTypes(resolver: Resolver, component: Component): readonly SimpleType[] {
  const { document, node } = component
  const named = (node.attributes.get('memberTypes') ?? '')
    .split(/\s+/)
    .filter((name) => name !== '')
  const types = named.map((name) => {
    const type = textOf(resolver.type(resolver.key(component, name), component))
    return type ?? resolver.missing(component, `${name} is not a simple type`, STRING)
  })
  const inline = xsdChildren(node, 'simpleType')
  return [...types, ...inline.map((each) => resolver.simple({ document, node: each }))]
}

function toUnion(members: readonly SimpleType[]): SimpleType {
  const values = members.flatMap((member) => member.enumeration ?? [])
  const closed = members.length > 0 && members.every((each) => each.enumeration !== undefined)
  return {
    ...STRING,
    lexical: members.length === 0 ? STRING.lexical : unionLexical(members),
    members,
    enumeration: closed ? values : undefined,
  }
}

/**
 * Members of one scalar are tried in their order. Of different ones the text stays as it stands: without their facets it
 * cannot be told which member "007" belongs to, and a number would lose its zeros.
 */
function unionLexical(members: readonly SimpleType[]): Lexical {
  const scalars = new Set(members.map((each) => (each.list ? 'list' : each.lexical.scalar)))
  const [scalar = 'string'] = scalars
  const alike = scalars.size === 1 && scalar !== 'list'
  return {
    name: 'anySimpleType',
    scalar: alike ? scalar : 'string',
    parse: alike ? (text) => first(members, (each) => each.lexical.parse(text)) : (text) => text,
    print: (value) => first(members, (each) => printMember(each, value)),
  }
}

function printMember(member: SimpleType, value: Value): string | undefined {
  const { lexical } = member
  if (!member.list) return lexical.print(value)
  const items = (isList(value) ? value : [value]).map((item) => lexical.print(item))
  return items.some((item) => item === undefined) ? undefined : items.join(' ')
}

function first<R>(
  members: readonly SimpleType[],
  read: (member: SimpleType) => R | undefined,
): R | undefined {
  for (const member of members) {
    const result = read(member)
    if (result !== undefined) return result
  }
  return undefined
}
