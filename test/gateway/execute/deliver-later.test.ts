import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'

import { buildExecuteOperation } from '../../../gateway/execute/execute-operation.ts'
import type { PlanNode } from '../../../gateway/plan/plan.ts'
import type { LaterPart } from '../../../schema/context.ts'
import { invariant } from '../../../schema/errors.ts'
import { entities, executionOf, fetch, linksTo, MEETS, pathTo } from './made-by-hand.ts'

const schema = buildSchema(`
  directive @defer(label: String, if: Boolean) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { boxes: [Box!] }
  type Box { id: ID, name: String, label: String, price: Int }`)

const part = (name: string) =>
  entities('b', ['Box', `{ ${name} }`], {
    paths: [pathTo('boxes')],
    fills: [{ name, type: 'Box' }],
  })
const deferred = (label: string, name: string) =>
  ({ label, path: ['boxes'], after: [], node: part(name) }) as const

/** `price` fails for each object. */
async function partsOf(text: string, count: number): Promise<readonly LaterPart[]> {
  const plan: PlanNode = {
    kind: 'defer',
    primary: fetch('a', '{ boxes { __typename id } }'),
    deferred: [],
  }
  const whole: PlanNode = {
    kind: 'sequence',
    nodes: [
      plan,
      {
        kind: 'defer',
        primary: undefined,
        deferred: [deferred('outer', 'name'), deferred('inner', 'label'), deferred('bad', 'price')],
      },
    ],
  }
  const ids = Array.from({ length: count }, (_, n) => `${n}`)
  const execute = buildExecuteOperation(schema, {
    links: linksTo({
      a: () => ({ data: { boxes: ids.map((id) => ({ __typename: 'Box', id })) } }),
      b: ({ operation }) =>
        operation.text.includes('price')
          ? {
              data: { _entities: ids.map(() => ({ price: null })) },
              errors: ids.map((_, n) => ({ message: 'x', path: ['_entities', n, 'price'] })),
            }
          : { data: { _entities: ids.map((id) => ({ name: `n${id}`, label: `l${id}` })) } },
    }),
    meets: MEETS,
  })
  const { later } = await execute(executionOf(text, { plan: whole }))
  invariant(later, 'parts are deferred')
  const parts: LaterPart[] = []
  for await (const one of later) parts.push(one)
  return parts
}

const NESTED =
  '{ boxes { id ... @defer(label: "outer") { name ... @defer(label: "inner") { label } } } }'
const FAILING = '{ boxes { id ... @defer(label: "bad") { price } } }'

test('what stands in a later part is told after it', async () => {
  const parts = await partsOf(NESTED, 2)
  expect(parts.map(({ path, label, data }) => [path.join('.'), label, data])).toEqual([
    ['boxes.0', 'outer', { name: 'n0' }],
    ['boxes.1', 'outer', { name: 'n1' }],
    ['boxes.0', 'inner', { label: 'l0' }],
    ['boxes.1', 'inner', { label: 'l1' }],
  ])
})

test('each part tells the errors of its own object', async () => {
  const parts = await partsOf(FAILING, 3)
  expect(parts.map(({ errors = [] }) => errors.map(({ path }) => path?.join('.')))).toEqual([
    ['boxes.0.price'],
    ['boxes.1.price'],
    ['boxes.2.price'],
  ])
})

test.each([
  ['parts in parts', NESTED],
  ['parts with errors', FAILING],
])('many %s take time that grows with their number', async (_, text) => {
  const timed = async (count: number) => {
    const start = performance.now()
    await partsOf(text, count)
    return performance.now() - start
  }
  const fastest = async (count: number) => Math.min(await timed(count), await timed(count))
  await fastest(500)
  // Ten times as many: a hundred times the time if each looked at all others.
  expect((await fastest(8000)) / (await fastest(800))).toBeLessThan(40)
})
