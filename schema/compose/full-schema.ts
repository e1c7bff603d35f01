// The supergraph as a graphql-js schema with everything in it: access directives, inaccessible types, join machinery.

import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'

export function toFullSchema(supergraph: string): GraphQLSchema {
  return buildASTSchema(parse(supergraph, { noLocation: true }), { assumeValidSDL: true })
}
