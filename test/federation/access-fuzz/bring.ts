// Random fields that bring others along, by `@requires` and `@fromContext`, written into a supergraph and known as data. Nobody
// composed it so, and nobody plans it: only what it demands is looked at.

import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'

import type { Random } from '../fuzz/random.ts'
import type { Guarded } from './definition.ts'

export interface Brought {
  readonly brought: Guarded['brought']
  /** By coordinate or name of a type: directives to be written there. */
  readonly directives: ReadonlyMap<string, string>
  /** To be written at the schema, and beside it. */
  readonly link: string
  readonly definition: string
}

interface Selection {
  readonly text: string
  readonly coordinates: readonly string[]
}

const DEPTH = 3

export function bring(schema: GraphQLSchema, random: Random): Brought {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && type.astNode != null,
  )
  const told = random.some(
    types.filter((type) => isObjectType(type) && !/^(Query|Mutation)$/.test(type.name)),
    0.3,
  )
  const brought = new Map<string, readonly string[]>()
  const directives = new Map<string, string>(
    told.map(({ name }) => [name, '@context(name: "s0__told")']),
  )
  for (const type of types) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const name of Object.keys(type.getFields())) {
      if (!random.chance(0.15)) continue
      const coordinate = `${type.name}.${name}`
      const one = random.chance(0.6)
        ? required(select(schema, type, random))
        : given(told.map((context) => select(schema, context, random)))
      directives.set(coordinate, `@join__field(graph: S0, ${one.text})`)
      brought.set(coordinate, one.coordinates)
    }
  }
  return {
    brought,
    directives,
    link: '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)',
    definition: 'directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION',
  }
}

function required({ text, coordinates }: Selection): Selection {
  return { text: `requires: ${JSON.stringify(text)}`, coordinates }
}

/** One selection for all types that tell: each part of it where it is said of. */
function given(selections: readonly Selection[]): Selection {
  const text = JSON.stringify(`{ ${selections.map((one) => one.text).join(' ')} }`)
  const argument = `{ context: "s0__told", name: "x", type: "String", selection: ${text} }`
  return {
    text: `contextArguments: [${argument}]`,
    coordinates: selections.flatMap(({ coordinates }) => coordinates),
  }
}

/** On the type itself, by name: so it can stand beside those on others. */
function select(schema: GraphQLSchema, type: GraphQLNamedType, random: Random): Selection {
  const { text, coordinates } = selectOn(schema, type, { random, depth: 0 })
  return { text: `... on ${type.name} { ${text} }`, coordinates }
}

interface Selecting {
  readonly random: Random
  readonly depth: number
}

function selectOn(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  { random, depth }: Selecting,
): Selection {
  if (isUnionType(type) || (isInterfaceType(type) && random.chance(0.4))) {
    const member = random.pick(schema.getPossibleTypes(type))
    const { text, coordinates } = selectOn(schema, member, { random, depth })
    return { text: `... on ${member.name} { ${text} }`, coordinates }
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return { text: '', coordinates: [] }
  const field = random.pick(Object.values(type.getFields()))
  const coordinate = `${type.name}.${field.name}`
  const returned = getNamedType(field.type)
  const isDeep = depth >= DEPTH || random.chance(0.2)
  // What is below is not looked at by anybody who does not go there: an object without selections is no harm here.
  const below = isDeep
    ? { text: '', coordinates: [] }
    : selectOn(schema, returned, { random, depth: depth + 1 })
  const text = below.text === '' ? field.name : `${field.name} { ${below.text} }`
  return { text, coordinates: [coordinate, ...below.coordinates] }
}
