// What both engines must make of the same document, as far as it is the same.

import { describe, expect, test } from 'vitest'

import { openApolloPlanner } from '../../gateway/plan/apollo.ts'
import { openHivePlanner } from '../../gateway/plan/hive.ts'
import type { Filled, PlanNode } from '../../gateway/plan/plan.ts'
import { withDocuments } from '../../gateway/plan/with-documents.ts'
import { outline } from '../gateway/plan/outline.ts'
import { supergraphOf } from '../gateway/plan/supergraph.ts'

const SUPERGRAPH = supergraphOf({
  people: `type Query { me: P } type Mutation { save: P } type Subscription { born: P }
    type P @key(fields: "id") { id: ID!, name: String
      old: Int @override(from: "cars", label: "percent(25)")
      fresh: Int @override(from: "cars", label: "fresh") }`,
  cars: 'type P @key(fields: "id") { id: ID!, cars(n: Int): [Int], old: Int, fresh: Int }',
  debts: 'type P @key(fields: "id") { id: ID!, debt: Int }',
})

describe.each([
  ['hive', openHivePlanner],
  ['apollo', openApolloPlanner],
] as const)('%s', (_, open) => {
  const engine = open(SUPERGRAPH)
  const plan = (text: string) => squeezed(outline(engine.plan(text)))

  test('asks for what it needs before what it completes, in parallel where it can', () => {
    const text = plan('query ($n: Int) { me { name cars(n: $n) debt } }')
    expect(text).toMatch(/^\{"sequence":\["people\{me\{/)
    expect(text).toContain('{"parallel":[')
    expect(text).toContain('{"me":"debts query($representations:[_Any!]!){_entities(')
    expect(text).toMatch(/"cars query\(\$representations:\[_Any!\]!,?\$n:Int\)/)
  })

  test('makes a condition of a part that needs a call of its own', () => {
    expect(plan('query ($x: Boolean!) { me { name debt @include(if: $x) } }')).toContain('"if x"')
    expect(plan('query ($x: Boolean!) { me { name debt @skip(if: $x) } }')).toContain('"unless x"')
  })

  test('completes each event of a subscription', () => {
    const text = plan('subscription { born { name debt } }')
    expect(text).toMatch(/^\{"on":"people subscription\{born\{/)
    expect(text).toContain('{"born":"debts query')
    expect(plan('subscription { born { name } }')).toBe('{"on":"people subscription{born{name}}"}')
  })

  test('says what mutates', () => {
    expect(engine.plan('mutation { save { name } }')).toMatchObject({ mutates: true })
    expect(engine.plan('{ me { name } }')).toMatchObject({ mutates: false })
  })

  test.each([
    ['nobody', undefined, 'cars', 'cars'],
    ['the first quarter', { percent: 24.9, labels: new Set<string>() }, 'people', 'cars'],
    ['the rest', { percent: 25, labels: new Set<string>() }, 'cars', 'cars'],
    ['those who are named', { percent: 99, labels: new Set(['fresh']) }, 'cars', 'people'],
  ])('overrides progressively for %s', (_name, overrides, old, fresh) => {
    const at = (field: string) => squeezed(outline(engine.plan(`{ me { ${field} } }`, overrides)))
    expect(at('old').includes('cars query')).toBe(old === 'cars')
    expect(at('fresh').includes('cars query')).toBe(fresh === 'cars')
  })

  test('throws for what the subgraphs cannot answer', () => {
    expect(() => engine.plan('{ nothing }')).toThrow()
  })

  test('knows what a call fills, by type', () => {
    const shared = open(
      supergraphOf({
        things: `type Query { things: [T] } interface T { id: ID! }
          type A implements T @key(fields: "id") { id: ID! }
          type B implements T @key(fields: "id") { id: ID! }`,
        names: `interface N { name: String, size: Int }
          type A implements N @key(fields: "id") { id: ID!, name: String, size: Int }
          type B implements N @key(fields: "id") { id: ID!, name: String, size: Int }`,
      }),
    )
    const fields = 'name size'
    const filled = fillsOf(
      withDocuments(shared.plan(`{ things { ... on A { ${fields} } ... on B { ${fields} } } }`)),
      'names',
    )
    expect(new Set(filled.map(({ name, type }) => `${type}.${name}`))).toEqual(
      new Set(['A.name', 'A.size', 'B.name', 'B.size']),
    )
  })
})

/** Engines print differently. */
function squeezed(plan: unknown): string {
  return JSON.stringify(plan).replaceAll(/ (?=[{}():$!])|(?<=[{}():,!]) /g, '')
}

function fillsOf(node: PlanNode, subgraph: string): readonly Filled[] {
  if (node.kind === 'sequence' || node.kind === 'parallel') {
    return node.nodes.flatMap((next) => fillsOf(next, subgraph))
  }
  if (node.kind === 'entities' && node.subgraph === subgraph) {
    return node.parts.flatMap(({ fills }) => fills)
  }
  return []
}
