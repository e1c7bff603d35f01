import { type DocumentNode, parse } from 'graphql'
import { afterAll, expect, test } from 'vitest'

import { openPlanner } from '../../../gateway/plan/open-planner.ts'
import type { Planner } from '../../../gateway/plan/plan.ts'
import { livedTime } from '../../support/lived-time.ts'
import { outline } from './outline.ts'
import { supergraphOf } from './supergraph.ts'

const SUPERGRAPH = supergraphOf({
  people: `type Query { me: P } type P @key(fields: "id") { id: ID!
    name: String @override(from: "debts", label: "percent(10)"), age: Int @override(from: "debts", label: "x") }`,
  debts: 'type P @key(fields: "id") { id: ID!, debt: Int, name: String, age: Int }',
})

const told: unknown[] = []
const log = { info: () => {}, error: () => {}, warn: (facts: unknown) => told.push(facts) }
const opened: Planner[] = []

function open(supergraph: string, name: 'hive' | 'apollo'): Planner {
  const planner = openPlanner(supergraph, name, log)
  opened.push(planner)
  return planner
}

afterAll(() => {
  for (const planner of opened) planner.close()
})

/** Engines tell themselves by the spaces they leave. */
async function engineOf(planner: Planner, document: DocumentNode): Promise<string> {
  const text = JSON.stringify(outline(await planner.plan(document)))
  return text.includes('(representations: $representations)') ? 'hive' : 'apollo'
}

test.each(['hive', 'apollo'] as const)('%s is asked first if it is named', async (name) => {
  expect(await engineOf(open(SUPERGRAPH, name), parse('{ me { debt } }'))).toBe(name)
})

test('what is deferred is planned by the engine that knows @defer', async () => {
  const planner = open(SUPERGRAPH, 'hive')
  const plan = await planner.plan(parse('{ me { id ... @defer { debt } } }'))
  expect(plan).toMatchObject({ kind: 'defer', deferred: [{ path: ['me'], after: ['0'] }] })
  expect(told).toEqual([])
})

test('a supergraph with contexts is planned by the engine that knows them', async () => {
  const shops = supergraphOf({
    shops: `type Query { shops: [Shop!]! }
      type Shop @key(fields: "id") @context(name: "shop") { id: ID!, currency: String!, items: [Item!]! }
      type Item @key(fields: "id") { id: ID!, price(currency: String @fromContext(field: "$shop { currency }")): Int }`,
  })
  const plan = await open(shops, 'hive').plan(parse('{ shops { items { price } } }'))
  expect(JSON.stringify(plan)).toContain('contextualArgument')
})

test('gives whole calls: documents and what they fill', async () => {
  const plan = await open(SUPERGRAPH, 'hive').plan(parse('{ me { debt } }'))
  expect(plan).toMatchObject({
    kind: 'sequence',
    nodes: [
      { document: { kind: 'Document' }, fills: [{ name: 'me' }] },
      { document: { kind: 'Document' }, parts: [{ fills: [{ name: 'debt', type: 'P' }] }] },
    ],
  })
})

test('what neither engine can plan is refused, and it is told that the first could not', async () => {
  told.length = 0
  await expect(open(SUPERGRAPH, 'hive').plan(parse('{ nothing }'))).rejects.toMatchObject({
    code: 'INTERNAL',
  })
  expect(told).toEqual([{ failure: 'unplanned', documents: 1 }])
})

test('is ready when its engine has opened the supergraph, or when none can', async () => {
  const planner = open(SUPERGRAPH, 'hive')
  await planner.ready
  const lived = livedTime()
  await planner.plan(parse('{ me { name } }'))
  expect(lived()).toBeLessThan(1000)
  await expect(open('type Query { a: Int }', 'hive').ready).resolves.toBeUndefined()
})

test('many documents that the first engine cannot plan are one line', async () => {
  told.length = 0
  const planner = open(SUPERGRAPH, 'hive')
  const plans = ['a', 'b', 'c'].map((name) => planner.plan(parse(`{ ${name} }`)))
  expect(await Promise.allSettled(plans)).toHaveLength(3)
  expect(told).toHaveLength(1)
})

test('knows the shares of progressive overrides', () => {
  expect(open(SUPERGRAPH, 'hive').percentages).toEqual([10])
})
