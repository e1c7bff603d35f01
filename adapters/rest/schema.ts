// A JSON Schema of an OpenAPI document, reduced to what decides a value: kind, scalar type, members, obligation.
// Both directions (write.ts, read.ts) and the contract's Shape are made from this one reading.

import type { ScalarType, Shape } from '../adapter.ts'
import type { Document } from './document.ts'
import { merge } from './merge-models.ts'
import type { Member, Model, ModelKind, Scalar } from './model.ts'
import { asList, asNode, type Node } from './nodes.ts'
import { readXmlForm } from './xml-form.ts'

const ANY: Model = { nullable: true, kind: { is: 'any' } }

/**
 * `integer` is `int` only with format int32 (or a range or enumeration within it): without, nothing bounds it and it is `exact`.
 * `number` is `exact` unless its format is float or double, because a decimal is not a double.
 */
export function readSchema(schema: unknown, document: Document, way: Way = 'reply'): Model {
  return new SchemaReader(document, way).read(schema)
}

/** `readOnly` members are none of a request, `writeOnly` ones none of a reply (OpenAPI 3.0.3 §4.7.24.1). */
type Way = 'request' | 'reply'

export function toShape(model: Model): Shape {
  const known = SHAPES.get(model)
  if (known !== undefined) return known
  const shape = shapeOf(model)
  SHAPES.set(model, shape)
  return shape
}

/** A schema that stands in many places is one model, and one shape. */
const SHAPES = new WeakMap<Model, Shape>()

function shapeOf(model: Model): Shape {
  const { kind } = model
  switch (kind.is) {
    case 'any':
      return { kind: 'any' }
    case 'scalar':
      return {
        kind: 'scalar',
        type: kind.type,
        ...(model.only && { values: [...model.only] }),
      }
    case 'list':
      return { kind: 'list', of: toShape(kind.of) }
    case 'object': {
      const required = [...kind.members].filter(([, member]) => member.required)
      return {
        kind: 'object',
        fields: new Map([...kind.members].map(([name, { model: of }]) => [name, toShape(of)])),
        ...(required.length > 0 && { required: new Set(required.map(([name]) => name)) }),
      }
    }
  }
}

/** Is the value text on the wire, rather than a number or boolean? */
export function isTextual({ type }: Scalar): boolean {
  return type === 'string' || type === 'date' || type === 'dateTime' || type === 'binary'
}

const ENOUGH = 2_000
const KNOWN = new WeakMap<Document, Readonly<Record<Way, Map<Node, Model>>>>()

function knownOf(document: Document, way: Way): Map<Node, Model> {
  const known = KNOWN.get(document) ?? { request: new Map(), reply: new Map() }
  KNOWN.set(document, known)
  return known[way]
}

class SchemaReader {
  readonly #document: Document
  readonly #hidden: 'readOnly' | 'writeOnly'
  /** Schemas being read, outermost first: one that comes again is recursive. */
  readonly #open: Node[] = []
  readonly #known: Map<Node, Model>
  /** The outermost open schema that was met again. */
  #cutAt = Infinity
  #read = 0

  constructor(document: Document, way: Way) {
    this.#document = document
    this.#hidden = way === 'request' ? 'readOnly' : 'writeOnly'
    this.#known = knownOf(document, way)
  }

  read(schema: unknown): Model {
    const node = this.#document.resolve(schema)
    const known = this.#known.get(node)
    if (known !== undefined) return known
    const again = this.#open.indexOf(node)
    this.#cutAt = Math.min(this.#cutAt, again < 0 ? Infinity : again)
    if (again >= 0) return { ...ANY, xml: readXmlForm(node) }
    return this.#readNew(node)
  }

