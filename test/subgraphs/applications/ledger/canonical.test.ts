import { expect, test } from 'vitest'

import { canonical, hashOf } from '../../../../subgraphs/applications/ledger/canonical.ts'

test.each([
  [{ b: 1, a: [true, null] }, '{"a":[true,null],"b":1}'],
  [{ a: undefined, b: { d: 'ک', c: 1.5 } }, '{"b":{"c":1.5,"d":"ک"}}'],
  ['متن', '"متن"'],
  [undefined, 'null'],
  [[], '[]'],
])('writes %j as one text', (value, text) => {
  expect(canonical(value)).toBe(text)
})

test('tells a number from its text, and a list from its order', () => {
  const values = [2, '2', [1, 2], [2, 1], ['1', 2], { '0': 1, '1': 2 }, null, 'null']
  expect(new Set(values.map(hashOf)).size).toBe(values.length)
})

test('does not mind the order of keys', () => {
  expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }))
})
