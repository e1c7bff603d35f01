// What every call of an operation carries besides the caller's question: constants and values made anew.

import { randomUUID } from 'node:crypto'

import type { Shape, Tree, Value } from '../adapter.ts'
import type { OperationSettings } from '../settings.ts'
import { isTree } from '../tree.ts'
import { toContract } from './field.ts'
import { checkPath } from './outcomes.ts'
import { shapeAt, type TreePath, withValue } from './paths.ts'

/** Where generated values come from; a test fixes both. */
export interface Generating {
  readonly uuid: () => string
  /** Epoch milliseconds. */
  readonly now: () => number
}

export const GENERATING: Generating = { uuid: randomUUID, now: Date.now }

interface Place {
  readonly path: TreePath
  readonly make: () => Value
}

/** What is wrong with a path or constant is added to `problems`. */
export function compileFilling(
  input: Shape,
  { rules, source, problems }: { rules: OperationSettings; source: Generating; problems: string[] },
): (input: Tree) => Tree {
  const places: Place[] = []
  for (const [text, constant] of Object.entries(rules.constants ?? {})) {
    const place = toConstant(text, constant, input)
    if (typeof place === 'string') problems.push(`constant ${place}`)
    else places.push(place)
  }
  for (const [text, kind] of Object.entries(rules.generated ?? {})) {
    const place = toGenerated(text, input, kind === 'uuid' ? source.uuid : () => toTime(source))
    if (typeof place === 'string') problems.push(`generated ${place}`)
    else places.push(place)
  }
  return (tree) => {
    let filled: Value = tree
    for (const { path, make } of places) filled = withValue(filled, path, make())
    return isTree(filled) ? filled : tree
  }
}

function toConstant(
  text: string,
  constant: string | number | boolean,
  input: Shape,
): Place | string {
  const path = checkPath(text, input)
  if (typeof path === 'string') return path
  const { shape } = shapeAt(path, input)
  if (shape?.kind === 'any') return { path, make: () => constant }
  const value = shape?.kind === 'scalar' ? toContract(constant, shape.type) : undefined
  if (value === undefined) return `"${text}" is not of the contract's type`
  return { path, make: () => value }
}

function toGenerated(text: string, input: Shape, make: () => string): Place | string {
  const path = checkPath(text, input)
  if (typeof path === 'string') return path
  const { shape } = shapeAt(path, input)
  const fits = shape?.kind === 'any' || (shape?.kind === 'scalar' && isTextual(shape.type))
  return fits ? { path, make } : `"${text}" is no text in the contract`
}

function isTextual(type: string): boolean {
  return type === 'string' || type === 'dateTime'
}

/** ISO 8601 in UTC, to the second. */
function toTime({ now }: Generating): string {
  return new Date(now()).toISOString().replace(/\.[0-9]+Z$/, 'Z')
}
