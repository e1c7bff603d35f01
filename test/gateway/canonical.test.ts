import { expect, test } from 'vitest'

import { canonical } from '../../gateway/canonical.ts'

test('gives equal texts to equal values only', () => {
  const distinct = [
    null,
    undefined,
    true,
    'true',
    0,
    -0,
    1,
    '1',
    Infinity,
    'Infinity',
    NaN,
    'null',
    '',
    [],
    {},
    [[]],
    [null],
    [1, 2],
    [2, 1],
    ['1,2'],
    { a: 1 },
    { a: '1' },
    { b: 1 },
    { a: { b: 1 } },
    { 'a":{"b': 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ]
  expect(new Set(distinct.map((value) => canonical(value))).size).toBe(distinct.length)
  expect(canonical({ a: [1, { b: null }] })).toBe(canonical({ a: [1, { b: null }] }))
  expect(canonical(Object.assign(Object.create(null), { a: 1 }))).toBe(canonical({ a: 1 }))
})

test.each([new Date(0), new Map([[1, 2]]), 1n, [new Set()], { a: () => 1 }])(
  'has no text for %s, which is not plain',
  (value) => {
    expect(canonical(value)).toBeUndefined()
  },
)
