import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'

import { buildExecuteOperation } from '../../../gateway/execute/execute-operation.ts'
import { NOTHING, type PlanNode } from '../../../gateway/plan/plan.ts'
import type { Answer } from '../../../schema/context.ts'
import {
  entities,
  executionOf,
  fetch,
  field,
  fragment,
  linksTo,
  MEETS,
  pathTo,
  type Replies,
} from './made-by-hand.ts'

const schema = buildSchema(`
  type Query { name: String, box: Box, boxes: [Box], pair: [[Box]] }
  type Mutation { add: Box }
  type Box { id: ID, size: Size, label: String, lid: Box, price: Int, kind: Kind, data: Blob, must: Int! }
  type Size { width: Int, height: Int }
  enum Kind { OPEN CLOSED }
  scalar Blob`)

interface Done {
  readonly answer: Answer
  readonly sent: readonly unknown[]
}

async function run(
  text: string,
  plan: PlanNode,
  replies: Replies = {},
  more: Partial<Parameters<typeof executionOf>[1]> = {},
): Promise<Done> {
  const sent: unknown[] = []
  const execute = buildExecuteOperation(schema, { links: linksTo(replies, sent), meets: MEETS })
  const { answer } = await execute(executionOf(text, { plan, ...more }))
  return { answer: structuredClone(answer), sent }
}

const given = (data: Record<string, unknown>) => (): Answer => ({ data })
const fills = (name: string) => ({ fills: [{ name, type: 'Box' }] })
const box = (id: string, more: object = {}) => ({ __typename: 'Box', id, ...more })

const denied = () => ({ code: 'FORBIDDEN' }) as const

test('an empty plan for fields that were asked is told at each of them', async () => {
  const { answer } = await run('{ name box { id } }', NOTHING)
  const extensions = { code: 'INTERNAL', reference: 'r' }
  expect(answer.data).toBeNull()
  expect(answer.errors).toMatchObject([
    { path: ['name'], extensions },
    { path: ['box'], extensions },
  ])
})

test.each([['{ __typename }'], ['{ __typename name @skip(if: true) }']])(
  'an empty plan answers %s',
  async (text) => {
    expect((await run(text, NOTHING)).answer).toEqual({ data: { __typename: 'Query' } })
  },
)

test('an empty plan answers what was denied', async () => {
  expect((await run('{ name }', NOTHING, {}, { denied })).answer).toMatchObject({
    data: { name: null },
    errors: [{ path: ['name'], extensions: { code: 'FORBIDDEN' } }],
  })
})

test('two calls that both give an object give one object together', async () => {
  const plan: PlanNode = {
    kind: 'parallel',
    nodes: [
      fetch('a', '{ box { size { width } lid { label } } boxes { id } }'),
      fetch('b', '{ box { size { height } lid { id } label } boxes { label } }'),
    ],
  }
  const { answer } = await run(
    '{ box { size { width height } lid { id label } label } boxes { id label } }',
    plan,
    {
      a: given({ box: { size: { width: 1 }, lid: { label: 'l' } }, boxes: [{ id: '1' }, null] }),
      b: given({
        box: { size: { height: 2 }, lid: { id: '2' }, label: 'b' },
        boxes: [{ label: 'x' }, { label: 'y' }],
      }),
    },
  )
  expect(answer).toEqual({
    data: {
      box: { size: { width: 1, height: 2 }, lid: { id: '2', label: 'l' }, label: 'b' },
      boxes: [
        { id: '1', label: 'x' },
        { id: null, label: 'y' },
      ],
    },
  })
})

