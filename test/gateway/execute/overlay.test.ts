import { expect, test } from 'vitest'

import { Overlay, read, typenameAt } from '../../../gateway/execute/overlay.ts'
import { Position } from '../../../gateway/execute/position.ts'
import type { Tree } from '../../../gateway/execute/tree.ts'

/** A joint whose key `a` two calls give, with the key `b` below it that both give, too. */
function openJoint() {
  const joint = new Position()
  joint.joint = 0
  const below = joint.enter('a')
  below.enter('b')
  for (const giver of [{}, {}]) {
    joint.giveBelow('a', giver)
    below.giveBelow('b', giver)
  }
  const overlay = new Overlay(joint, (name) => name !== 'Face')
  return { joint, overlay }
}

function together(...trees: readonly [Tree, ...Tree[]]) {
  const before = structuredClone(trees)
  const { joint, overlay } = openJoint()
  const [base, ...extras] = trees
  const spot = overlay.enter(joint, base)
  for (const extra of extras) overlay.attach(joint, spot, extra)
  expect(trees).toEqual(before)
  return spot
}

test.each<[string, readonly [Tree, ...Tree[]], unknown]>([
  ['a key of either', [{ x: 1 }, { a: 2 }], 2],
  ['objects in objects', [{ a: { x: 1 } }, { a: { y: 2 } }], { x: 1, y: 2 }],
  ['of three answers', [{ a: { x: 1 } }, { a: { y: 2 } }, { a: { z: 3 } }], { x: 1, y: 2, z: 3 }],
  ['objects further down', [{ a: { b: { x: 1 } } }, { a: { b: { y: 2 } } }], { b: { x: 1, y: 2 } }],
  [
    'lists by place',
    [{ a: [{ x: 1 }, null] }, { a: [{ y: 2 }, { y: 3 }] }],
    [{ x: 1, y: 2 }, { y: 3 }],
  ],
  ['lists in lists', [{ a: [[{ x: 1 }]] }, { a: [[{ y: 2 }]] }], [[{ x: 1, y: 2 }]]],
  ['a value over null', [{ a: null }, { a: 1 }], 1],
  ['no null over a value', [{ a: 1 }, { a: null }], 1],
  ['no null over an object', [{ a: { x: 1 } }, { a: null }], { x: 1 }],
  ['no null over a value within', [{ a: { x: 1 } }, { a: { x: null } }], { x: 1 }],
  ['a null where the other says nothing', [{ a: { x: 1 } }, { a: { y: null } }], { x: 1, y: null }],
  ['null items beyond the end', [{ a: [] }, { a: [null] }], [null]],
])('lays together %s', (_, trees, expected) => {
  expect(read(together(...trees), 'a')).toStrictEqual(expected)
})

test.each([
  [['Face', 'Book'], 'Book'],
  [['Book', 'Face'], 'Book'],
  [['Face', 'Face'], 'Face'],
])('of the types %j an object has %s', (names, expected) => {
  const [first = '', second = ''] = names
  const spot = together({ __typename: first }, { __typename: second })
  expect(typenameAt(spot.base, spot)).toBe(expected)
})

test('does not reach a prototype', () => {
  const [once, again]: readonly Tree[] = JSON.parse(
    `[${'{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1},"y":1}},'.repeat(2)}0]`,
  )
  const spot = together({ a: { x: 1 } }, once ?? {}, again ?? {})
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  expect(Object.getPrototypeOf(read(spot, 'a'))).toBe(Object.prototype)
  expect(read(spot, 'polluted')).toBeUndefined()
})
