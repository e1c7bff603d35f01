import { Supergraph } from '@apollo/federation-internals'
import { GraphQLSchema, lexicographicSortSchema, printSchema, validate, parse } from 'graphql'
import { expect, test } from 'vitest'

import { toApiSchema } from '../../../schema/compose/api-schema.ts'
import { compose } from '../../../schema/compose/compose.ts'

const LINK = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`

function supergraphOf(...sdls: readonly string[]): string {
  const subgraphs = sdls.map((sdl, n) => ({ name: `s${n}`, sdl }))
  const { supergraph, findings } = compose(subgraphs)
  expect(findings).toBeUndefined()
  return supergraph ?? ''
}

const SUPERGRAPHS = {
  'all kinds of hidden elements': supergraphOf(
    `${LINK('"@key", "@shareable", "@inaccessible", "@tag"')}
    "The root." type Query { things(shown: Int = 3, hidden: Int @inaccessible): [Thing!]! @deprecated(reason: "old"), any: Any, kept: Kept, secret: Secret @inaccessible }
    interface Thing { id: ID! }
    interface Behind @inaccessible { id: ID! }
    "A thing." type Kept implements Thing & Behind @key(fields: "id") { id: ID!, colour: Colour, gone: Int @inaccessible, taken(by: Input): Scale }
    type Secret implements Thing @key(fields: "id") @inaccessible { id: ID! }
    union Any = Kept | Secret
    enum Colour { RED "Nobody sees it." BLUE @inaccessible GREEN @tag(name: "x") }
    input Input { shown: Int! = 1, hidden: Int @inaccessible }
    scalar Scale @specifiedBy(url: "https://example.org/scale")
    scalar Never @inaccessible`,
    `${LINK('"@key", "@shareable"')} type Kept @key(fields: "id") { id: ID!, more: [[Int!]] }`,
  ),
  'renamed directives, access, cost and an executable directive': supergraphOf(
    `${LINK('"@key", {name: "@inaccessible", as: "@hidden"}, "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"')}
    directive @live(every: Int) on QUERY | FIELD
    type Query { a: Int @authenticated, b: [Int] @listSize(assumedSize: 3), c: Int @hidden, d: Int @policy(policies: [["p"]]) @cost(weight: 3), e: Int @requiresScopes(scopes: [["s"]]) }
    type Mutation { a: Int } type Subscription { a: Int }`,
    `${LINK('"@key"')} directive @live(every: Int) on QUERY | FIELD
    type Query { other: Int }`,
  ),
  'an interface object': supergraphOf(
    `${LINK('"@key"')} type Query { all: [Media] } interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! }`,
    `${LINK('"@key", "@interfaceObject"')} type Media @interfaceObject @key(fields: "id") { id: ID!, stars: Int }`,
  ),
}

test.each(Object.entries(SUPERGRAPHS))('is what Apollo makes of it: %s', (_, supergraph) => {
  const apollo = Supergraph.build(supergraph, { supportedFeatures: null }).apiSchema()
  expect(printed(without(toApiSchema(supergraph), ['defer', 'provenance']))).toBe(
    printed(apollo.toGraphQLJSSchema()),
  )
})

function without(schema: GraphQLSchema, names: readonly string[]): GraphQLSchema {
  const config = schema.toConfig()
  const directives = config.directives.filter(({ name }) => !names.includes(name))
  return new GraphQLSchema({ ...config, directives })
}

function printed(schema: GraphQLSchema): string {
  return printSchema(lexicographicSortSchema(schema))
}

test('knows @defer and @provenance', () => {
  const schema = toApiSchema(SUPERGRAPHS['an interface object'])
  const errors = (text: string) => validate(schema, parse(text)).map(({ message }) => message)
  expect(
    errors('query @provenance { all { id ... @defer(label: "a", if: true) { stars } } }'),
  ).toEqual([])
  expect(errors('{ all @defer { id } }')).toEqual(['Directive "@defer" may not be used on FIELD.'])
  expect(errors('{ all { ... @defer(if: null) { id } } }')).toHaveLength(1)
})
