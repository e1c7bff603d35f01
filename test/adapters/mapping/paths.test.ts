import { describe, expect, test } from 'vitest'

import type { Shape, Value } from '../../../adapters/adapter.ts'
import {
  compileRead,
  parsePath,
  shapeAt,
  toItems,
  withValue,
} from '../../../adapters/mapping/paths.ts'

const TEXT: Shape = { kind: 'scalar', type: 'string' }
const PERSON: Shape = { kind: 'object', fields: new Map([['name', TEXT]]) }
const ROOT: Shape = {
  kind: 'object',
  fields: new Map<string, Shape>([
    ['return', { kind: 'list', of: PERSON }],
    ['owner', PERSON],
    ['rest', { kind: 'any' }],
  ]),
}

const path = (text: string) => parsePath(text)!

describe('parsePath', () => {
  test.each(['', 'a..b', 'a[', 'a[-1]', 'a[x]', '[0]', 'a[].b', 'a.'])('refuses %j', (text) => {
    expect(parsePath(text)).toBeUndefined()
  })

  test.each([
    ['.', []],
    ['a.b', ['a', 'b']],
    ['a[0].b', ['a', 0, 'b']],
    ['a[0][1]', ['a', 0, 1]],
    ['a.b[]', ['a', 'b']],
  ])('reads %j', (text, steps) => {
    expect(path(text).steps).toEqual(steps)
    expect(path(text).each).toBe(text.endsWith('[]'))
  })
})

describe('shapeAt', () => {
  test.each([
    ['return[0].name', TEXT],
    ['return[]', PERSON],
    ['owner', PERSON],
    ['.', ROOT],
    ['rest.of.it[3]', { kind: 'any' }],
  ])('finds %j', (text, shape) => {
    expect(shapeAt(path(text), ROOT)).toEqual({ shape })
  })

  test.each([
    ['nobody', 'no "nobody" here, only return, owner, rest'],
    ['return.name', 'asked of a list'],
    ['owner[0]', 'no list'],
    ['owner.name.first', 'a string, which has no parts'],
  ])('refuses %j', (text, problem) => {
    expect(shapeAt(path(text), ROOT).problem).toContain(problem)
  })
})

const read = (text: string, tree: Value) => compileRead(path(text))(tree)

describe('compileRead', () => {
  test.each<[string, Value, Value | undefined]>([
    ['a.b', { a: { b: 'x' } }, 'x'],
    ['a.b', { a: null }, null],
    ['a.b', {}, null],
    ['a[1]', { a: ['x'] }, null],
    ['a.constructor', { a: {} }, null],
    ['a.b', { a: 'text' }, undefined],
    ['a[0]', { a: { 0: 'x' } }, undefined],
    ['a.b', { a: [{ b: 'x' }] }, undefined],
  ])('%j of %j is %j', (text, tree, value) => {
    expect(read(text, tree)).toEqual(value)
  })
})

test('toItems counts a collapsed list as one and an absent list as none', () => {
  expect(toItems(null)).toEqual([])
  expect(toItems({ a: 1 })).toEqual([{ a: 1 }])
  expect(toItems(['x', 'y'])).toEqual(['x', 'y'])
})

test('withValue leaves the given tree and what stands beside the place as they are', () => {
  const tree = { body: { kept: 1 } }
  expect(withValue(tree, path('body.list[1].x'), 'new')).toEqual({
    body: { kept: 1, list: [null, { x: 'new' }] },
  })
  expect(tree).toEqual({ body: { kept: 1 } })
  expect(withValue({}, path('.'), 'all')).toBe('all')
})

test('withValue writes a member that is named like one of Object', () => {
  expect(withValue({}, path('__proto__.x'), 1)).toEqual(JSON.parse('{"__proto__":{"x":1}}'))
})
