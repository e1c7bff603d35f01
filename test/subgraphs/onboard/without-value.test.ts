import { expect, test } from 'vitest'

import { withoutValue } from '../../../subgraphs/onboard/without-value.ts'

test.each([
  ['a.b', { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
  ['a[0].b', { a: [{ b: 1, c: 2 }, { b: 3 }] }, { a: [{ c: 2 }, { b: 3 }] }],
  ['a[1]', { a: [1, 2] }, { a: [1] }],
  ['x.y', { a: 1 }, { a: 1 }],
])('%s is taken out, the rest stays', (path, tree, expected) => {
  expect(withoutValue(tree, path)).toEqual(expected)
})
