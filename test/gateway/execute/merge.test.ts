import { expect, test } from 'vitest'

import { mergeInto } from '../../../gateway/execute/merge.ts'

test.each([
  ['new members', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  ['objects in objects', { a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  [
    'lists by place',
    { a: [{ b: 1 }, null] },
    { a: [{ c: 2 }, { c: 3 }] },
    { a: [{ b: 1, c: 2 }, { c: 3 }] },
  ],
  ['lists in lists', { a: [[{ b: 1 }]] }, { a: [[{ c: 2 }]] }, { a: [[{ b: 1, c: 2 }]] }],
  ['a value over null', { a: null }, { a: 1 }, { a: 1 }],
  ['no null over a value', { a: 1 }, { a: null }, { a: 1 }],
])('merges %s', (_, target, source, merged) => {
  mergeInto(target, source)
  expect(target).toEqual(merged)
})

test('does not reach a prototype', () => {
  const target = { a: {} }
  mergeInto(target, JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}'))
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  expect(Reflect.get(target.a, 'polluted')).toBeUndefined()
})
