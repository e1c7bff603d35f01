import { expect, test } from 'vitest'

import { openHivePlanner } from '../../../gateway/plan/hive.ts'
import type { EntityPart, PlanNode } from '../../../gateway/plan/plan.ts'
import { withDocuments } from '../../../gateway/plan/with-documents.ts'
import { supergraphOf } from './supergraph.ts'

function partsOf(node: PlanNode): readonly EntityPart[] {
  if (node.kind === 'sequence' || node.kind === 'parallel') return node.nodes.flatMap(partsOf)
  return node.kind === 'entities' ? node.parts : []
}

const shop = openHivePlanner(
  supergraphOf({
    goods: `type Query { goods: [Good], best: Good }
      type Good @key(fields: "id") { id: ID!, price(in: String!): Int, weight: Int }`,
    posts: `type Good @key(fields: "id") { id: ID!, price(in: String!): Int @external, weight: Int @external
      near: Int @requires(fields: "price(in: \\"IRR\\") weight"), far: Int @requires(fields: "price(in: \\"EUR\\") weight") }`,
  }),
)

test('completes objects of several places in one call', () => {
  const plan = withDocuments(shop.plan('{ goods { near } best { near } }'))
  const [part, ...others] = partsOf(plan)
  expect(others).toEqual([])
  expect(part).toMatchObject({ key: '_e0', variable: '__batch_reps_0' })
  expect(part?.paths.map((path) => path.map((step) => step.kind))).toEqual(
    expect.arrayContaining([['key'], ['key', 'items']]),
  )
  expect(part?.fills).toEqual([{ name: 'near', type: 'Good' }])
})

test('reads a required value from where the planner put it, and names it as the subgraph knows it', () => {
  const parts = partsOf(shop.plan('{ best { near far } }'))
  const read = parts.map(({ requires }) =>
    requires
      .flatMap((one) => (one.kind === 'fragment' ? one.selections : []))
      .flatMap((one) => (one.kind === 'field' && one.name === 'price' ? [one.from] : [])),
  )
  expect(read).toHaveLength(2)
  expect(read).toContainEqual(['price'])
  expect(read.flat().filter((from) => from !== 'price')).toHaveLength(1)
})

test('renames what the planner had to ask under another name, for one type only', () => {
  const engine = openHivePlanner(
    supergraphOf({
      accounts: `type Query { accounts: [Account] } union Account = User | Admin
        type User { id: ID!, name: String } type Admin { id: ID, name: String }`,
    }),
  )
  const text = '{ accounts { ... on User { id } ... on Admin { id } } }'
  expect(engine.plan(text)).toMatchObject({
    kind: 'fetch',
    outputRewrites: [
      {
        kind: 'rename',
        path: [
          { kind: 'key', name: 'accounts' },
          { kind: 'types', names: [expect.any(String)] },
          { kind: 'key', name: expect.stringMatching(/^_/) },
        ],
        to: 'id',
      },
    ],
  })
})

test('sets the name that a subgraph with an interface object knows', () => {
  const engine = openHivePlanner(
    supergraphOf({
      books: `type Query { media: [Media] } interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }`,
      stars: 'type Media @key(fields: "id") @interfaceObject { id: ID!, stars: Int }',
    }),
  )
  expect(partsOf(engine.plan('{ media { stars } }'))).toMatchObject([
    {
      paths: [[{ kind: 'key', name: 'media' }, { kind: 'items' }]],
      inputRewrites: [
        {
          kind: 'set',
          path: [
            { kind: 'types', names: ['Media'] },
            { kind: 'key', name: '__typename' },
          ],
          value: 'Media',
        },
      ],
    },
  ])
})
