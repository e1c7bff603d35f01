// What a contract says of its values, for the mapping's checks at load. In: types. Out: shapes.
// A type inside itself is `any` from the second time on, and a type is worked out once however often it is used.

import type { Shape } from '../adapter.ts'
import { isBare, SUBTYPE, TEXT, toLayout } from './layout.ts'
import type { ArrayContent, ComplexType, SimpleType, Type } from './model.ts'

const ANY: Shape = { kind: 'any' }
const RAW: Shape = { kind: 'scalar', type: 'string' }

export class ShapeCompiler {
  readonly #known = new Map<Type, Shape>()

  shape(type: Type): Shape {
    const known = this.#known.get(type)
    if (known !== undefined) return known
    this.#known.set(type, ANY)
    const shape = this.#compile(type)
    this.#known.set(type, shape)
    return shape
  }

  #compile(type: Type): Shape {
    if (type.kind === 'anything') return ANY
    if (type.kind === 'simple') return toScalar(type)
    if (type.content.kind === 'array') return this.#array(type.content)
    if (isBare(type)) return this.#text(type)
    const required = new Set(requiredOf(type))
    return { kind: 'object', fields: this.#fields(type), ...(required.size > 0 && { required }) }
  }

  #array({ item, sizes }: ArrayContent): Shape {
    let shape: Shape = this.shape(item.type())
    for (let left = Math.max(sizes.length, 1); left > 0; left -= 1) {
      shape = { kind: 'list', of: shape }
    }
    return shape
  }

  #fields(type: ComplexType): ReadonlyMap<string, Shape> {
    const fields = new Map<string, Shape>()
    this.#add(fields, type)
    const { kind } = type.content
    if (kind === 'text' || kind === 'raw') fields.set(TEXT, this.#text(type))
    const subtypes = type.derived()
    // A subtype's own members may be asked for beside the base's.
    for (const subtype of subtypes) this.#add(fields, subtype)
    if (subtypes.length > 0) fields.set(SUBTYPE, RAW)
    return fields
  }

  #add(fields: Map<string, Shape>, type: ComplexType): void {
    const { members, attributes, wildcard, wildcardKey } = toLayout(type)
    for (const [name, use] of attributes) {
      if (!fields.has(name)) fields.set(name, this.shape(use.type))
    }
    for (const [name, { element, list }] of members) {
      if (fields.has(name)) continue
      const shape = this.shape(element.type())
      fields.set(name, list ? { kind: 'list', of: shape } : shape)
    }
    if (wildcard !== 'none') {
      fields.set(wildcardKey, wildcard === 'list' ? { kind: 'list', of: RAW } : RAW)
    }
  }

  #text(type: ComplexType): Shape {
    return type.content.kind === 'text' ? this.shape(type.content.type) : RAW
  }
}

function toScalar({ lexical, list, enumeration }: SimpleType): Shape {
  const values = enumeration === undefined ? {} : { values: enumeration }
  const scalar: Shape = { kind: 'scalar', type: lexical.scalar, ...values }
  return list ? { kind: 'list', of: scalar } : scalar
}

/** Names without which an input is refused: what must stand there and has nothing of its own to hold. */
function* requiredOf(type: ComplexType): Generator<string> {
  const { members, attributes } = toLayout(type)
  for (const [name, { required, element }] of members) {
    if (required && element.preset === undefined) yield name
  }
  for (const [name, use] of attributes) {
    if (use.required && use.preset === undefined) yield name
  }
}
