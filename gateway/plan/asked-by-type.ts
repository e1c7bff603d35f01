// Fields of interfaces that have to be asked of each type by itself: some type computes its own of what another subgraph
// knows (`@requires`). Hive's planner overlooks that where the interface's field is asked, and the subgraph would compute
// of nothing.

import { type GraphQLObjectType, type GraphQLSchema, isInterfaceType } from 'graphql'

/** As `Interface.field`. The schema is built from the whole supergraph, syntax nodes included. */
export function askedByType(supergraph: GraphQLSchema): ReadonlySet<string> {
  const fields = new Set<string>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!isInterfaceType(type)) continue
    const possible = supergraph.getPossibleTypes(type)
    for (const name of Object.keys(type.getFields())) {
      if (possible.some((one) => requires(one, name))) fields.add(`${type.name}.${name}`)
    }
  }
  return fields
}

function requires(type: GraphQLObjectType, field: string): boolean {
  const directives = type.getFields()[field]?.astNode?.directives ?? []
  return directives.some(
    ({ name, arguments: given = [] }) =>
      name.value === 'join__field' && given.some((one) => one.name.value === 'requires'),
  )
}
