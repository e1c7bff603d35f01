// Leaf values as GraphQL §6.4.3 wants them: the common case is told by one look, the rest by the type's own rules.

import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql'

export interface Leaf {
  readonly looks: 'text' | 'integer' | 'number' | 'boolean' | 'name' | 'own'
  /** Of an enum. */
  readonly names: ReadonlySet<unknown>
  readonly type: GraphQLLeafType
}

const LOOKS = new Map<string, Leaf['looks']>([
  ['String', 'text'],
  ['ID', 'text'],
  ['Int', 'integer'],
  ['Float', 'number'],
  ['Boolean', 'boolean'],
])

const NO_NAMES: ReadonlySet<unknown> = new Set()

export function toLeaf(type: GraphQLLeafType): Leaf {
  if (isEnumType(type)) {
    return { looks: 'name', names: new Set(type.getValues().map(({ name }) => name)), type }
  }
  const looks = isSpecifiedScalarType(type) ? LOOKS.get(type.name) : undefined
  return { looks: looks ?? 'own', names: NO_NAMES, type }
}

/** The value as the client gets it; undefined if it is not of the type. */
export function completeLeaf(leaf: Leaf, value: unknown): unknown {
  return isPlain(leaf, value) ? value : serialized(leaf.type, value)
}

function isPlain({ looks, names }: Leaf, value: unknown): boolean {
  switch (looks) {
    case 'text':
      return typeof value === 'string'
    case 'integer':
      return typeof value === 'number' && (value | 0) === value
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'name':
      return names.has(value)
    case 'own':
      return false
  }
}

function serialized(type: GraphQLLeafType, value: unknown): unknown {
  try {
    return type.serialize(value) ?? undefined
  } catch {
    return undefined
  }
}