test('what is under way to an object that meanwhile became part of another reaches it', async () => {
  const late = Promise.withResolvers<void>()
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ box { __typename id lid { __typename id } } }'),
      {
        kind: 'parallel',
        nodes: [
          entities('slow', ['Box', '{ price }'], { paths: [pathTo('box.lid')] }),
          entities('quick', ['Box', '{ lid { label } }'], { paths: [pathTo('box')] }),
        ],
      },
      entities('last', ['Box', '{ kind }'], {
        paths: [pathTo('box.lid')],
        requires: [fragment('Box', field('__typename'), field('label'), field('price'))],
      }),
    ],
  }
  const { answer, sent } = await run('{ box { lid { id label price kind } } }', plan, {
    a: given({ box: box('1', { lid: box('2') }) }),
    slow: async () => {
      await late.promise
      return { data: { _entities: [{ price: 3 }] } }
    },
    quick: () => {
      setTimeout(late.resolve)
      return { data: { _entities: [{ lid: { label: 'l' } }] } }
    },
    last: given({ _entities: [{ kind: 'OPEN' }] }),
  })
  expect(answer).toEqual({
    data: { box: { lid: { id: '2', label: 'l', price: 3, kind: 'OPEN' } } },
  })
  expect(sent.at(-1)).toEqual(['last', [{ __typename: 'Box', label: 'l', price: 3 }]])
})

test('a null hides no value and changes no answer', async () => {
  const first = { box: box('1', { label: 'l', size: { width: 1 } }) }
  const before = structuredClone(first)
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ box { __typename id label size { width } } }'),
      entities('b', ['Box', '{ label size { height } price }'], { paths: [pathTo('box')] }),
    ],
  }
  const { answer } = await run('{ box { label size { width } price } }', plan, {
    a: given(first),
    b: given({ _entities: [{ label: null, size: null, price: 2 }] }),
  })
  expect(answer.data).toEqual({ box: { label: 'l', size: { width: 1 }, price: 2 } })
  expect(first).toEqual(before)
})

test('answers that are one object for two positions are completed apart', async () => {
  const shared = [box('1')]
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ boxes { __typename id } pair { __typename id } }'),
      entities('b', ['Box', '{ label }'], { paths: [pathTo('boxes')] }),
    ],
  }
  const { answer } = await run('{ boxes { label } pair { label } }', plan, {
    a: given({ boxes: shared, pair: [shared] }),
    b: given({ _entities: [{ label: 'l' }] }),
  })
  expect(answer.data).toEqual({ boxes: [{ label: 'l' }], pair: [[{ label: null }]] })
})

test('the same read is sent once, with its errors at each place', async () => {
  const label = entities('b', ['Box', '{ label price }'], {
    paths: [pathTo('box')],
    ...fills('label'),
  })
  const price = entities('b', ['Box', '{ label price }'], {
    paths: [pathTo('box')],
    ...fills('price'),
  })
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [fetch('a', '{ box { __typename id } }'), { kind: 'parallel', nodes: [label, price] }],
  }
  const { answer, sent } = await run('{ box { label price } }', plan, {
    a: given({ box: box('1') }),
    b: () => ({ data: null, errors: [{ message: 'x' }] }),
  })
  expect(sent).toHaveLength(2)
  expect(answer.errors?.map(({ path }) => path)).toEqual([
    ['box', 'label'],
    ['box', 'price'],
  ])
})

const failed = (message: string) => () => ({
  data: { box: null },
  errors: [{ message, path: ['box'], extensions: { code: 'NOT_FOUND' } }],
})

test('two calls that fail for the same field in the same way are told once', async () => {
  const plan: PlanNode = {
    kind: 'parallel',
    nodes: [fetch('a', '{ box { id } }'), fetch('b', '{ box { price } }')],
  }
  const { answer } = await run('{ box { id price } }', plan, { a: failed('x'), b: failed('x') })
  expect(answer.errors).toHaveLength(1)
  const { answer: other } = await run('{ box { id } }', plan, { a: failed('x'), b: failed('y') })
  expect(other.errors).toHaveLength(2)
})

test('beside mutations nothing is sent once for two', async () => {
  const read = entities('b', ['Box', '{ label }'], { paths: [pathTo('_p_x'), pathTo('_p_y')] })
  const add = fetch('a', 'mutation { add { __typename id } }')
  const plan: PlanNode = { kind: 'sequence', nodes: [add, read, add, read] }
  const { sent } = await run('mutation { x: add { label } }', plan, {
    a: given({ _p_x: box('1') }),
    b: given({ _entities: [{ label: 'l' }] }),
  })
  expect(sent.map((one) => Object(one)[0])).toEqual(['a', 'b', 'a', 'b'])
})

