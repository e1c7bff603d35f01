import { Kind, parse } from 'graphql'
import { expect, test } from 'vitest'

import { toChecked } from '../../../../gateway/operation/checked-operation.ts'
import { buildCostSchema } from '../../../../gateway/operation/cost/cost-schema.ts'
import { weigh } from '../../../../gateway/operation/cost/weigh.ts'
import { compose } from '../../../../schema/compose/compose.ts'
import { toFullSchema } from '../../../../schema/compose/full-schema.ts'
import { invariant } from '../../../../schema/errors.ts'
import { cpuTime } from '../../../support/cpu-time.ts'

const LINK = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", ${imports}])`

const people = `
  type Query {
    me: Person
    people: [Person!]!
    pages: [[Person]]
    hello(name: String @cost(weight: 4)): String
    search(filter: Filter, first: Int = 7, last: Int): Found
      @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes"], requireOneSlicingArgument: false)
    few: [Person!]! @listSize(assumedSize: 3)
    being: Being
  }
  type Mutation { rename(name: String): Person }
  interface Being { id: ID! }
  input Filter { dear: Int @cost(weight: 6), cheap: Int, and: [Filter!] }
  type Found @shareable { nodes: [Person!]!, total: Int, others: [Person!]! }
  type Person implements Being @key(fields: "id") { id: ID!, name: String, photo: String @cost(weight: 8), friend: Person }
  type House implements Being @cost(weight: 20) { id: ID!, rooms: [String!]! }`
const deeds = `
  type Person @key(fields: "id") { id: ID!, deeds: [Deed!]!, age: Int, owns(plate: String): Boolean }
  type Deed { plate: String, owner: Person }`
const stories = `type Person @key(fields: "id") { id: ID!, story: String, tale: String }`

const { supergraph } = compose([
  { name: 'people', sdl: LINK('"@cost", "@listSize"') + people },
  { name: 'deeds', sdl: LINK('"@cost"') + deeds },
  { name: 'stories', sdl: LINK('"@cost"') + stories },
])
invariant(supergraph, 'composes')
const calls = new Map([
  [
    'deeds',
    new Map([
      ['Person', 50],
      ['Person.owns', 30],
    ]),
  ],
])
const schema = buildCostSchema(toFullSchema(supergraph), { calls, listSize: 10 })

function costOf(query: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const document = parse(query)
  const [operation] = document.definitions
  invariant(operation?.kind === Kind.OPERATION_DEFINITION, 'an operation stands first')
  return weigh(schema, { ...toChecked(document, operation, { query }), variables })
}

// The fetch of a root counts 1.
test.each([
  ['an object', '{ me { name } }', 1 + 1],
  ['an object in an object', '{ me { friend { name } } }', 1 + 2],
  ['one leaf that has a weight', '{ me { photo } }', 1 + 1 + 8],
  ['a list of no known length', '{ people { name } }', 1 + 10],
  ['a list in a list', '{ pages { name } }', 1 + 100],
  ['a list of assumed length', '{ few { name friend { id } } }', 1 + 3 * 2],
  ['a type with a weight', '{ being { ... on House { rooms } } }', 1 + 20],
  ['an argument with a weight', '{ hello(name: "a") }', 1 + 4],
  ['an argument that is not given', '{ hello }', 1],
  ['a default of a slicing argument', '{ search { nodes { name } } }', 1 + 1 + 7],
  ['a slicing argument', '{ search(first: 2) { nodes { name } } }', 1 + 1 + 2],
  [
    'the larger of two slicing arguments',
    '{ search(first: 2, last: 4) { nodes { id } } }',
    1 + 1 + 4,
  ],
  ['fewer than none as no length', '{ search(first: -2) { nodes { name } } }', 1 + 1 + 10],
  ['none as no length', '{ search(first: 0) { nodes { name } } }', 1 + 1 + 10],
  ['a list beside the sized one', '{ search(first: 2) { others { name } } }', 1 + 1 + 10],
  ['what holds the list itself', '{ search(first: 90) { total } }', 1 + 1],
  [
    'fields of input objects',
    '{ search(filter: { dear: 1, and: [{ dear: 2 }, { cheap: 3 }] }) { total } }',
    1 + 1 + 6 + 6,
  ],
  ['a fetch of another subgraph', '{ me { story } }', 1 + 1 + 1],
  ['one fetch for two fields', '{ me { story tale } }', 1 + 1 + 1],
  [
    'one fetch through fragments',
    '{ me { story ...F ... { tale } } } fragment F on Person { tale }',
    3,
  ],
  ['a legacy call', '{ me { age } }', 1 + 1 + 50],
  ['a legacy call for each of a list', '{ few { age } }', 1 + 3 * (1 + 50)],
  ['two calls of one field', '{ me { a: owns(plate: "1") b: owns(plate: "2") } }', 1 + 1 + 50 + 60],
  ['the way back', '{ me { deeds { owner { age } } } }', 1 + 1 + 50 + 10 * (1 + 1)],
  ['another way on', '{ me { deeds { owner { story } } } }', 1 + 1 + 50 + 10 * (1 + 1 + 1)],
  ['a mutation', 'mutation { rename(name: "a") { id } }', 10 + 1 + 1],
  ['introspection and typename', '{ __typename __schema { types { name } } }', 0],
])('counts %s', (_, query, cost) => {
  expect(costOf(query)).toBe(cost)
})

test.each([
  ['a variable of a slicing argument', { first: 5 }, 1 + 1 + 5],
  ['its absence as the default', {}, 1 + 1 + 7],
  ['null as no length', { first: null }, 1 + 1 + 10],
])('counts %s', (_, variables, cost) => {
  const query = 'query ($first: Int) { search(first: $first) { nodes { name } } }'
  expect(costOf(query, variables)).toBe(cost)
})

test('counts an input object in a variable by what is in it', () => {
  const query = 'query ($filter: Filter) { search(filter: $filter) { total } }'
  expect(costOf(query, { filter: { and: [{ dear: 1 }, { dear: 2 }, { cheap: 1 }] } })).toBe(14)
  expect(costOf(query, {})).toBe(2)
})

test('a bomb of fragments is weighed in milliseconds', () => {
  const levels = 60
  const fragments = Array.from(
    { length: levels },
    (_, n) =>
      `fragment f${n} on Person { a: friend { ...f${n + 1} } b: friend { ...f${n + 1} ...f${n + 1} } }`,
  )
  const query = `{ people { ...f0 } } ${fragments.join(' ')} fragment f${levels} on Person { story }`
  expect(costOf(query)).toBeGreaterThan(3 ** levels)
  expect(cpuTime(() => costOf(query))).toBeLessThan(50)
})

test('the directives are known under the names that subgraphs give them', () => {
  const renamed = compose([
    {
      name: 'a',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@cost", as: "@preis" }])
        type Query { dear: String @preis(weight: 9), long: [A] @federation__listSize(assumedSize: 4) } type A { id: ID }`,
    },
  ])
  invariant(renamed.supergraph, 'composes')
  const own = buildCostSchema(toFullSchema(renamed.supergraph), { calls: new Map(), listSize: 10 })
  const query = '{ dear long { id } }'
  const document = parse(query)
  const [operation] = document.definitions
  invariant(operation?.kind === Kind.OPERATION_DEFINITION, 'an operation stands first')
  expect(weigh(own, { operation, fragments: [], variables: {} })).toBe(1 + 9 + 4)
})
