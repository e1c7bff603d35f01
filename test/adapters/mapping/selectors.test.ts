import { describe, expect, test } from 'vitest'

import type { Shape, Value } from '../../../adapters/adapter.ts'
import { compileSelect, parseSelector, shapeOf } from '../../../adapters/mapping/selectors.ts'

const TEXT: Shape = { kind: 'scalar', type: 'string' }
const KIND: Shape = { kind: 'scalar', type: 'string', values: ['HOME', 'WORK'] }
const PHONE: Shape = {
  kind: 'object',
  fields: new Map([
    ['kind', KIND],
    ['number', TEXT],
  ]),
}
const GROUP: Shape = { kind: 'object', fields: new Map([['items', { kind: 'list', of: PHONE }]]) }
const ROOT: Shape = {
  kind: 'object',
  fields: new Map<string, Shape>([
    ['phones', { kind: 'list', of: PHONE }],
    ['groups', { kind: 'list', of: GROUP }],
    [
      'rates',
      {
        kind: 'object',
        fields: new Map([
          ['usd', TEXT],
          ['eur', TEXT],
        ]),
      },
    ],
    ['name', TEXT],
    ['any', { kind: 'any' }],
  ]),
}
const TREE: Value = {
  phones: [
    { kind: 'WORK', number: '1' },
    { kind: 'HOME', number: '2' },
    { kind: 'HOME', number: '3' },
    { kind: null, number: '4' },
  ],
  groups: [
    { items: [{ kind: 'HOME', number: '5' }] },
    { items: null },
    { items: [{ kind: 'WORK', number: '6' }] },
  ],
  rates: { usd: '60', eur: '65' },
  name: 'x',
}

const selector = (text: string) => parseSelector(text)!
const read = (text: string, tree: Value = TREE) => compileSelect(selector(text))(tree)

describe('parseSelector', () => {
  test.each(['', 'a..b', 'a[', 'a[-1]', 'a[x]', '[0]', 'a.', "'a", 'a[=1]', 'a{x}'])(
    'refuses %j',
    (text) => {
      expect(parseSelector(text)).toBeUndefined()
    },
  )
})

test.each<[string, unknown]>([
  ['.', TREE],
  ['name', 'x'],
  ['phones[1].number', '2'],
  ['phones[kind=HOME].number', '2'],
  ['phones[kind=HOME][].number', ['2', '3']],
  ['phones[kind!=HOME][].number', ['1', '4']],
  ['phones[kind=].number', '4'],
  ['phones[kind=NONE].number', null],
  ['groups[].items[].number', ['5', '6']],
  ['groups[items[0].kind=HOME]', undefined],
  ["'IR'", 'IR'],
  ["''", ''],
  [
    'rates{}',
    [
      { key: 'usd', value: '60' },
      { key: 'eur', value: '65' },
    ],
  ],
  ['rates{}[key=eur].value', '65'],
  ['rates{}[].key', ['usd', 'eur']],
  ['any.deep[x=1].y', null],
  ['name.first', undefined],
  ['name[].x', undefined],
  ['name{}', undefined],
])('%s reads %j', (text, value) => {
  const parsed = parseSelector(text)
  if (parsed === undefined) expect(value).toBeUndefined()
  else expect(compileSelect(parsed)(TREE)).toEqual(value)
})

test('a single item that lost its list is found by its value', () => {
  expect(read('phones[kind=HOME].number', { phones: { kind: 'HOME', number: '7' } })).toBe('7')
  expect(read('phones[kind=HOME].number', { phones: null })).toBeNull()
})

test('values of a list itself are compared by a point', () => {
  expect(read('tags[.=b]', { tags: ['a', 'b'] })).toBe('b')
  expect(read('tags[.!=b][]', { tags: ['a', 'b', 'c'] })).toEqual(['a', 'c'])
})

describe('shapeOf', () => {
  test.each<[string, Shape, boolean]>([
    ['phones[kind=HOME].number', TEXT, false],
    ['phones[kind=HOME]', PHONE, false],
    ['phones[kind=HOME][]', PHONE, true],
    ['phones[]', PHONE, true],
    ['groups[].items[]', PHONE, true],
    ['groups[].items', PHONE, true],
    ['rates{}[].value', TEXT, true],
    ["'IR'", TEXT, false],
    ['any[a=b].c', { kind: 'any' }, false],
  ])('of %s', (text, shape, each) => {
    expect(shapeOf(selector(text), ROOT)).toEqual({ shape })
    expect(selector(text).each).toBe(each)
  })

  test.each([
    ['phones[kind=HOEM].number', "none of the contract's values HOME, WORK"],
    ['phones[knd=HOME].number', 'no "knd" here'],
    ['name[kind=HOME]', 'no list'],
    ['name[].x', 'no list'],
    ['name{}', 'no object'],
    ['groups[items=1]', 'no single value'],
    ['phones.number', 'asked of a list'],
  ])('refuses %s', (text, problem) => {
    expect(shapeOf(selector(text), ROOT).problem).toContain(problem)
  })
})
