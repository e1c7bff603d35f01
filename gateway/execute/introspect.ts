// `__schema` and `__type`, answered from the API schema. No subgraph is asked.

import {
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'

import { responseKey } from './response-key.ts'

interface Introspected {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
}

/** The value of one introspection field at the root. Validated before, so it cannot fail. */
export function introspect(
  { schema, operation, fragments, variables }: Introspected,
  nodes: readonly FieldNode[],
): unknown {
  const [first] = nodes
  if (first === undefined) return null
  const selectionSet = { kind: Kind.SELECTION_SET, selections: nodes } as const
  const definition = { ...operation, directives: [], selectionSet }
  const { data } = executeSync({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [definition, ...fragments.values()] },
    variableValues: variables,
  })
  return data?.[responseKey(first)] ?? null
}
