import { expect, test } from 'vitest'

import { applyRewrites } from '../../../gateway/execute/rewrite.ts'
import type { Rewrite, Step } from '../../../gateway/plan/plan.ts'

const meets = (name: string, condition: string) => name === condition || condition === 'Any'
const key = (name: string): Step => ({ kind: 'key', name })
const on = (...names: readonly string[]): Step => ({ kind: 'types', names })
const rename = (path: readonly string[], to: string): Rewrite => ({
  kind: 'rename',
  path: path.map(key),
  to,
})

test.each<[string, Rewrite, unknown, unknown]>([
  [
    'sets below a type condition',
    { kind: 'set', path: [on('Any'), key('__typename')], value: 'I' },
    { __typename: 'A' },
    { __typename: 'I' },
  ],
  [
    'leaves other types alone',
    { kind: 'set', path: [on('B'), key('__typename')], value: 'I' },
    { __typename: 'A' },
    { __typename: 'A' },
  ],
  [
    'renames in each item of a list',
    rename(['a', 'x'], 'y'),
    { a: [{ x: 1 }, null, { z: 2 }] },
    { a: [{ y: 1 }, null, { z: 2 }] },
  ],
  ['passes by what is not there', rename(['a', 'b', 'x'], 'y'), { a: null }, { a: null }],
])('%s', (_, rewrite, value, result) => {
  applyRewrites([rewrite], value, meets)
  expect(value).toEqual(result)
})

test('a client may give a field the name of what every object inherits', () => {
  const value = { x: 1 }
  applyRewrites([rename(['x'], '__proto__')], value, meets)
  expect(Object.entries(value)).toEqual([['__proto__', 1]])
})
