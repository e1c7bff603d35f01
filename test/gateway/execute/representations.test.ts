import { expect, test } from 'vitest'

import { represent } from '../../../gateway/execute/representations.ts'
import type { Selection } from '../../../gateway/plan/plan.ts'

const meets = (name: string, condition: string) => name === condition
const field = (name: string, selections?: readonly Selection[]): Selection => ({
  kind: 'field',
  from: name,
  name,
  selections,
})
const requires: readonly Selection[] = [
  {
    kind: 'fragment',
    type: 'P',
    selections: [field('__typename'), field('id'), field('home', [field('code')])],
  },
]
const target = (tree: Record<string, unknown>, index: number) => ({ tree, path: ['list', index] })
const of = (...trees: Record<string, unknown>[]) =>
  represent(trees.map(target), { requires, inputRewrites: [] }, meets)

test('takes what is required, each distinct object once', () => {
  const one = { __typename: 'P', id: '1', home: { code: 'x', other: 1 }, more: true }
  const { values, targets } = of(one, { ...one, more: false }, { ...one, id: '2' })
  expect(values.map(({ id }) => id)).toEqual(['1', '2'])
  expect(values[0]).toEqual({ __typename: 'P', id: '1', home: { code: 'x' } })
  expect(targets.map((shared) => shared.map(({ path }) => path[1]))).toEqual([[0, 1], [2]])
})

test.each<[string, Record<string, unknown>]>([
  ['of another type', { __typename: 'Q', id: '1', home: null }],
  ['without a required value', { __typename: 'P', id: '1' }],
  ['without a required value further down', { __typename: 'P', id: '1', home: {} }],
  ['without a type', { id: '1', home: null }],
])('leaves out an object %s', (_, tree) => {
  expect(of(tree).values).toEqual([])
})

test('keeps nulls and lists of required values', () => {
  expect(of({ __typename: 'P', id: '1', home: null }).values).toHaveLength(1)
  const { values } = of({ __typename: 'P', id: '1', home: [{ code: 1 }, null] })
  expect(values[0]?.['home']).toEqual([{ code: 1 }, null])
})
