// What subgraphs report, and what none of them says, told by the places of the client's answer.

import { buildSchema } from 'graphql'
import { describe, expect, test } from 'vitest'

import { buildExecuteOperation } from '../../../gateway/execute/execute-operation.ts'
import type { PlanNode } from '../../../gateway/plan/plan.ts'
import type { Answer, AnswerError } from '../../../schema/context.ts'
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
  type Query { boxes: [Box], box: Box }
  type Box { id: ID, label: String, price: Int, lid: Box, many: [Int] }`)

async function run(text: string, plan: PlanNode, replies: Replies): Promise<Answer> {
  const execute = buildExecuteOperation(schema, { links: linksTo(replies), meets: MEETS })
  return (await execute(executionOf(text, { plan }))).answer
}

const given = (answer: Answer) => () => answer
const fills = (...names: readonly string[]) => names.map((name) => ({ name, type: 'Box' }))
const box = (id: string, more: object = {}) => ({ __typename: 'Box', id, ...more })
const told = ({ errors = [] }: Answer) =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']])

describe('of many objects that one call was to complete', () => {
  const count = 500
  const plan: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ boxes { __typename id } }'),
      entities('b', ['Box', '{ label price }'], {
        paths: [pathTo('boxes')],
        fills: fills('label', 'price'),
      }),
    ],
  }
  const distinct = Array.from({ length: count }, (_, n) => box(`${n}`))
  const same = Array.from({ length: count }, () => box('1'))
  const failures = (path?: (n: number) => AnswerError['path']) =>
    Array.from({ length: count }, (_, n) => ({
      message: `no ${n}`,
      path: path?.(n),
      extensions: { code: 'NOT_FOUND' },
    }))

  test.each<[string, readonly object[], readonly AnswerError[], most: number]>([
    ['without a path', distinct, failures(), 2 * count + count],
    ['of one shared object', same, failures(() => ['_entities', 0]), 2 * count + count],
    ['of its one value', same, failures(() => ['_entities', 0, 'label']), 3 * count],
    [
      'of ever other places below',
      same,
      failures((n) => ['_entities', 0, 'label', `${n}`]),
      10 * count + 1000,
    ],
  ])('many errors %s are told in proportion', async (_, boxes, errors, most) => {
    const answer = await run('{ boxes { label price } }', plan, {
      a: given({ data: { boxes } }),
      b: given({ data: null, errors }),
    })
    expect(answer.errors?.length).toBeLessThanOrEqual(most)
    const messages = new Set(answer.errors?.map(({ message }) => message))
    expect(errors.every(({ message }) => messages.has(message))).toBe(true)
    const places = new Set(answer.errors?.map(({ path }) => path?.slice(0, 3).join('.')))
    for (const index of boxes.keys()) expect(places).toContain(`boxes.${index}.label`)
  })
})

describe('a value fetched for the plan', () => {
  const withHidden: PlanNode = {
    kind: 'sequence',
    nodes: [
      fetch('a', '{ box { __typename id _p_label: id } }'),
      entities('b', ['Box', '{ label }'], { paths: [pathTo('box')], fills: fills('label') }),
    ],
  }

  test.each<[string, AnswerError['path']]>([
    ['itself', ['_entities', 0, 'label']],
    ['with its object', ['_entities', 0]],
    ['with all', undefined],
  ])('that failed %s is no failure of what the client calls so', async (_, path) => {
    const answer = await run('{ box { label: id } }', withHidden, {
      a: given({ data: { box: box('1', { _p_label: '1' }) } }),
      b: given({ data: { _entities: [null] }, errors: [{ message: 'x', path }] }),
    })
    expect(answer.data).toEqual({ box: { label: '1' } })
    expect(told(answer)).toEqual([['box', 'INTERNAL']])
  })

  test('below what the client sees under another name', async () => {
    const answer = await run('{ top: box { cover: lid { label: id id } } }', fetch('a', '{ x }'), {
      a: given({
        data: { _p_top: { _p_cover: { _p_label: '1', label: null, id: null } } },
        errors: [
          { message: 'x', path: ['_p_top', '_p_cover', 'label'] },
          { message: 'x', path: ['_p_top', '_p_cover', 'id'] },
        ],
      }),
    })
    expect(told(answer)).toEqual([
      ['top.cover', 'INTERNAL'],
      ['top.cover.id', 'INTERNAL'],
    ])
  })
})

/** `b` answers so. */
const replies = (answer: Answer): Replies => ({
  a: given({ data: { boxes: [box('1'), box('2')] } }),
  b: given(answer),
  c: given({ data: { _entities: [{ price: 5 }] } }),
})

describe('a call that cannot be made for want of a value', () => {
  const needy = (...nodes: readonly PlanNode[]): PlanNode => ({
    kind: 'sequence',
    nodes: [
      fetch('a', '{ boxes { __typename id } }'),
      ...nodes,
      entities('c', ['Box', '{ price }'], {
        paths: [pathTo('boxes')],
        requires: [fragment('Box', field('__typename'), field('label'))],
        fills: fills('price'),
      }),
    ],
  })
  const label = entities('b', ['Box', '{ label }'], {
    paths: [pathTo('boxes')],
    fills: fills('label'),
  })
  const ONE_NULL = { boxes: [{ price: 5 }, { price: null }] }

  test.each<[string, PlanNode, Answer, [expected: unknown, errors: unknown]]>([
    [
      'that nobody was asked for is told',
      needy(),
      {},
      [
        { boxes: [{ price: null }, { price: null }] },
        [
          ['boxes.0.price', 'INTERNAL'],
          ['boxes.1.price', 'INTERNAL'],
        ],
      ],
    ],
    [
      'that was left out is told',
      needy(label),
      { data: { _entities: [{ label: 'l' }, {}] } },
      [ONE_NULL, [['boxes.1.price', 'INTERNAL']]],
    ],
    [
      'that came in no list is told',
      needy(label),
      { data: { _entities: null } },
      [
        { boxes: [{ price: null }, { price: null }] },
        [
          ['boxes.0.price', 'INTERNAL'],
          ['boxes.1.price', 'INTERNAL'],
        ],
      ],
    ],
    [
      'that failed is told once',
      needy(label),
      {
        data: { _entities: [{ label: 'l' }, null] },
        errors: [{ message: 'x', path: ['_entities', 1], extensions: { code: 'NOT_FOUND' } }],
      },
      [ONE_NULL, [['boxes.1', 'NOT_FOUND']]],
    ],
    [
      'of an object that is not known is no error',
      needy(label),
      { data: { _entities: [{ label: 'l' }, null] } },
      [ONE_NULL, []],
    ],
  ])('%s', async (_, plan, answer, [expected, errors]) => {
    const all = await run('{ boxes { price } }', plan, replies(answer))
    expect(all.data).toEqual(expected)
    expect(told(all)).toEqual(errors)
  })

  test('is told beside the failure of what the client asked for, too', async () => {
    const errors = [
      { message: 'x', path: ['_entities', 1, 'label'], extensions: { code: 'NOT_FOUND' } },
    ]
    const all = await run(
      '{ boxes { label price } }',
      needy(label),
      replies({ data: { _entities: [{ label: 'l' }, null] }, errors }),
    )
    expect(told(all)).toEqual([
      ['boxes.1.label', 'NOT_FOUND'],
      ['boxes.1.price', 'INTERNAL'],
    ])
  })
})
