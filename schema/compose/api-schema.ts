// The supergraph in, what clients see of it out: no join machinery, nothing inaccessible, `@provenance` added.

import { Supergraph } from '@apollo/federation-internals'
import { DirectiveLocation, GraphQLDirective, GraphQLSchema } from 'graphql'

import { SUPERGRAPH_FEATURES } from './features.ts'

/** `query @provenance { … }`: the answer says in `extensions.provenance` where each value came from. */
export const PROVENANCE = new GraphQLDirective({
  name: 'provenance',
  description:
    'The answer says in extensions.provenance which system gave each value, when, and what was normalised.',
  locations: [DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
})

export function toApiSchema(supergraph: string): GraphQLSchema {
  const schema = Supergraph.build(supergraph, { supportedFeatures: new Set(SUPERGRAPH_FEATURES) })
    .apiSchema()
    .toGraphQLJSSchema({ includeDefer: true })
  const config = schema.toConfig()
  return new GraphQLSchema({ ...config, directives: [...config.directives, PROVENANCE] })
}
