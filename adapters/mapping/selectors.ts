// What a mapping may read: paths (paths.ts) and, beyond them, members of a list by a value (`phones[kind=HOME].number`,
// `rows[station!=0][]`), lists within lists (`groups[].items[]`), objects of unknown names (`rates{}`), constants (`'IR'`).
// In: text, checked once against a contract. Out: a compiled reader. There are no expressions: each form is a row here.

import type { Shape, Tree, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'
import { type Checked, type ReadPath, shapeBelow, toItems } from './paths.ts'

type Step =
  | { readonly is: 'member'; readonly name: string }
  | { readonly is: 'index'; readonly index: number }
  /** Items of a list whose value at `names` is, or is not, that text: the first of them, or all before `[]`. */
  | {
      readonly is: 'where'
      readonly names: readonly string[]
      readonly text: string
      readonly not: boolean
      readonly all: boolean
    }
  /** Everything behind it is read of each item, and the findings joined. */
  | { readonly is: 'each' }
  /** An object as a list of `{key, value}`. */
  | { readonly is: 'entries' }

export interface Selector {
  readonly text: string
  /** A constant instead of a path. */
  readonly literal?: string | undefined
  readonly steps: readonly Step[]
  /** It gives a list: of the items at its end, or of what lies below each of a list. */
  readonly each: boolean
}

const TOKEN = /(\[\])|\[([0-9]+)\]|\[([^=![\]]+)(!?=)([^\]]*)\]|(\{\})|(?:^|\.)([^.[\]{}']+)/y

export const GRAMMAR = "write a.b, a[0].b, a.b[], a[kind=X].b, a[].b[], a{}, . or 'text'"

/** Undefined when the text is not of the grammar. */
export function parseSelector(text: string): Selector | undefined {
  const literal = /^'([^']*)'$/.exec(text)?.[1]
  if (literal !== undefined) return { text, literal, steps: [], each: false }
  const bare = /^\.(?=\[|$)/.test(text) ? text.slice(1) : text
  const steps: Step[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < bare.length) {
    const match = TOKEN.exec(bare)
    if (match === null) return undefined
    steps.push(toStep(match, bare.startsWith('[]', TOKEN.lastIndex)))
  }
  // A number of a list that has no name is a place of nothing, as in paths.
  if (text === '' || (steps[0]?.is === 'index' && bare === text)) return undefined
  return { text, steps: withoutLastEach(steps), each: steps.some(({ is }) => is === 'each') }
}

function toStep(match: RegExpExecArray, all: boolean): Step {
  const [, each, index, where, operator, text = '', entries, name = ''] = match
  if (each !== undefined) return { is: 'each' }
  if (entries !== undefined) return { is: 'entries' }
  if (index !== undefined) return { is: 'index', index: Number(index) }
  if (where === undefined) return { is: 'member', name }
  const names = where.trim() === '.' ? [] : where.trim().split('.')
  return { is: 'where', names, text: text.trim(), not: operator === '!=', all }
}

/** A list at the end is what stands there; only in between each item is walked. */
function withoutLastEach(steps: readonly Step[]): readonly Step[] {
  return steps.at(-1)?.is === 'each' ? steps.slice(0, -1) : steps
}

/** The shape of what is read, of one item when it gives a list; or what is wrong, and the mend. */
export function shapeOf({ text, literal, steps, each }: Selector, root: Shape): Checked {
  if (literal !== undefined) return { shape: { kind: 'scalar', type: 'string' } }
  let shape = root
  for (const step of steps) {
    const next = below(step, shape)
    if (typeof next === 'string') return { problem: `path "${text}": ${next}` }
    shape = next
  }
  return { shape: each && shape.kind === 'list' ? shape.of : shape }
}

function below(step: Step, shape: Shape): Shape | string {
  switch (step.is) {
    case 'member':
      return shapeBelow(step.name, shape)
    case 'index':
      return shapeBelow(step.index, shape)
    case 'each':
      return shape.kind === 'list'
        ? shape.of
        : shape.kind === 'any'
          ? shape
          : '[] is asked of something that is no list'
    case 'entries':
      return entriesOf(shape)
    case 'where':
      return filtered(step, shape)
  }
}

function filtered(step: Step & { readonly is: 'where' }, shape: Shape): Shape | string {
  if (shape.kind === 'any') return shape
  if (shape.kind !== 'list')
    return `[${step.names.join('.')}…] is asked of something that is no list`
  let tested = shape.of
  for (const name of step.names) {
    const next = shapeBelow(name, tested)
    if (typeof next === 'string') return next
    tested = next
  }
  if (tested.kind === 'object' || tested.kind === 'list') {
    return `"${step.names.join('.')}" is no single value to compare`
  }
  if (
    tested.kind === 'scalar' &&
    tested.values !== undefined &&
    !tested.values.includes(step.text)
  ) {
    return `"${step.text}" is none of the contract's values ${tested.values.join(', ')}`
  }
  return step.all ? shape : shape.of
}

/** Views are known by their record's shape, so the same object has the same entries. */
const ENTRIES = new WeakMap<Shape, Shape>()

function entriesOf(shape: Shape): Shape | string {
  const known = ENTRIES.get(shape)
  if (known !== undefined) return known
  if (shape.kind !== 'object' && shape.kind !== 'any')
    return '{} is asked of something that is no object'
  const key: Shape = { kind: 'scalar', type: 'string' }
  const kinds = shape.kind === 'object' ? [...shape.fields.values()] : []
  const [value = { kind: 'any' } as const] = kinds
  const alike = kinds.every((each) => JSON.stringify(each) === JSON.stringify(value))
  const of = alike ? value : ({ kind: 'any' } as const)
  const fields = new Map<string, Shape>([
    ['key', key],
    ['value', of],
  ])
  const entries: Shape = { kind: 'list', of: { kind: 'object', fields } }
  ENTRIES.set(shape, entries)
  return entries
}

/** Compiled from the last step to the first: each knows what comes behind it. */
export function compileSelect({ literal, steps }: Selector): ReadPath {
  if (literal !== undefined) return () => literal
  return steps.reduceRight<ReadPath>(
    (next, step) => readerOf(step, next),
    (value) => value,
  )
}

function readerOf(step: Step, next: ReadPath): ReadPath {
  switch (step.is) {
    case 'member':
      return ofMember(step.name, next)
    case 'index':
      return (value) => {
        if (value === null) return null
        return isList(value) ? next(value[step.index] ?? null) : undefined
      }
    case 'each':
      return (value) => joined(toItems(value), next)
    case 'entries':
      return (value) => {
        if (value === null) return null
        return isTree(value) ? next(toEntries(value)) : undefined
      }
    case 'where':
      return ofWhere(step, next)
  }
}

function ofMember(name: string, next: ReadPath): ReadPath {
  return (value) => {
    if (value === null) return null
    if (!isTree(value)) return undefined
    return next(Object.hasOwn(value, name) ? (value[name] ?? null) : null)
  }
}

function ofWhere(step: Step & { readonly is: 'where' }, next: ReadPath): ReadPath {
  const read = step.names.reduceRight<ReadPath>(
    (inner, name) => ofMember(name, inner),
    (each) => each,
  )
  const matches = (item: Value): boolean => {
    const value = read(item)
    const text = value === null || typeof value === 'object' ? '' : String(value ?? '')
    return (text === step.text) !== step.not
  }
  if (step.all) return (value) => next(toItems(value).filter(matches))
  return (value) => next(toItems(value).find(matches) ?? null)
}

/** What is absent below an item is no item. */
function joined(items: readonly Value[], next: ReadPath): Value | undefined {
  const found: Value[] = []
  for (const item of items) {
    const value = next(item)
    if (value === undefined) return undefined
    if (isList(value)) found.push(...value)
    else if (value !== null) found.push(value)
  }
  return found
}

function toEntries(tree: Tree): readonly Value[] {
  return Object.entries(tree).map(([key, value]) => ({ key, value }))
}
