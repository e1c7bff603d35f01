// A value that a contract allows. In: a shape. Out: the same invented value every time, one item in every list.

import type { ScalarType, Shape, Value } from '../../adapters/adapter.ts'
import { isTree } from '../../adapters/tree.ts'
import { credentialOf, recognise } from './recognise.ts'

const SCALARS: Readonly<Record<ScalarType, Value>> = {
  string: 'نمونه',
  boolean: true,
  int: 1,
  double: 1.5,
  exact: '1',
  date: '2026-03-21',
  dateTime: '2026-03-21T08:30:00+03:30',
  binary: '2YbZhdmI2YbZhw==',
}
/** Records inside records beyond this are left out where they may be. */
const DEEPEST = 8

export interface SampleOptions {
  /** Leave out what may be absent. */
  readonly least?: boolean
}

/** Undefined for content without a type, which no one can invent. */
export function sampleValue(
  shape: Shape,
  { least = false }: SampleOptions = {},
): Value | undefined {
  return valueOf(shape, '', { least, depth: 0 })
}

interface Around {
  readonly least: boolean
  readonly depth: number
}

function valueOf(shape: Shape, name: string, around: Around): Value | undefined {
  switch (shape.kind) {
    case 'any':
      // A message that is nothing but anything takes a text.
      return name === '$value' ? SCALARS.string : undefined
    case 'scalar':
      return scalarOf(shape, name)
    case 'list': {
      const item = valueOf(shape.of, name, around)
      return item === undefined ? [] : Array.from({ length: shape.least ?? 1 }, () => item)
    }
    case 'object':
      return recordOf(shape, around)
  }
}

type ObjectShape = Extract<Shape, { kind: 'object' }>

function recordOf(shape: ObjectShape, around: Around): Value | undefined {
  const { required, fields, subtypes, added, abstract = false } = shape
  if (abstract) return ofSubtype(subtypes ?? new Map(), around)
  const { left, right } = sides(shape)
  const deep = around.depth >= DEEPEST
  const members = [...fields].flatMap(([field, below]) => {
    if (field.startsWith('$type') || left.has(field)) return []
    const isOwed = required === undefined || required.has(field) || right.has(field)
    if (!isOwed && (around.least || deep || added?.has(field) === true)) return []
    const value = memberOf(below, field, {
      ...around,
      depth: around.depth + 1,
      isOwed: required?.has(field) === true,
    })
    return value === undefined ? [] : [[field, value] as const]
  })
  return Object.fromEntries(members)
}

/** Something stands even for what has no type, where without it the record would be refused. */
function memberOf(shape: Shape, name: string, around: Around & { readonly isOwed: boolean }) {
  const value = valueOf(shape, name, around)
  return value === undefined && shape.kind === 'any' && around.isOwed ? SCALARS.string : value
}

/** The first that is no more abstract, under its name. */
function ofSubtype(subtypes: ReadonlyMap<string, Shape>, around: Around): Value | undefined {
  for (const [name, shape] of subtypes) {
    const value =
      around.depth >= DEEPEST
        ? undefined
        : valueOf(shape, '', { ...around, depth: around.depth + 1 })
    if (value !== undefined && isTree(value)) return { $type: name, ...value }
  }
  return undefined
}

/** Of each choice the first branch: what it forbids, and what it needs. */
function sides({ choices = [] }: ObjectShape) {
  const left = new Set<string>()
  const right = new Set<string>()
  for (const { required, of } of choices) {
    const [first = [], ...others] = of.filter((names) => names.length > 0)
    for (const name of others.flat()) if (!first.includes(name)) left.add(name)
    if (required) for (const name of first) right.add(name)
  }
  return { left, right }
}

const FORMS: Readonly<Record<string, Value>> = {
  time: '08:30:00',
  gYear: '2026',
  gYearMonth: '2026-03',
  gMonth: '--03',
  gMonthDay: '--03-21',
  gDay: '---21',
  duration: 'P1D',
  hexBinary: '00FF',
  negativeInteger: '-1',
  nonPositiveInteger: '-1',
  language: 'fa',
  Name: 'sample',
  NCName: 'sample',
  NMTOKEN: 'sample',
  QName: 'sample',
  ID: 'sample',
  IDREF: 'sample',
  ENTITY: 'sample',
  anyURI: 'urn:sample',
}

/** In the system's own form: a national id that is a number there has lost its zeros. */
function scalarOf(
  { type, values, form = '' }: Extract<Shape, { kind: 'scalar' }>,
  name: string,
): Value {
  if (values?.[0] !== undefined) return values[0]
  const formed = FORMS[form]
  if (formed !== undefined) return formed
  const text = recognise(name, type)?.sample
  if (text !== undefined && type === 'string') return text
  if (text !== undefined && type === 'exact') return text.replace(/^0+(?=.)/, '')
  return credentialOf(name) !== undefined && type === 'string' ? 'sample' : SCALARS[type]
}