test.each<[string, unknown, unknown]>([
  ['an enum', { kind: 'OPEN' }, { kind: 'OPEN' }],
  ['a value that is none of an enum', { kind: 'AJAR' }, { kind: null }],
  ['a scalar of its own as it is', { data: { any: [1] } }, { data: { any: [1] } }],
  ['a number that stands for an ID', { id: 5 }, { id: '5' }],
  ['an object where a text is due', { label: {} }, { label: null }],
  ['a list where an object is due', { size: [] }, { size: null }],
  ['a text where an object is due', { size: 'x' }, { size: null }],
  ['an integer that is too large', { price: 2 ** 31 }, { price: null }],
  ['a fraction where an integer is due', { price: 1.5 }, { price: null }],
])('shows %s', async (_, value, shown) => {
  const [key = ''] = Object.keys(Object(shown))
  const text = `{ box { ${key} ${key === 'size' ? '{ width }' : ''} } }`
  const { answer } = await run(text, fetch('a', '{ box { id } }'), { a: given({ box: value }) })
  expect(answer.data).toEqual({ box: shown })
  const refused = Object.values(Object(shown)).includes(null)
  expect(answer.errors?.map(({ path }) => path)).toEqual(refused ? [['box', key]] : undefined)
})

test('programs are told apart by the variables that decide what is asked', async () => {
  const text = 'query ($a: Boolean!) { box { id label @include(if: $a) price @skip(if: $a) } }'
  const plan: PlanNode = {
    kind: 'condition',
    variable: 'a',
    whenTrue: fetch('a', '{ box { id label } }'),
    whenFalse: fetch('b', '{ box { id price } }'),
  }
  const links = linksTo({
    a: given({ box: { id: '1', label: 'l' } }),
    b: given({ box: { id: '1', price: 2 } }),
  })
  const execute = buildExecuteOperation(schema, { links, meets: MEETS })
  const execution = executionOf(text, { plan })
  const answers = []
  for (const a of [true, false, true]) {
    const { answer } = await execute({ ...execution, variables: { a } })
    answers.push(answer.data?.['box'])
  }
  expect(answers).toEqual([
    { id: '1', label: 'l' },
    { id: '1', price: 2 },
    { id: '1', label: 'l' },
  ])
})

test('an object that stands in many places is made once unless a place has something to tell', async () => {
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ boxes { __typename id } }'),
      entities('b', ['Box', '{ label must }'], { paths: [pathTo('boxes')] }),
    ],
  }
  const boxes = [box('1'), box('2'), box('1'), box('2')]
  const { answer, sent } = await run('{ boxes { label must } }', plan, {
    a: given({ boxes }),
    b: given({ _entities: [{ label: 'x', must: 1 }, { label: 'y' }] }),
  })
  expect(sent.at(-1)).toEqual(['b', [box('1'), box('2')]])
  expect(answer.data).toEqual({
    boxes: [1, 2, 1, 2].map((n) => (n === 1 ? { label: 'x', must: 1 } : null)),
  })
  expect(answer.errors?.map(({ path }) => path)).toEqual([
    ['boxes', 1, 'must'],
    ['boxes', 3, 'must'],
  ])
})

test('twenty thousand entities are completed in time that grows with their number', async () => {
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ boxes { __typename id } }'),
      entities('b', ['Box', '{ label }'], { paths: [pathTo('boxes')] }),
    ],
  }
  const timed = async (count: number) => {
    const ids = Array.from({ length: count }, (_, id) => String(id))
    const replies = {
      a: given({ boxes: ids.map((id) => box(id)) }),
      b: given({ _entities: ids.map((label) => ({ label })) }),
    }
    const start = performance.now()
    const { answer } = await run('{ boxes { label } }', plan, replies)
    expect(answer.data?.['boxes']).toHaveLength(count)
    return performance.now() - start
  }
  const fastest = async (count: number) =>
    Math.min(await timed(count), await timed(count), await timed(count))
  await fastest(1000)
  // Ten times as many: a hundred times the time if each looked at all others.
  const [few, many] = [await fastest(2000), await fastest(20_000)]
  expect(many / few).toBeLessThan(50)
})
