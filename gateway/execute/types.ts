// Which object types an abstract type stands for. Read from the whole supergraph: keys may name inaccessible types.

import { type GraphQLSchema, isAbstractType } from 'graphql'

/** Does an object of type `name` (possibly an interface object) meet the type condition? */
export type MeetsCondition = (name: string, condition: string) => boolean

export function buildMeetsCondition(schema: GraphQLSchema): MeetsCondition {
  const possible = new Map<string, ReadonlySet<string>>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue
    possible.set(type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name)))
  }
  return (name, condition) => name === condition || possible.get(condition)?.has(name) === true
}
