import { buildSchema, parse, print } from 'graphql'
import { expect, test } from 'vitest'

import { normalise } from '../../../gateway/plan/normalise.ts'

const schema = buildSchema(`
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { me: P, find(n: Int): P, named: Named, any: Any }
  interface Named { name: String }
  interface Thing { name: String }
  type P implements Named & Thing { id: ID, name: String, friend(n: Int): P, kind: String }
  type Q implements Named & Thing { name: String }
  type R { name: String }
  union Any = P | Q
  union More = P | Q | R`)

function normalised(text: string): string {
  return print(normalise(parse(text), schema)).replaceAll(/\s+/g, ' ')
}

test.each([
  ['an alias', '{ me { id: name } }', '{ me { _p_id: name } }'],
  ['an alias that is the own name', '{ me { id: id } }', '{ me { id } }'],
  [
    'arguments',
    '{ find(n: 1) { friend(n: 2) { id } } }',
    '{ _p_find: find(n: 1) { _p_friend: friend(n: 2) { id } } }',
  ],
  ['no arguments', '{ me { friend { id } } }', '{ me { friend { id } } }'],
  [
    'an alias in a fragment',
    '{ me { ... on P { a: id } ...F } } fragment F on P { b: id }',
    '{ me { _p_a: id _p_b: id } }',
  ],
])('puts a field with %s under its plan name', (_, text, expected) => {
  expect(normalised(text)).toBe(expected)
})

test.each([
  ['the name of the operation', 'query A { me { id } }', '{ me { id } }'],
  [
    'introspection',
    '{ __schema { types { name } } me { id } t: __type(name: "P") { name } }',
    '{ me { id } }',
  ],
  [
    'what a literal leaves out',
    '{ me { id @skip(if: true) name @include(if: true) } }',
    '{ me { name } }',
  ],
  ['a fragment left empty', '{ me { id ... on P { name @skip(if: true) } } }', '{ me { id } }'],
  [
    'a condition that holds anyway',
    '{ me { ... on P { id } ... on Named { name } ... on Any { __typename } } }',
    '{ me { id name __typename } }',
  ],
  [
    'a union of all that implements the interface',
    '{ named { ... on Any { ... on Thing { name } ... on P { id } } } }',
    '{ named { __typename ... on Thing { name } ... on P { id } } }',
  ],
  [
    'a union of more than the place',
    '{ any { ... on More { ... on Thing { name } } } }',
    '{ any { __typename ... on Thing { name } } }',
  ],
  [
    'a fragment that no object of the place meets',
    '{ me { id ... on Any { ... on Q { name } } } }',
    '{ me { id } }',
  ],
  [
    'a condition known from outside',
    'query ($x: Boolean!) { me @include(if: $x) { id @include(if: $x) name @skip(if: $x) } }',
    'query ($x: Boolean!) { me @include(if: $x) { id } }',
  ],
  ['aliases of the type', '{ me { a: __typename b: __typename id } }', '{ me { __typename id } }'],
  ['@defer that is off', '{ me { id ... @defer(if: false) { name } } }', '{ me { id name } }'],
])('leaves out %s', (_, text, expected) => {
  expect(normalised(text)).toBe(expected)
})

test.each([
  [
    'a condition that narrows',
    '{ named { __typename ... on P { id } } any { __typename ... on Named { name } } }',
  ],
  [
    'what a variable decides',
    'query ($x: Boolean!) { me { kind id @include(if: $x) name @skip(if: $x) } }',
  ],
  ['what is deferred', '{ me { id ... @defer(label: "a") { name } } }'],
  [
    'variables and their defaults',
    'query ($x: Boolean! = true) { me { kind id @include(if: $x) } }',
  ],
])('keeps %s', (_, text) => {
  expect(normalised(text)).toBe(text)
})

test('keeps a place where nothing is left', () => {
  expect(normalised('{ me { id @skip(if: true) } }')).toBe('{ me { __typename } }')
  expect(normalised('{ me @skip(if: true) { id } }')).toBe('{ __typename }')
})

test('says of a spread what was said of it', () => {
  const text =
    'query ($x: Boolean!) { me { id ...F @include(if: $x) } } fragment F on Named { name kind: name }'
  expect(normalised(text)).toBe(
    'query ($x: Boolean!) { me { id name @include(if: $x) _p_kind: name @include(if: $x) } }',
  )
})

test('a field that is asked for sure has no condition of its own', () => {
  const text =
    'query ($x: Boolean!) { me { friend @include(if: $x) { id } id @skip(if: $x) friend { name } id } }'
  expect(normalised(text)).toBe(
    'query ($x: Boolean!) { me { friend { id @include(if: $x) name } id } }',
  )
})

test('asks for the type of an object of which all else has a condition', () => {
  const text = 'query ($x: Boolean!) { me { id @include(if: $x) } named { ... on P { id } } }'
  expect(normalised(text)).toBe(
    'query ($x: Boolean!) { me { __typename id @include(if: $x) } named { __typename ... on P { id } } }',
  )
})

test('asks an interface’s field of each type where one computes its own', () => {
  const text = '{ named { n: name } me { name } }'
  const byType = new Set(['Named.name'])
  expect(print(normalise(parse(text), schema, byType)).replaceAll(/\s+/g, ' ')).toBe(
    '{ named { __typename ... on P { _p_n: name } ... on Q { _p_n: name } } me { name } }',
  )
})
