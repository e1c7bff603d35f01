import { expect, test } from 'vitest'

import { PathSet } from '../../../gateway/execute/path-set.ts'

test('knows what is at or below a path', () => {
  const set = new PathSet([['a', 0, 'b']])
  expect([set.has(['a']), set.has(['a', 0]), set.has(['a', 0, 'b'])]).toEqual([true, true, true])
  expect([set.has(['a', 1]), set.has(['a', 0, 'b', 'c']), set.has(['b'])]).toEqual([
    false,
    false,
    false,
  ])
})
