// Places inside a tree: `name`, `owner.name`, `return[0].name`, `.` (the tree itself), `deeds.deed[]` (each of a list).
// In: text, checked once against a contract. Out: a compiled reader or writer. Nothing is interpreted per request.

import { editDistance } from '../../schema/edit-distance.ts'
import type { Shape, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'

export interface TreePath {
  readonly text: string
  readonly steps: readonly (string | number)[]
  /** Ends with `[]`: the list's items are meant, and a single item that lost its list counts as one (Q12). */
  readonly each: boolean
}

const STEP = /^([^.[\]]+)((?:\[[0-9]+\])*)$/

/** Undefined when the text is not of the grammar. */
export function parsePath(text: string): TreePath | undefined {
  const each = text.endsWith('[]')
  const bare = each ? text.slice(0, -2) : text
  if (bare === '.') return { text, steps: [], each }
  const steps: (string | number)[] = []
  for (const part of bare.split('.')) {
    const match = STEP.exec(part)
    if (match?.[1] === undefined) return undefined
    steps.push(match[1])
    for (const index of (match[2] ?? '').matchAll(/[0-9]+/g)) steps.push(Number(index[0]))
  }
  return { text, steps, each }
}

export type Checked =
  | { readonly shape: Shape; readonly problem?: undefined }
  | { readonly shape?: undefined; readonly problem: string }

/** The shape at a path, of one item when the path ends with `[]`; or what is wrong with it, and the mend. */
export function shapeAt(path: TreePath, root: Shape): Checked {
  let shape = root
  for (const step of path.steps) {
    const next = shapeBelow(step, shape)
    if (typeof next === 'string') return { problem: `path "${path.text}": ${next}` }
    shape = next
  }
  if (!path.each) return { shape }
  return { shape: shape.kind === 'list' ? shape.of : shape }
}

/** The shape one step further, or what is wrong. */
export function shapeBelow(step: string | number, shape: Shape): Shape | string {
  if (shape.kind === 'any') return shape
  if (typeof step === 'number') {
    return shape.kind === 'list' ? shape.of : `[${step}] is asked of something that is no list`
  }
  if (shape.kind === 'list') return `"${step}" is asked of a list; write [0] or end with []`
  if (shape.kind === 'scalar') return `"${step}" is asked of a ${shape.type}, which has no parts`
  const below = shape.fields.get(step)
  if (below !== undefined) return below
  const known = [...shape.fields.keys()]
  const near = known.find((name) => editDistance(name.toLowerCase(), step.toLowerCase()) <= 2)
  const mend = near === undefined ? '' : `; did you mean "${near}"?`
  return `the contract has no "${step}" here, only ${known.join(', ') || 'nothing'}${mend}`
}

/** Null: absent. Undefined: the tree is not of its contract. */
export type ReadPath = (tree: Value) => Value | undefined

/** Without regard to `each`: the value as it stands. */
export function compileRead(path: TreePath): ReadPath {
  const { steps } = path
  return (tree) => {
    let value: Value = tree
    for (const step of steps) {
      if (value === null) return null
      const next = stepInto(step, value)
      if (next === undefined) return undefined
      value = next
    }
    return value
  }
}

function stepInto(step: string | number, value: Value): Value | undefined {
  if (typeof step === 'number') return isList(value) ? (value[step] ?? null) : undefined
  if (!isTree(value)) return undefined
  return Object.hasOwn(value, step) ? (value[step] ?? null) : null
}

/** The items at a path ending with `[]`: none when absent, one when a list of one has collapsed (Q12). */
export function toItems(value: Value): readonly Value[] {
  if (value === null) return []
  return isList(value) ? value : [value]
}

/** A copy of the tree with the value at the path; what stands beside it stays. */
export function withValue(tree: Value | undefined, path: TreePath, value: Value): Value {
  return place(tree, path.steps, value)
}

function place(tree: Value | undefined, steps: readonly (string | number)[], value: Value): Value {
  const [step, ...rest] = steps
  if (step === undefined) return value
  if (typeof step === 'number') {
    const list = isList(tree) ? [...tree] : []
    while (list.length < step) list.push(null)
    list[step] = place(list[step], rest, value)
    return list
  }
  const kept = isTree(tree) ? tree : {}
  return { ...kept, [step]: place(Object.hasOwn(kept, step) ? kept[step] : undefined, rest, value) }
}
