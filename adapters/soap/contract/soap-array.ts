// Types derived from SOAP's Array in the forms that toolkits write: `wsdl:arrayType` beside an attribute, by restriction or
// extension (.NET, Axis), a sequence of one element (gSOAP, SOAP 1.2), or nothing at all (SOAP 1.1 §5.4.2, WSDL 1.1 §2.2).

import type { XmlElement } from '../../xml/document.ts'
import type { ArrayContent, ComplexType, ElementDeclaration, Type } from '../model.ts'
import { toKey, XSD } from '../namespaces.ts'
import { toTypeName } from './built-in.ts'
import type { Resolver } from './resolver.ts'
import { type Component, xsdChild } from './schema-index.ts'

const ANY_TYPE = toKey(XSD, 'anyType')
/** `ns:name[][2,3]`: the item's type and the brackets. */
const ARRAY_TYPE = /^\s*([^[\s]+)\s*((?:\[[\d,*\s]*\]\s*)+)$/

/** What the derivation says of its items; undefined when it says nothing of its own. */
export function toArrayContent(resolver: Resolver, component: Component): ArrayContent | undefined {
  const { document, node } = component
  const declared = declaredItem(node)
  const local = declared && resolver.local({ document, node: declared })
  const arrayType = arrayTypeOf(node)
  if (arrayType !== undefined) {
    const from = { document, node: arrayType.node }
    return fromArrayType(resolver, from, arrayType.value, local)
  }
  const itemType = itemTypeOf(node)
  if (itemType !== undefined) {
    const from = { document, node: itemType.node }
    return fromArrayType(resolver, from, itemType.value, local)
  }
  if (local === undefined || declared === undefined) return undefined
  const named = declared.attributes.get('type')
  const key = named === undefined ? '' : resolver.key({ document, node: declared }, named)
  const sizes = toSizes(`[${arraySizeOf(node)}]`)
  return { kind: 'array', item: local, of: toTypeName(key), inner: '', sizes }
}

/** An array of anything, as SOAP's Array is by itself. */
export function anyArray(resolver: Resolver, from: Component): ArrayContent {
  const item = itemOf(() => resolver.type(ANY_TYPE, from))
  return { kind: 'array', item, of: toTypeName(ANY_TYPE), inner: '', sizes: [undefined] }
}

function fromArrayType(
  resolver: Resolver,
  from: Component,
  value: string,
  local: ElementDeclaration | undefined,
): ArrayContent {
  const [, name, brackets = ''] = ARRAY_TYPE.exec(value) ?? []
  if (name === undefined) {
    return resolver.missing(
      from,
      `arrayType "${value}" has no form like "type[]"`,
      anyArray(resolver, from),
    )
  }
  const key = resolver.key(from, name)
  const dimensions = brackets.match(/\[[^\]]*\]/g) ?? []
  return nested(resolver, from, key, { dimensions, local })
}

interface Brackets {
  /** The last is the outermost (SOAP 1.1 §5.4.2). */
  readonly dimensions: readonly string[]
  readonly local: ElementDeclaration | undefined
}

function nested(resolver: Resolver, from: Component, key: string, rest: Brackets): ArrayContent {
  const inner = rest.dimensions.slice(0, -1)
  let type: Type | undefined
  const typeOf = (): Type =>
    (type ??=
      inner.length === 0
        ? resolver.type(key, from)
        : anonymous(from, nested(resolver, from, key, { dimensions: inner, local: undefined })))
  return {
    kind: 'array',
    item: itemOf(typeOf, rest.local),
    of: toTypeName(key),
    inner: inner.join(''),
    sizes: toSizes(rest.dimensions.at(-1) ?? ''),
  }
}

function anonymous({ document, node }: Component, content: ArrayContent): ComplexType {
  return {
    ...toTypeName(''),
    kind: 'complex',
    place: { file: document.file, line: node.line },
    abstract: false,
    attributes: [],
    anyAttribute: false,
    content,
    derived: () => [],
  }
}

/** The contract's own name for an item, whose type arrayType says. */
function itemOf(type: () => Type, local?: ElementDeclaration): ElementDeclaration {
  return {
    local: local?.local ?? 'item',
    namespace: local?.namespace ?? '',
    nillable: true,
    preset: undefined,
    abstract: false,
    type,
    substitutes: () => [],
  }
}

function toSizes(bracket: string): readonly (number | undefined)[] {
  return bracket
    .slice(1, -1)
    .split(',')
    .map((size) => (/^\s*\d+\s*$/.test(size) ? Number(size) : undefined))
}

/** `wsdl:arrayType`, wherever the attribute is declared; its prefix is not always WSDL's. */
function arrayTypeOf(
  node: XmlElement,
): { readonly node: XmlElement; readonly value: string } | undefined {
  for (const child of node.children) {
    if (child.local !== 'attribute') continue
    for (const [name, value] of child.foreign) {
      if (name.endsWith('}arrayType')) return { node: child, value }
    }
    const reference = child.attributes.get('ref') ?? ''
    const fixed = child.attributes.get('fixed') ?? child.attributes.get('default')
    if (/(?:^|:)arrayType$/.test(reference) && fixed !== undefined) {
      return { node: child, value: fixed }
    }
  }
  return undefined
}

/** `itemType` and `arraySize` (`* 3`) of SOAP 1.2, written as arrayType would be. */
function itemTypeOf(
  node: XmlElement,
): { readonly node: XmlElement; readonly value: string } | undefined {
  const found = node.children.flatMap((child) => {
    const value = child.local === 'attribute' ? foreign(child, 'itemType') : undefined
    return value === undefined ? [] : [{ node: child, value }]
  })
  const [itemType] = found
  if (itemType === undefined) return undefined
  return { node: itemType.node, value: `${itemType.value}[${arraySizeOf(node)}]` }
}

/** `2,3`, with nothing for an open dimension. */
function arraySizeOf(node: XmlElement): string {
  const size = node.children.map((child) => foreign(child, 'arraySize')).find(Boolean) ?? '*'
  return size.trim().split(/\s+/).join(',').replaceAll('*', '')
}

function foreign({ foreign: attributes }: XmlElement, local: string): string | undefined {
  for (const [name, value] of attributes) if (name.endsWith(`}${local}`)) return value
  return undefined
}

/** The only element of a sequence that stands for all items. */
function declaredItem(node: XmlElement): XmlElement | undefined {
  const group = xsdChild(node, 'sequence', 'all', 'choice')
  const [only, another] = group?.children.filter(({ local }) => local === 'element') ?? []
  return another === undefined ? only : undefined
}
