// For those who may not look into the schema. `__schema` always has a value, so it is refused. `__type` has none for a type
// that is not there: so there is no type for them, whatever the name, and nothing can be learnt by trying names.

import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  type ValidationRule,
  visit,
} from 'graphql'

export const refuseSchema: ValidationRule = (context) => ({
  Field: (node) => {
    if (!isSchema(node)) return undefined
    context.reportError(new GraphQLError('The schema is not open to this caller.', { nodes: node }))
    return false
  },
})

export function isAskingForSchema(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Field: (node) => {
      found = isSchema(node)
      return found ? BREAK : undefined
    },
  })
  return found
}

function isSchema({ name }: FieldNode): boolean {
  return name.value === '__schema'
}

/** The same document if it asks for no type. No type has the empty name. */
export function withoutTypes(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: (node) => (node.name.value === '__type' ? withoutName(node) : undefined),
  })
}

/** What stands below is never looked at, but it may hold as much as the limits allow. */
function withoutName(node: FieldNode): FieldNode {
  const name = { kind: Kind.NAME, value: 'name' } as const
  const value = { kind: Kind.STRING, value: '' } as const
  return { ...node, arguments: [{ kind: Kind.ARGUMENT, name, value }] }
}
