// Does an answer say anything that the whole graph, asked by the same one, does not say at that place? Nulls say nothing.

import {
  buildASTSchema,
  type GraphQLSchema,
  type ListTypeNode,
  type NamedTypeNode,
  Kind,
  parse,
  printSchema,
  type TypeNode,
  visit,
} from 'graphql'

/** The same schema in which nothing a field gives must be there, so that one null takes nothing else along. */
export function lenient(schema: GraphQLSchema): GraphQLSchema {
  const document = parse(printSchema(schema), { noLocation: true })
  return buildASTSchema(
    visit(document, {
      FieldDefinition: (node) => ({ ...node, type: nullable(node.type) }),
    }),
    { assumeValid: true },
  )
}

function nullable(type: TypeNode): ListTypeNode | NamedTypeNode {
  if (type.kind === Kind.NON_NULL_TYPE) return nullable(type.type)
  return type.kind === Kind.LIST_TYPE ? { ...type, type: nullable(type.type) } : type
}

/** Where, undefined if nowhere. */
export function leakOf(got: unknown, whole: unknown, at = 'data'): string | undefined {
  if (got === null || got === undefined) return undefined
  if (typeof got !== 'object') return got === whole ? undefined : at
  const below = Object(whole)
  for (const [key, value] of Object.entries(got)) {
    const there: unknown = Object.hasOwn(below, key) ? Reflect.get(below, key) : undefined
    const found = leakOf(value, there, `${at}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
