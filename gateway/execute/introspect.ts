// `__schema` and `__type`, answered from the API schema. No subgraph is asked.

import { executeSync, type FieldNode, type GraphQLSchema, Kind } from 'graphql'

import type { Fields } from './fields.ts'

interface Introspected {
  readonly schema: GraphQLSchema
  readonly fields: Fields
}

/** The value of one introspection field at the root. Validated before, so it cannot fail. */
export function introspect(
  { schema, fields }: Introspected,
  first: FieldNode,
  nodes: readonly FieldNode[],
): unknown {
  const { operation, fragments, variables } = fields.source
  const selectionSet = { kind: Kind.SELECTION_SET, selections: nodes } as const
  const definition = { ...operation, directives: [], selectionSet }
  const { data } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [definition, ...fragments.values()] },
    variableValues: variables,
  })
  return data?.[first.alias?.value ?? first.name.value] ?? null
}
