import { parse } from 'graphql'
import { describe, expect, test } from 'vitest'

import type { LimitRule } from '../../../../gateway/operation/rules/rule.ts'
import { LIMIT_RULES } from '../../../../gateway/operation/rules/rules.ts'
import { invariant } from '../../../../schema/errors.ts'
import { cpuTime } from '../../../support/cpu-time.ts'

function measure(limit: LimitRule['limit'], text: string, most = 1_000_000): number {
  const rule = LIMIT_RULES.find((one) => one.limit === limit)
  invariant(rule, 'a test names a rule')
  return rule.measure(parse(text), most)
}

const bomb = (levels: number, inner: string) =>
  `${Array.from({ length: levels }, (_, n) => `fragment f${n} on T { ...f${n + 1} ...f${n + 1} }`).join(' ')} fragment f${levels} on T { ${inner} }`

describe('depth', () => {
  test.each([
    ['fields within fields', '{ a { b { c } } }', 3],
    ['the deeper of two', '{ a { b } c { d { e } } }', 3],
    ['fields of fragments', '{ a { ...F } } fragment F on T { b { ... { c } } }', 3],
    ['no introspection', '{ __schema { types { fields { name } } } }', 0],
    ['the deepest operation', 'query A { a } query B { a { b } }', 2],
  ])('counts %s', (_, text, depth) => {
    expect(measure('depth', text)).toBe(depth)
  })
})

describe('aliases', () => {
  test.each([
    ['those of __typename', '{ a: __typename b: __typename c }', 2],
    ['those of introspection', '{ a: __schema { b: types { name } } }', 2],
    ['those of fragments as often as they are spread', `{ ...f0 } ${bomb(3, 'a: b')}`, 8],
  ])('counts %s', (_, text, count) => {
    expect(measure('aliases', text)).toBe(count)
  })
})

describe('root fields', () => {
  test.each([
    ['fields at the root', '{ a b { c d } }', 2],
    ['the same field again', '{ a a a }', 3],
    ['fields of fragments', `{ ...f0 } ${bomb(4, 'a')}`, 16],
    ['fields of inline fragments', '{ ... { a } ... on Q { b } }', 2],
  ])('counts %s', (_, text, count) => {
    expect(measure('rootFields', text)).toBe(count)
  })
})

describe('directives', () => {
  test.each([
    ['several on one field', '{ a @x @x @x }', 3],
    ['those of an operation', 'query @x @y { a }', 2],
    ['those of variables', 'query ($a: Int @x @y) { a }', 2],
    ['those of a fragment', '{ ...F } fragment F on T @x { a }', 1],
    ['those of a fragment that nobody uses', '{ a } fragment F on T @x { a }', 1],
    ['those of spreads and inline fragments', '{ ...F @x ... @y { a } } fragment F on T { a }', 2],
    ['those of fragments as often as they are spread', `{ ...f0 } ${bomb(3, 'a @x')}`, 8],
  ])('counts %s', (_, text, count) => {
    expect(measure('directives', text)).toBe(count)
  })
})

describe('selections', () => {
  test.each([
    ['fields, spreads and inline fragments', '{ a { b } ... { c } ...F } fragment F on T { d }', 6],
    ['fragments as often as they are spread', `{ ...f0 } ${bomb(2, 'a')}`, 1 + 2 + 4 + 4],
    ['a circle as nothing', '{ ...A } fragment A on T { ...A }', 2],
  ])('counts %s', (_, text, count) => {
    expect(measure('selections', text)).toBe(count)
  })

  test('a bomb of 2⁶⁰ fields is a number', () => {
    expect(measure('selections', `{ ...f0 } ${bomb(60, 'a')}`)).toBeGreaterThan(2 ** 60)
  })
})

describe('comparisons', () => {
  test.each([
    ['nothing in a plain operation', '{ a { b c } d }', 0],
    ['fields of one name', '{ a a a a }', 6],
    ['fields of one alias', '{ x: a x: b }', 1],
    ['no fields of one name under two aliases', '{ x: a y: a }', 0],
    ['fields below fields of one name', '{ a { b } a { b } }', 1 + 1],
    ['fields below fields of two names apart', '{ a { b } c { b } }', 0],
    ['fields of fragments in their place', '{ a { b ...F } } fragment F on T { b }', 1],
    ['fields of inline fragments of any type', '{ ... on A { b } ... on B { b } }', 1],
    [
      'pairs of fragments',
      '{ a } fragment F on T { a } fragment G on T { a } fragment H on T { a }',
      3,
    ],
    ['each operation by itself', 'query A { a a } query B { a a a }', 1 + 3],
    [
      'a circle once around',
      '{ a { ...A } } fragment A on T { b ...B } fragment B on T { b ...A }',
      1 + 1,
    ],
  ])('counts %s', (_, text, count) => {
    expect(measure('comparisons', text)).toBe(count)
  })

  test('stops soon after there are too many', () => {
    const query = `{ ...f0 } ${bomb(40, 'a')}`
    expect(measure('comparisons', query, 10_000)).toBeGreaterThan(10_000)
    expect(cpuTime(() => measure('comparisons', query, 10_000))).toBeLessThan(100)
  })
})
