// A JSON Schema of an OpenAPI document, reduced to what decides a value: kind, scalar type, members, obligation.
// Both directions (write.ts, read.ts) and the contract's Shape are made from this one reading.

import type { ScalarType, Shape } from '../adapter.ts'
import { asList, asNode, type Document, type Node } from './document.ts'
import { readXmlForm, type XmlForm } from './xml-form.ts'

export interface Model {
  readonly nullable: boolean
  /** Texts of the values allowed; undefined if any is. */
  readonly only?: ReadonlySet<string> | undefined
  readonly kind: ModelKind
  /** How it stands in XML, where the description says so. */
  readonly xml?: XmlForm | undefined
}

type ModelKind =
  | Scalar
  | { readonly is: 'list'; readonly of: Model }
  | {
      readonly is: 'object'
      readonly members: ReadonlyMap<string, Member>
      readonly closed: boolean
    }
  /** Untyped, a choice (`oneOf`, `anyOf`), or a type within itself. */
  | { readonly is: 'any' }

export interface Scalar {
  readonly is: 'scalar'
  readonly type: ScalarType
  /** A mathematical integer. */
  readonly whole: boolean
}

export interface Member {
  readonly model: Model
  readonly required: boolean
}

const ANY: Model = { nullable: true, kind: { is: 'any' } }

/**
 * `integer` is `int` only with format int32 (or a range or enumeration within it): without, nothing bounds it and it is `exact`.
 * `number` is `exact` unless its format is float or double, because a decimal is not a double.
 */
export function readSchema(schema: unknown, document: Document): Model {
  return new SchemaReader(document).read(schema)
}

export function toShape(model: Model): Shape {
  const { kind } = model
  switch (kind.is) {
    case 'any':
      return { kind: 'any' }
    case 'scalar':
      return { kind: 'scalar', type: kind.type }
    case 'list':
      return { kind: 'list', of: toShape(kind.of) }
    case 'object':
      return {
        kind: 'object',
        fields: new Map([...kind.members].map(([name, { model: of }]) => [name, toShape(of)])),
      }
  }
}

/** Is the value text on the wire, rather than a number or boolean? */
export function isTextual({ type }: Scalar): boolean {
  return type === 'string' || type === 'date' || type === 'dateTime' || type === 'binary'
}

class SchemaReader {
  readonly #document: Document
  /** Schemas being read, outermost first: one that comes again is recursive. */
  readonly #open: Node[] = []

  constructor(document: Document) {
    this.#document = document
  }

  read(schema: unknown): Model {
    const node = this.#document.resolve(schema)
    if (this.#open.includes(node)) return { ...ANY, xml: readXmlForm(node) }
    this.#open.push(node)
    const model = { ...this.#readNode(node), xml: readXmlForm(node) }
    this.#open.pop()
    return model
  }

  #readNode(node: Node): Model {
    if ('oneOf' in node || 'anyOf' in node) return ANY
    const types = typesOf(node)
    const [type, ...others] = types.filter((each) => each !== 'null')
    if (others.length > 0) return ANY
    const nullable = node['nullable'] === true || types.includes('null')
    return { nullable, only: allowed(node), kind: this.#kind(node, type) }
  }

  #kind(node: Node, type: unknown): ModelKind {
    if (type === 'array' || (type === undefined && 'items' in node)) {
      return { is: 'list', of: this.read(node['items']) }
    }
    if (type === 'object' || (type === undefined && ('properties' in node || 'allOf' in node))) {
      return this.#object(node)
    }
    const scalar = scalarType(node, type)
    return scalar ? { is: 'scalar', type: scalar, whole: type === 'integer' } : { is: 'any' }
  }

  #object(node: Node): ModelKind {
    const parts = [...asList(node['allOf']).map((part) => this.#document.resolve(part)), node]
    const members = new Map<string, Member>()
    const required = new Set(parts.flatMap((part) => this.#required(part)))
    for (const part of parts) {
      for (const [name, schema] of this.#properties(part)) {
        members.set(name, { model: this.read(schema), required: required.has(name) })
      }
    }
    if (members.size === 0) return { is: 'any' }
    const closed = parts.some((part) => part['additionalProperties'] === false)
    return { is: 'object', members, closed }
  }

  /** Properties of a part of `allOf`, which may itself be an `allOf`. */
  #properties(part: Node): [string, unknown][] {
    const own = Object.entries(asNode(part['properties']))
    return [...this.#parts(part).flatMap((each) => this.#properties(each)), ...own]
  }

  #required(part: Node): unknown[] {
    return [
      ...asList(part['required']),
      ...this.#parts(part).flatMap((each) => this.#required(each)),
    ]
  }

  #parts(part: Node): Node[] {
    return asList(part['allOf']).map((each) => this.#document.resolve(each))
  }
}

function typesOf(node: Node): unknown[] {
  const type = node['type']
  if (Array.isArray(type)) return type
  return type === undefined ? [] : [type]
}

function allowed(node: Node): ReadonlySet<string> | undefined {
  const values = 'const' in node ? [node['const']] : node['enum']
  return Array.isArray(values) ? new Set(values.map(String)) : undefined
}

const STRING_FORMATS: Readonly<Record<string, ScalarType>> = {
  date: 'date',
  'date-time': 'dateTime',
  byte: 'binary',
}

function scalarType(node: Node, type: unknown): ScalarType | undefined {
  const format = typeof node['format'] === 'string' ? node['format'] : ''
  switch (type) {
    case 'boolean':
      return 'boolean'
    case 'integer':
      return format === 'int32' || isNarrow(node) ? 'int' : 'exact'
    case 'number':
      return format === 'double' || format === 'float' ? 'double' : 'exact'
    case 'string':
      return STRING_FORMATS[format] ?? 'string'
    default:
      return undefined
  }
}

function isNarrow(node: Node): boolean {
  const values = asList(node['enum'])
  if (values.length > 0) return values.every(isInt32)
  const { minimum, maximum } = node
  return isInt32(minimum) && isInt32(maximum)
}

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && value >= -2_147_483_648 && value <= 2_147_483_647
}
