// A value that a contract allows. In: a shape. Out: the same invented value every time, one item in every list.

import type { ScalarType, Shape, Value } from '../../adapters/adapter.ts'
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
      return undefined
    case 'scalar':
      return scalarOf(shape, name)
    case 'list': {
      const item = valueOf(shape.of, name, around)
      return item === undefined ? [] : [item]
    }
    case 'object': {
      const { required, fields } = shape
      const deep = around.depth >= DEEPEST
      const members = [...fields].flatMap(([field, below]) => {
        if (field.startsWith('$type')) return []
        const isOwed = required === undefined || required.has(field)
        if (!isOwed && (around.least || deep)) return []
        const value = valueOf(below, field, { ...around, depth: around.depth + 1 })
        return value === undefined ? [] : [[field, value] as const]
      })
      return Object.fromEntries(members)
    }
  }
}

/** In the system's own form: a national id that is a number there has lost its zeros. */
function scalarOf({ type, values }: Extract<Shape, { kind: 'scalar' }>, name: string): Value {
  if (values?.[0] !== undefined) return values[0]
  const text = recognise(name, type)?.sample
  if (text !== undefined && type === 'string') return text
  if (text !== undefined && type === 'exact') return text.replace(/^0+(?=.)/, '')
  return credentialOf(name) !== undefined && type === 'string' ? 'sample' : SCALARS[type]
}
