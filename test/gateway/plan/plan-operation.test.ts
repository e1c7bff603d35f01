import { type DocumentNode, parse, print } from 'graphql'
import { expect, test } from 'vitest'

import { buildPlanOperation } from '../../../gateway/plan/plan-operation.ts'
import { NOTHING, type Planner } from '../../../gateway/plan/plan.ts'

function planner(): Planner & { readonly planned: string[] } {
  const planned: string[] = []
  const plan = (document: DocumentNode) => {
    planned.push(print(document).replaceAll(/\s+/g, ' '))
    return NOTHING
  }
  return { planned, percentages: [], plan }
}

test('plans once per key, also when there is nothing to fetch', () => {
  const engine = planner()
  const plan = buildPlanOperation(engine, 10)
  const document = parse('{ a }')
  for (const key of ['k', 'k', 'other', 'k']) plan(document, key)
  expect(engine.planned).toHaveLength(2)
})

test('forgets plans beyond its bound', () => {
  const engine = planner()
  const plan = buildPlanOperation(engine, 1)
  for (const key of ['a', 'b', 'a']) plan(parse('{ a }'), key)
  expect(engine.planned).toHaveLength(3)
})

test.each([
  ['{ __schema { types { name } } a }', ['{ a }']],
  ['{ ... on Query { __type(name: "A") { name } } b }', ['{ ... on Query { __typename } b }']],
  ['{ __schema { types { name } } __typename }', []],
])('plans nothing of introspection: %s', (text, planned) => {
  const engine = planner()
  buildPlanOperation(engine, 1)(parse(text), 'k')
  expect(engine.planned).toEqual(planned)
})
