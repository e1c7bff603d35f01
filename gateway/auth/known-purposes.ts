// The purposes for which something of a graph is read: codes of `@purpose`, and roles `inquiry:<code>` of `@policy`.

import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'

import type { AssuranceLevels } from './assurance.ts'
import { type Requirement, Requirements } from './requirements.ts'
import { purposesOf } from './rights.ts'

/** The schema is built from the whole supergraph, syntax nodes included. */
export function knownPurposes(
  supergraph: GraphQLSchema,
  levels: AssuranceLevels,
): ReadonlySet<string> {
  const requirements = new Requirements(supergraph, levels)
  const all = new Set<Requirement>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const name of Object.keys(type.getFields())) all.add(requirements.ofField(type.name, name))
  }
  return purposesOf(all)
}
