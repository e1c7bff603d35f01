import { parse, print } from 'graphql'
import { expect, test } from 'vitest'

import { openApolloPlanner } from '../../../gateway/plan/apollo.ts'
import type { Entities, Filled, PlanNode, SubgraphCall } from '../../../gateway/plan/plan.ts'
import { federate } from '../support/federation.ts'

const { supergraph } = federate({
  people: { sdl: 'type Query { me: P } type P @key(fields: "id") { id: ID!, name: String }' },
  cars: { sdl: 'type P @key(fields: "id") { id: ID!, cars(n: Int): [Int] }' },
  debts: { sdl: 'type P @key(fields: "id") { id: ID!, debt: Int }' },
})
const planner = openApolloPlanner(supergraph)

function outline(node: PlanNode | undefined): unknown {
  switch (node?.kind) {
    case 'sequence':
    case 'parallel':
      return { [node.kind]: node.nodes.map(outline) }
    case 'entities':
      return { [placeOf(node)]: lineOf(node) }
    case 'defer':
      return { first: outline(node.primary) }
    case 'condition':
      return { [`if ${node.variable}`]: outline(node.whenTrue) }
    case 'fetch':
      return lineOf(node)
    case 'subscription':
      return { [`on ${lineOf(node.source)}`]: outline(node.rest) }
    case undefined:
      return undefined
  }
}

function placeOf({ parts: [part] }: Entities): string {
  return (part?.paths[0] ?? []).map((step) => (step.kind === 'key' ? step.name : '@')).join('.')
}

function lineOf({ subgraph, document }: SubgraphCall): string {
  return `${subgraph} ${print(document).replaceAll(/\s+/g, ' ')}`
}

test('turns a plan into our own nodes', () => {
  const plan = planner.plan(parse('query ($n: Int) { me { name cars(n: $n) debt } }'))
  expect(outline(plan)).toEqual({
    sequence: [
      'people { me { __typename id name } }',
      {
        parallel: [
          {
            me: 'debts query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on P { debt } } }',
          },
          {
            me: 'cars query ($representations: [_Any!]!, $n: Int) { _entities(representations: $representations) { ... on P { cars(n: $n) } } }',
          },
        ],
      },
    ],
  })
})

test('makes a condition of an included part that needs a call of its own', () => {
  const plan = planner.plan(parse('query ($x: Boolean!) { me { name debt @include(if: $x) } }'))
  expect(JSON.stringify(outline(plan))).toContain('"if x"')
})

test('knows what a call fills, also where several types share a fragment', () => {
  const shared = openApolloPlanner(
    federate({
      things: {
        sdl: `type Query { things: [T] } interface T { id: ID! }
          type A implements T @key(fields: "id") { id: ID! }
          type B implements T @key(fields: "id") { id: ID! }`,
      },
      names: {
        sdl: `interface N { name: String, size: Int }
          type A implements N @key(fields: "id") { id: ID!, name: String, size: Int }
          type B implements N @key(fields: "id") { id: ID!, name: String, size: Int }`,
      },
    }).supergraph,
  )
  const text = '{ things { ... on A { ...F } ... on B { ...F } } } fragment F on N { name size }'
  expect(fillsOf(shared.plan(parse(text)), 'names')).toEqual([
    { name: 'name', type: 'A' },
    { name: 'size', type: 'A' },
    { name: 'name', type: 'B' },
    { name: 'size', type: 'B' },
  ])
})

function fillsOf(node: PlanNode, subgraph: string): readonly Filled[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap((next) => fillsOf(next, subgraph))
    case 'entities':
      return node.subgraph === subgraph ? node.parts.flatMap(({ fills }) => fills) : []
    case 'defer':
    case 'subscription':
      return []
    case 'fetch':
      return node.subgraph === subgraph ? node.fills : []
    case 'condition':
      return []
  }
}
