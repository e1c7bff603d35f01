// The supergraph in, what clients see of it out: no join machinery, nothing inaccessible, `@provenance` and `@defer` added.

import {
  buildASTSchema,
  type DirectiveNode,
  DirectiveLocation,
  type DocumentNode,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  type NamedTypeNode,
  parse,
  specifiedDirectives,
  visit,
} from 'graphql'

import { directiveOf, featuresOf, isOfFeature } from './linked-features.ts'

/** `query @provenance { … }`: the answer says in `extensions.provenance` where each value came from. */
export const PROVENANCE = new GraphQLDirective({
  name: 'provenance',
  description:
    'The answer says in extensions.provenance which system gave each value, when, and what was normalised.',
  locations: [DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
})

/** GraphQL's incremental delivery, of which graphql-js 16 knows nothing. */
const DEFER = new GraphQLDirective({
  name: 'defer',
  description: 'This part of the answer may come after the rest.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: true },
    label: { type: GraphQLString, description: 'Names the part; unique in its document.' },
  },
})

/** The supergraph was composed, so that nothing that can be reached needs what cannot. */
export function toApiSchema(supergraph: string): GraphQLSchema {
  const schema = buildASTSchema(toApiDocument(parse(supergraph, { noLocation: true })), {
    assumeValidSDL: true,
  })
  const config = schema.toConfig()
  const directives = config.directives.filter(({ name }) => name !== DEFER.name)
  return new GraphQLSchema({ ...config, directives: [...directives, PROVENANCE, DEFER] })
}

function toApiDocument(document: DocumentNode): DocumentNode {
  const features = featuresOf(document)
  const inaccessible = directiveOf('https://specs.apollo.dev/inaccessible', features)
  const unlessHidden = ({ directives = [] }: Marked): null | undefined =>
    directives.some(({ name }) => name.value === inaccessible) ? null : undefined
  const definitions = document.definitions.filter(
    (node) =>
      !isOfFeature(node, features) && !('directives' in node && unlessHidden(node) === null),
  )
  const shown = new Set(definitions.map((node) => 'name' in node && node.name?.value))
  const isShown = ({ name }: NamedTypeNode): boolean => shown.has(name.value)
  return visit<DocumentNode>(
    { ...document, definitions },
    {
      FieldDefinition: unlessHidden,
      InputValueDefinition: unlessHidden,
      EnumValueDefinition: unlessHidden,
      Directive: ({ name }) => (SPECIFIED.has(name.value) ? undefined : null),
      ObjectTypeDefinition: {
        leave: (node) => ({ ...node, interfaces: node.interfaces?.filter(isShown) }),
      },
      InterfaceTypeDefinition: {
        leave: (node) => ({ ...node, interfaces: node.interfaces?.filter(isShown) }),
      },
      UnionTypeDefinition: { leave: (node) => ({ ...node, types: node.types?.filter(isShown) }) },
    },
  )
}

interface Marked {
  readonly directives?: readonly DirectiveNode[] | undefined
}

const SPECIFIED = new Set(specifiedDirectives.map(({ name }) => name))