  /**
   * A schema is read once, unless it is recursive through one that is open: then what it holds depends on where it stands.
   * Many that refer to each other have more such places than can be counted, so that after enough of them one is for all.
   */
  #readNew(node: Node): Model {
    const { findings } = this.#document
    const [found, outer, depth] = [findings.length, this.#cutAt, this.#open.length]
    this.#cutAt = Infinity
    this.#open.push(node)
    const model = { ...this.#readNode(node), xml: readXmlForm(node) }
    this.#open.pop()
    this.#read += 1
    const isWhole = this.#cutAt >= depth
    this.#cutAt = Math.min(outer, isWhole ? Infinity : this.#cutAt)
    // What is wrong with it has to be said again for each operation: not all are asked for.
    if (findings.length === found && (isWhole || this.#read > ENOUGH)) this.#known.set(node, model)
    return model
  }

  #readNode(node: Node): Model {
    const choice = node['oneOf'] ?? node['anyOf']
    if (choice !== undefined) return this.#choice(node, asList(choice))
    const types = typesOf(node)
    const [type, ...others] = types.filter((each) => each !== 'null')
    if (others.length > 0) return ANY
    const nullable =
      node['nullable'] === true || node['x-nullable'] === true || types.includes('null')
    const part = type === undefined ? this.#onlyPart(node) : undefined
    if (part !== undefined) return { ...part, nullable: nullable || part.nullable }
    const odd = type === 'string' && asList(node['enum']).some((each) => typeof each === 'number')
    if (odd)
      this.#document.report(
        'enum of a text lists numbers, whose leading zeros are lost: put them in quotes',
        'enum',
      )
    return { nullable, only: allowed(node), kind: this.#kind(node, type) }
  }

  /** `allOf` around one reference is the usual way to describe a property or allow null beside it. */
  #onlyPart(node: Node): Model | undefined {
    const parts = asList(node['allOf'])
    if (parts.length !== 1 || 'properties' in node || 'items' in node) return undefined
    const part = this.read(parts[0])
    return part.kind.is === 'object' ? undefined : part
  }

  /** A choice has a static shape where its forms are one, or objects whose members can stand side by side. */
  #choice(node: Node, forms: readonly unknown[]): Model {
    const models = forms
      .filter((form) => !isNullForm(this.#document.resolve(form)))
      .map((form) => this.read(form))
    const nullable =
      node['nullable'] === true ||
      models.length < forms.length ||
      models.some((each) => each.nullable)
    const [first, ...others] = models
    if (first === undefined) return ANY
    const merged = others.reduce<Model | undefined>(merge, first)
    if (merged === undefined || 'properties' in node) return ANY
    return { ...merged, nullable }
  }

  #kind(node: Node, type: unknown): ModelKind {
    if (type === 'array' || (type === undefined && 'items' in node)) {
      return { is: 'list', of: this.read(node['items']) }
    }
    if (type === 'object' || (type === undefined && ('properties' in node || 'allOf' in node))) {
      return this.#object(node)
    }
    const scalar = scalarType(node, type ?? typeOfValues(node))
    return scalar ? { is: 'scalar', type: scalar, whole: type === 'integer' } : { is: 'any' }
  }

  #object(node: Node): ModelKind {
    const parts = this.#partsOf(node)
    const members = new Map<string, Member>()
    const required = new Set(parts.flatMap((part) => asList(part['required'])))
    for (const part of parts) {
      for (const [name, schema] of Object.entries(asNode(part['properties']))) {
        if (this.#document.resolve(schema)[this.#hidden] === true) continue
        members.set(name, { model: this.read(schema), required: required.has(name) })
      }
    }
    // A part that is a choice or says less than its members leaves the object open to anything.
    const isOpen = parts.some((part) => part !== node && ('oneOf' in part || 'anyOf' in part))
    if (members.size === 0 || isOpen) return { is: 'any' }
    const closed = parts.some((part) => part['additionalProperties'] === false)
    return { is: 'object', members, closed }
  }

  /** The parts of `allOf`, which may themselves have parts, then the schema itself; none of them twice. */
  #partsOf(node: Node, known = new Set<Node>()): readonly Node[] {
    if (known.has(node)) return []
    known.add(node)
    const parts = asList(node['allOf']).map((part) => this.#document.resolve(part))
    return [...parts.flatMap((part) => this.#partsOf(part, known)), node]
  }
}

function isNullForm(node: Node): boolean {
  const values = asList(node['enum'])
  return node['type'] === 'null' || (values.length === 1 && values[0] === null)
}

function typesOf(node: Node): unknown[] {
  const type = node['type']
  if (Array.isArray(type)) return type
  return type === undefined ? [] : [type]
}

function allowed(node: Node): ReadonlySet<string> | undefined {
  const values = 'const' in node ? [node['const']] : node['enum']
  return Array.isArray(values)
    ? new Set(values.filter((each) => each !== null).map(String))
    : undefined
}

/** A schema that only lists texts is of texts. */
function typeOfValues(node: Node): 'string' | undefined {
  const values = 'const' in node ? [node['const']] : asList(node['enum'])
  const isText = values.length > 0 && values.every((each) => typeof each === 'string')
  return isText ? 'string' : undefined
}

const STRING_FORMATS: ReadonlyMap<string, ScalarType> = new Map([
  ['date', 'date'],
  ['date-time', 'dateTime'],
  ['byte', 'binary'],
  ['binary', 'binary'],
])

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
      return node['contentEncoding'] === 'base64'
        ? 'binary'
        : (STRING_FORMATS.get(format) ?? 'string')
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

export function isInt32(value: unknown): boolean {
  return typeof value === 'number' && value >= -2_147_483_648 && value <= 2_147_483_647
}
