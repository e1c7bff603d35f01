// One published field of a record: path, repairs, code list. In: a record. Out: its value and the repairs that changed it.

import type { ScalarType, Shape, Value } from '../adapter.ts'
import { isList } from '../tree.ts'
import { type MappedType, type Scalar, toNumber } from './normaliser.ts'
import { isNormaliserName, NORMALISERS, type NormaliserName } from './normalisers.ts'

interface Read {
  readonly value: Value
  /** Names of the normalisers (or `CODES`) that changed the value, in order. */
  readonly normalisations: readonly string[]
}

/** Undefined: the value is not what the contract and the mapping say. */
export type ReadValue = (value: Value) => Read | undefined

export interface ValueMapping {
  readonly as: readonly NormaliserName[]
  /** Their code to our value; exact. */
  readonly codes?: ReadonlyMap<string, string> | undefined
}

/** The type of a scalar after the normalisers, or why one of them does not fit what they are used for. */
export function typeAfter(
  type: ScalarType,
  names: readonly string[],
  use: 'reading' | 'asking' = 'reading',
): { readonly type: MappedType } | { readonly problem: string } {
  let current: MappedType = type
  for (const name of names) {
    if (!isNormaliserName(name)) return { problem: `there is no normaliser "${name}"` }
    const { accepts, gives, only } = NORMALISERS[name]
    if (only !== undefined && only !== use) return { problem: `${name} ${ONE_WAY[only]}` }
    const readable: readonly MappedType[] = accepts
    if (!readable.includes(current)) {
      return { problem: `${name} reads ${accepts.join(', ')}, but here stands ${current}` }
    }
    current = gives === 'same' ? current : gives
  }
  return { type: current }
}

const ONE_WAY = {
  reading: 'cannot be said backwards; ask by a value whose normaliser is not one-way',
  asking: 'is for what is asked; it reads nothing',
} as const

/** Compiles the repairs of one scalar. Null is an absence and stays null. */
export function compileValue({ as, codes }: ValueMapping): ReadValue {
  const repair = as.length === 0 ? asItStands : compileRepairs(as)
  if (codes === undefined) return repair
  return (raw) => {
    const read = repair(raw)
    if (read === undefined || read.value === null) return read
    if (!isScalar(read.value)) return undefined
    const decoded = codes.get(String(read.value))
    if (decoded === undefined) return undefined
    const { normalisations } = read
    return {
      value: decoded,
      normalisations: normalisations.length === 0 ? ONLY_CODES : [...normalisations, 'CODES'],
    }
  }
}

// Most values need no repair: a reply of thousands should not make a list for each.
const NONE: readonly string[] = []
const ONLY_CODES: readonly string[] = ['CODES']

function asItStands(value: Value): Read | undefined {
  return value === null || isScalar(value) ? { value, normalisations: NONE } : undefined
}

function compileRepairs(as: readonly NormaliserName[]): ReadValue {
  const steps = as.map((name) => ({ name, decode: NORMALISERS[name].decode }))
  return (raw) => {
    let value: Value = raw
    let normalisations = NONE
    for (const { name, decode } of steps) {
      if (!isScalar(value)) break
      const next = decode(value)
      if (next === undefined) return undefined
      if (next !== value) normalisations = [...normalisations, name]
      value = next
    }
    // A repair may make a record of a text (GeoJson); what came as a record is none of its business.
    return value === null || isScalar(value) || isScalar(raw)
      ? { value, normalisations }
      : undefined
  }
}

/** The same for each item of a list of scalars. */
export function compileValues(mapping: ValueMapping): ReadValue {
  const readItem = compileValue(mapping)
  return (raw) => {
    if (raw === null) return { value: [], normalisations: [] }
    const values: Value[] = []
    const names = new Set<string>()
    for (const item of isList(raw) ? raw : [raw]) {
      const read = readItem(item)
      if (read === undefined) return undefined
      values.push(read.value)
      for (const name of read.normalisations) names.add(name)
    }
    return { value: values, normalisations: [...names] }
  }
}

/** Our value in the system's words: the normalisers backwards; undefined when it cannot be said. */
export function compileEncode(
  as: readonly NormaliserName[],
  shape: Shape,
): (value: Scalar) => Value | undefined {
  const type: ScalarType = shape.kind === 'scalar' ? shape.type : 'string'
  const steps = as.map((name) => NORMALISERS[name]).toReversed()
  if (steps.length === 0) return (value) => toContract(value, type)
  return (ours) => {
    let value: Value = ours
    for (const { encode } of steps) {
      if (!isScalar(value)) return undefined
      const next = encode(value, type)
      if (next === undefined) return undefined
      value = next
    }
    return value
  }
}

/** A scalar in the contract's type where nothing is lost; undefined otherwise. */
export function toContract(value: Scalar, type: ScalarType): Value | undefined {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'int':
    case 'double':
      return typeof value === 'string' ? toNumber(value, type) : value
    case 'string':
    case 'exact':
    case 'date':
    case 'dateTime':
    case 'binary':
      return String(value)
  }
}

export function isScalar(value: Value | undefined): value is Scalar {
  return value !== null && value !== undefined && typeof value !== 'object'
}
