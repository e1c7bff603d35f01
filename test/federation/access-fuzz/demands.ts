// Random demands on the fields and types of a schema, as plain data: what is said of what is known without reading a directive.

import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'

import type { Random } from '../fuzz/random.ts'

type Alternatives = readonly (readonly string[])[]

export type Demand =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'requiresScopes' | 'policy'; readonly lists: Alternatives }
  | { readonly kind: 'purpose'; readonly codes: readonly string[] }
  | { readonly kind: 'assurance'; readonly acr: string; readonly maxAge: number | null }
  | { readonly kind: 'subject'; readonly field: string; readonly others: 'anyone' | 'case' }

/** By the name of a type, or `Type.field`. */
export type Demands = ReadonlyMap<string, readonly Demand[]>

export const SCOPES = ['read', 'write', 'all'] as const
export const CODES = ['tax', 'court', 'loan'] as const
export const ROLES = ['citizen', 'agency', 'staff', ...CODES.map((code) => `inquiry:${code}`)]
export const LEVELS = ['low', 'substantial', 'high'] as const
const MAX_AGES = [null, 0, 60, 600] as const

interface Making {
  readonly random: Random
  /** May demands be about whose an object is? */
  readonly objects: boolean
  /** Shares of those that demand something. */
  readonly types: number
  readonly fields: number
}

export function makeDemands(
  schema: GraphQLSchema,
  random: Random,
  { objects }: { readonly objects: boolean },
): Demands {
  const types = random.pick([0, 0.1, 0.3])
  const making = { random, objects, types, fields: random.pick([0.05, 0.2, 0.4]) }
  return new Map(
    Object.values(schema.getTypeMap())
      .filter(({ name, astNode }) => !isForeign(name) && astNode != null)
      .flatMap((type) => [...onType(type, making), ...onFields(type, making)]),
  )
}

type Entry = readonly [string, readonly Demand[]]

function onType(type: GraphQLNamedType, { random, objects, types }: Making): readonly Entry[] {
  const isLeaf = isLeafType(type)
  if (!isLeaf && !isObjectType(type) && !isInterfaceType(type)) return []
  const isRoot = /^(Query|Mutation)$/.test(type.name)
  const said = random.chance(isRoot ? types / 10 : types) ? some(random, isLeaf) : []
  const isAbout = objects && isObjectType(type) && !isRoot && random.chance(0.4)
  const all = [...said, ...(isAbout ? [subject(random)] : [])]
  return all.length === 0 ? [] : [[type.name, all]]
}

function onFields(type: GraphQLNamedType, { random, fields }: Making): readonly Entry[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.keys(type.getFields())
    .filter(() => random.chance(fields))
    .map((name) => [`${type.name}.${name}`, some(random, false)])
}

function isForeign(name: string): boolean {
  return name.startsWith('__') || /^(join|link)__/.test(name)
}

function subject(random: Random): Demand {
  return { kind: 'subject', field: 's', others: random.pick(['anyone', 'case']) }
}

/** Ours stand on no leaf. */
function some(random: Random, isLeaf: boolean): readonly Demand[] {
  const made: Demand[] = []
  for (const kind of KINDS.slice(0, isLeaf ? 3 : KINDS.length)) {
    if (random.chance(0.25)) made.push(make(kind, random))
  }
  // Repeatable.
  if (!isLeaf && random.chance(0.1)) made.push(make(random.pick(['purpose', 'assurance']), random))
  return made.length > 0 ? made : [make(random.pick(KINDS.slice(0, isLeaf ? 3 : 5)), random)]
}

const KINDS = ['authenticated', 'requiresScopes', 'policy', 'purpose', 'assurance'] as const

function make(kind: (typeof KINDS)[number], random: Random): Demand {
  switch (kind) {
    case 'authenticated':
      return { kind }
    case 'requiresScopes':
      return { kind, lists: lists(random, SCOPES) }
    case 'policy':
      return { kind, lists: lists(random, ROLES) }
    case 'purpose':
      return { kind, codes: random.some(CODES) }
    case 'assurance':
      return { kind, acr: random.pick(LEVELS), maxAge: random.pick(MAX_AGES) }
  }
}

function lists(random: Random, names: readonly string[]): Alternatives {
  const count = random.between(1, 3)
  return Array.from({ length: count }, () =>
    random.chance(0.03) ? [] : random.some(names, 1 / names.length),
  )
}
