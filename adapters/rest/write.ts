// Our input tree → what a request's JSON or text is made of, checked against its model.

import { CallerError } from '../../schema/errors.ts'
import type { Tree, Value } from '../adapter.ts'
import { isList, isTree, memberOf } from '../tree.ts'
import { NumberText } from './exact-json.ts'
import type { Member, Model, Scalar } from './model.ts'
import { isInt32, isTextual } from './schema.ts'

/** JSON-able, with NumberText for numbers that came as exact text. */
export type Written = null | boolean | number | string | NumberText | Written[] | WrittenTree
interface WrittenTree {
  [name: string]: Written
}

type Scalars = boolean | string | NumberText

const INTEGER = /^-?(?:0|[1-9][0-9]*)$/
const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

export function refuse(path: string, reason: string): CallerError {
  return new CallerError('INPUT_REJECTED', `The value at ${path} was not accepted.`, {
    fields: [path],
    detail: { reason },
  })
}

/** Throws CallerError INPUT_REJECTED naming the path. */
export function writeValue(value: Value, model: Model, path: string): Written {
  if (value === null) {
    if (!model.nullable) throw refuse(path, 'null')
    return null
  }
  const { kind } = model
  switch (kind.is) {
    case 'any':
      return writeAny(value)
    case 'list':
      if (!isList(value)) throw refuse(path, 'not a list')
      return value.map((item, index) => writeValue(item, kind.of, `${path}[${index}]`))
    case 'object':
      if (!isTree(value)) throw refuse(path, 'not an object')
      return writeObject(value, kind.members, path)
    case 'scalar':
      return writeScalar(value, kind, model, path)
  }
}

/** A parameter's text: the same checks, without JSON's quotes. The model's kind is scalar, as compiled. */
export function writeText(value: Value, model: Model, path: string): string {
  if (model.kind.is !== 'scalar') throw refuse(path, 'not a value')
  const plain = isTextual(model.kind) ? asText(value) : value
  return textOf(writeScalar(plain, model.kind, model, path))
}

function writeObject(tree: Tree, members: ReadonlyMap<string, Member>, path: string): WrittenTree {
  for (const name of Object.keys(tree)) {
    if (!members.has(name)) throw refuse(`${path}.${name}`, 'unknown')
  }
  const entries: [string, Written][] = []
  for (const [name, { model, required }] of members) {
    const value = memberOf(tree, name)
    if (value !== undefined) entries.push([name, writeValue(value, model, `${path}.${name}`)])
    else if (required) throw refuse(`${path}.${name}`, 'missing')
  }
  return Object.fromEntries(entries)
}

function writeScalar(value: Value, kind: Scalar, model: Model, path: string): Scalars {
  const written = convert(value, kind)
  if (written === undefined) throw refuse(path, `not ${kind.type}`)
  if (model.only && !model.only.has(textOf(written))) throw refuse(path, 'not a listed value')
  return written
}

function textOf(written: Scalars): string {
  return written instanceof NumberText ? written.text : String(written)
}

function convert(value: Value, kind: Scalar): Scalars | undefined {
  if (kind.type === 'boolean') return typeof value === 'boolean' ? value : undefined
  if (isTextual(kind)) return typeof value === 'string' ? value : undefined
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  if (kind.type === 'int' && !isInt32(Number(text))) return undefined
  return (kind.whole ? INTEGER : DECIMAL).test(text) ? new NumberText(text) : undefined
}

/** In a URL or header the text 5 and the number 5 are the same. */
function asText(value: Value): Value {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

function writeAny(value: Value): Written {
  if (isList(value)) return value.map(writeAny)
  if (!isTree(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, writeAny(each)]))
}
