import { expect, test } from 'vitest'

import { Overlay } from '../../../gateway/execute/overlay.ts'
import { Position } from '../../../gateway/execute/position.ts'
import { compileRepresentation } from '../../../gateway/execute/representation.ts'
import type { Rewrite, Selection, Step } from '../../../gateway/plan/plan.ts'
import { field, fragment } from './made-by-hand.ts'

const meets = (name: string, condition: string) => name === condition || condition === 'Any'
const isTrue = (name: string) => name === 'yes'
const requires = [fragment('P', field('__typename'), field('id'), field('home', [field('code')]))]

function textOf(
  tree: Record<string, unknown>,
  selections: readonly Selection[] = requires,
  inputRewrites: readonly Rewrite[] = [],
): unknown {
  const position = new Position()
  const part = { requires: selections, inputRewrites }
  const representation = compileRepresentation(part, position, { meets, isTrue })
  const overlay = new Overlay(new Position(), () => true)
  const type = tree['__typename']
  if (!representation.of(typeof type === 'string' ? type : undefined).typed) return undefined
  const text = representation.textOf(overlay, tree)
  return text === undefined ? undefined : JSON.parse(text)
}

test('takes what is required and nothing else', () => {
  const tree = { __typename: 'P', id: '1"', home: { code: 'x', other: 1 }, more: true }
  expect(textOf(tree)).toEqual({ __typename: 'P', id: '1"', home: { code: 'x' } })
})

test.each<[string, Record<string, unknown>]>([
  ['of another type', { __typename: 'Q', id: '1', home: null }],
  ['without a required value', { __typename: 'P', id: '1' }],
  ['without a required value further down', { __typename: 'P', id: '1', home: {} }],
  ['without a type', { id: '1', home: null }],
  ['with a text where an object is required', { __typename: 'P', id: '1', home: 'x' }],
])('leaves out an object %s', (_, tree) => {
  expect(textOf(tree)).toBeUndefined()
})

test('keeps nulls and lists of required values', () => {
  expect(textOf({ __typename: 'P', id: '1', home: null })).toMatchObject({ home: null })
  const tree = { __typename: 'P', id: '1', home: [{ code: 1 }, null, [{ code: [2, { a: 1 }] }]] }
  expect(textOf(tree)).toMatchObject({ home: tree.home })
})

test('a required field has the key it is read under and the name it is written under', () => {
  const selection: Selection = { kind: 'field', from: 'a', name: 'b', selections: undefined }
  const tree = { __typename: 'P', a: 1, b: 2 }
  expect(textOf(tree, [field('__typename'), selection])).toEqual({ __typename: 'P', b: 1 })
})

test('what is required twice is written once, with all that is required of it', () => {
  const tree = { __typename: 'P', home: { a: 1, b: 2 } }
  const two = [
    fragment('P', field('__typename'), field('home', [field('a')])),
    fragment('Any', field('home', [field('b')])),
  ]
  expect(textOf(tree, two)).toEqual(tree)
})

test.each([
  [{ skipIf: 'yes' }, { __typename: 'P' }],
  [{ skipIf: 'no' }, { __typename: 'P', id: '1' }],
  [{ includeIf: 'yes' }, { __typename: 'P', id: '1' }],
  [{ includeIf: 'no' }, { __typename: 'P' }],
])('variables decide what is required: %j', (condition, expected) => {
  const selection: Selection = {
    ...condition,
    kind: 'fragment',
    type: 'P',
    selections: [field('id')],
  }
  const tree = { __typename: 'P', id: '1' }
  expect(textOf(tree, [field('__typename'), selection])).toEqual(expected)
})

const key = (name: string): Step => ({ kind: 'key', name })
const on = (name: string): Step => ({ kind: 'types', names: [name] })

test.each<[string, readonly Rewrite[], unknown]>([
  [
    'sets a type name',
    [{ kind: 'set', path: [on('Any'), key('__typename')], value: 'I' }],
    { __typename: 'I', id: '1', home: { code: 'x' } },
  ],
  [
    'sees the type name that an earlier one set',
    [
      { kind: 'set', path: [on('P'), key('__typename')], value: 'I' },
      { kind: 'set', path: [on('P'), key('id')], value: 'never' },
      { kind: 'set', path: [on('I'), key('id')], value: 2 },
    ],
    { __typename: 'I', id: 2, home: { code: 'x' } },
  ],
  [
    'renames below, whatever lists are on the way',
    [{ kind: 'rename', path: [key('home'), { kind: 'items' }, key('code')], to: 'zip' }],
    { __typename: 'P', id: '1', home: { zip: 'x' } },
  ],
])('a rewrite %s', (_, inputRewrites, expected) => {
  const tree = { __typename: 'P', id: '1', home: { code: 'x' } }
  expect(textOf(tree, requires, inputRewrites)).toEqual(expected)
})
