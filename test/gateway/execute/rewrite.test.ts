import { expect, test } from 'vitest'

import { rewritten } from '../../../gateway/execute/rewrite.ts'
import type { Tree } from '../../../gateway/execute/tree.ts'
import type { Rewrite, Step } from '../../../gateway/plan/plan.ts'

const meets = (name: string, condition: string) => name === condition || condition === 'Any'
const key = (name: string): Step => ({ kind: 'key', name })
const on = (...names: readonly string[]): Step => ({ kind: 'types', names })
const rename = (path: readonly string[], to: string): Rewrite => ({
  kind: 'rename',
  path: path.map(key),
  to,
})

test.each<[string, Rewrite, Tree, Tree]>([
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
  [
    'goes through steps that name a list',
    { kind: 'rename', path: [key('a'), { kind: 'items' }, on('A'), key('x')], to: 'y' },
    { a: [{ __typename: 'A', x: 1 }] },
    { a: [{ __typename: 'A', y: 1 }] },
  ],
  [
    'renames in an object that does not name its type',
    { kind: 'rename', path: [on('A'), key('x')], to: 'y' },
    { x: 1 },
    { y: 1 },
  ],
  [
    'sets nothing in an object that does not name its type',
    { kind: 'set', path: [on('A'), key('x')], value: 2 },
    { x: 1 },
    { x: 1 },
  ],
  ['passes by what is not there', rename(['a', 'b', 'x'], 'y'), { a: null }, { a: null }],
])('%s', (_, rewrite, value, result) => {
  const before = structuredClone(value)
  expect(rewritten([rewrite], value, meets)).toEqual(result)
  expect(value).toEqual(before)
})

test('a client may give a field the name of what every object inherits', () => {
  const renamed = rewritten([rename(['x'], '__proto__')], { x: 1 }, meets)
  expect(Object.entries(renamed)).toEqual([['__proto__', 1]])
})
