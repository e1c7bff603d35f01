// A reply's JSON → our tree, checked against its model on the way.

import type { Tree, Value } from '../adapter.ts'
import { NumberText, numberText } from './exact-json.ts'
import type { Member, Model, Scalar } from './model.ts'
import { isNode } from './nodes.ts'
import { isTextual } from './schema.ts'

/** A value that is not its contract. `path` is a place of the contract; the value itself is not kept. */
export class Mismatch extends Error {
  readonly path: string
  readonly expected: string

  constructor(path: string, expected: string) {
    super(`${path || 'the body'}: expected ${expected}`)
    this.name = 'Mismatch'
    this.path = path
    this.expected = expected
  }
}

/** Of untyped content, whose depth no schema bounds. */
const DEEPEST = 100

/**
 * Throws Mismatch. More than the schema is allowed only where nothing can be misread: null for a member that may be
 * absent, and a single item where a list of one is meant (quirk Q12, the way XML-to-JSON bridges write it).
 */
export function readValue(json: unknown, model: Model, path: string): Value {
  if (json === null) {
    if (!model.nullable) throw new Mismatch(path, 'a value, not null')
    return null
  }
  const { kind } = model
  switch (kind.is) {
    case 'any':
      return readAny(json, path)
    case 'list':
      return (Array.isArray(json) ? json : [json]).map((item, index) =>
        readValue(item, kind.of, `${path}[${index}]`),
      )
    case 'object':
      return readObject(json, kind, path)
    case 'scalar': {
      const value = readScalar(json, kind)
      if (value === undefined) throw new Mismatch(path, kind.type)
      if (model.only && !model.only.has(String(value))) throw new Mismatch(path, 'a listed value')
      return value
    }
  }
}

function readObject(
  json: unknown,
  kind: { readonly members: ReadonlyMap<string, Member>; readonly closed: boolean },
  path: string,
): Tree {
  if (!isNode(json) || json instanceof NumberText) throw new Mismatch(path, 'an object')
  const entries: [string, Value][] = []
  for (const [name, { model, required }] of kind.members) {
    const place = path === '' ? name : `${path}.${name}`
    if (!Object.hasOwn(json, name)) {
      if (required) throw new Mismatch(place, 'a value, not nothing')
    } else if (json[name] === null && !required) {
      entries.push([name, null])
    } else {
      entries.push([name, readValue(json[name], model, place)])
    }
  }
  if (kind.closed && Object.keys(json).some((name) => !kind.members.has(name))) {
    throw new Mismatch(path, 'no member beyond the contract')
  }
  return Object.fromEntries(entries)
}

function readScalar(json: unknown, kind: Scalar): boolean | number | string | undefined {
  if (kind.type === 'boolean') return typeof json === 'boolean' ? json : undefined
  if (isTextual(kind)) return typeof json === 'string' ? json : undefined
  const number = numberText(json)
  if (number === undefined) return undefined
  if (kind.type === 'int') return toInt(number)
  if (kind.type === 'double') return toDouble(number)
  return kind.whole ? number.integer : number.text
}

/** What a double cannot hold (1e400) would be infinity here, and nothing where it is written as JSON again. */
function toDouble({ text }: NumberText): number | undefined {
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

function toInt(number: NumberText): number | undefined {
  const value = Number(number.integer ?? NaN)
  return value >= -2_147_483_648 && value <= 2_147_483_647 ? value : undefined
}

/** Untyped content: integers that a double holds exactly are numbers, all other numbers exact text. */
function readAny(json: unknown, path: string, depth = 0): Value {
  if (depth > DEEPEST) throw new Mismatch(path, 'less nesting')
  const number = numberText(json)
  if (number !== undefined) {
    const value = Number(number.text)
    return Number.isSafeInteger(value) && String(value) === number.text ? value : number.text
  }
  if (Array.isArray(json)) return json.map((item) => readAny(item, path, depth + 1))
  if (isNode(json)) {
    const entries = Object.entries(json)
    return Object.fromEntries(entries.map(([name, each]) => [name, readAny(each, path, depth + 1)]))
  }
  return typeof json === 'string' || typeof json === 'boolean' ? json : null
}
