import { describe, expect, test } from 'vitest'

import { openApolloPlanner } from '../../../gateway/plan/apollo.ts'
import { outline } from './outline.ts'
import { supergraphOf } from './supergraph.ts'

const people = supergraphOf({
  people: `type Query { me: P, all: [P], find(n: Int): P } type Mutation { save: P }
    type P @key(fields: "id") { id: ID!, name: String, friend: P }`,
  debts: 'type P @key(fields: "id") { id: ID!, debt: Int }',
})
const engine = openApolloPlanner(people)
const plan = (text: string) => outline(engine.plan(text))

const DEBT =
  'debts query($representations:[_Any!]!){_entities(representations:$representations){...on P{debt}}}'

describe('@defer', () => {
  test('names the place, the label and what must come before', () => {
    expect(plan('{ all { name ... @defer(label: "d") { debt } } }')).toEqual({
      first: 'people {all{__typename name id}}',
      later: [{ 'd at all after 0': { 'all.@': DEBT } }],
    })
  })

  test('names the place by what the client calls it, without type conditions', () => {
    const text = '{ _p_x: find(n: 1) { ... on P { _p_y: friend { ... @defer { debt } } } } }'
    expect(JSON.stringify(plan(text))).toContain('" at x.y after 0"')
  })

  test('asks root fields again where they are deferred', () => {
    expect(plan('{ me { name } ... @defer { find { name } } }')).toEqual({
      first: 'people {me{name}}',
      later: [{ ' at  after 0': 'people {...on Query{find{name}}}' }],
    })
  })

  test('defers within what is deferred', () => {
    const text =
      '{ me { name ... @defer(label: "a") { debt ... @defer(label: "b") { friend { name } } } } }'
    expect(JSON.stringify(plan(text))).toMatch(/"a at me after 0":\{"first":.*"b at me after 0":/)
  })

  test('depends on a variable if told so', () => {
    const text = 'query ($x: Boolean!) { me { name ... @defer(if: $x) { debt } } }'
    expect(plan(text)).toMatchObject({
      'if x': { first: 'people {me{__typename name id}}' },
      'unless x': { sequence: ['people {me{__typename id name}}', { me: DEBT }] },
    })
  })
})

test('comes back to a subgraph by a key that it resolves', () => {
  const mashup = openApolloPlanner(
    supergraphOf({
      a: 'type A @key(fields: "id") { id: ID!, pid: ID! @shareable, name: String! }',
      b: `type Query { a: A } type A @key(fields: "pid", resolvable: false) @key(fields: "id") {
        id: ID!, pid: ID! @shareable, name: String! @external, loud: String! @requires(fields: "name") }`,
    }),
  )
  const text = JSON.stringify(mashup.plan('{ a { loud } }'))
  expect(text).not.toContain('"from":"pid"')
  expect(text).toContain('"from":"id"')
})

test('tells a call what it needs to know from above its objects', () => {
  const shops = openApolloPlannerWithContext()
  const made = shops.plan('{ shops { items { price(n: 1) } } }')
  expect(made).toMatchObject({
    nodes: [
      {},
      {
        kind: 'entities',
        variables: [],
        parts: [
          {
            context: [
              {
                variable: 'contextualArgument_1_0',
                up: 1,
                path: [
                  { kind: 'types', names: ['Shop'] },
                  { kind: 'key', name: 'currency' },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
})

function openApolloPlannerWithContext() {
  return openApolloPlanner(
    supergraphOf({
      shops: `type Query { shops: [Shop!]! }
        type Shop @key(fields: "id") @context(name: "shop") { id: ID!, currency: String!, items: [Item!]! }
        type Item @key(fields: "id") { id: ID!, price(n: Int, currency: String @fromContext(field: "$shop { currency }")): Int }`,
    }),
  )
}
