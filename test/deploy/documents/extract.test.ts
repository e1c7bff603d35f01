import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'

import { extractDocuments } from '../../../deploy/documents/extract.ts'
import { toLine, toSource } from '../../../deploy/documents/source-text.ts'
import { hashOf } from '../../../schema/document-manifest.ts'

const schema = buildSchema('type Query { me: Person } type Person { name: String, age: Int }')
const extract = (...texts: string[]) =>
  extractDocuments(
    texts.map((text, place) => toSource(text, `${place}.graphql`)),
    { schema, client: 'portal' },
  )
const linesOf = (...texts: string[]) => extract(...texts).findings.map(toLine)

test('joins an operation with the fragments of other files, sorted by name', () => {
  const { operations, findings } = extract(
    'query Me { me { ...Z ...A } }',
    'fragment A on Person { name } fragment Unused on Person { age }',
    'fragment Z on Person { ...B age } fragment B on Person { name }',
  )
  expect(findings).toEqual([])
  expect(operations).toHaveLength(1)
  const [me] = operations
  expect(me).toMatchObject({ name: 'Me', type: 'query', clientName: 'portal' })
  expect(me?.body.match(/fragment \w+/g)).toEqual(['fragment A', 'fragment B', 'fragment Z'])
  expect(me?.id).toBe(hashOf(me?.body ?? ''))
})

test('the same documents laid out in another way have the same hash', () => {
  const once = extract('query Me { me { name } }').operations
  expect(extract('query Me {\n  me { # who\n name } }\n').operations).toEqual(once)
})

test.each([
  [
    'an operation without a name',
    ['\n  { me { name } }'],
    '0.graphql:2:3 An operation needs a name.',
  ],
  [
    'a name used twice',
    ['query A { me { name } }', '\nquery A { me { age } }'],
    '1.graphql:2:1 The name A is taken by 0.graphql:1.',
  ],
  [
    'what is not GraphQL',
    ['query A {\n  me { }'],
    '0.graphql:2:8 Syntax Error: Expected Name, found "}".',
  ],
  [
    'a fragment that is nowhere',
    ['query A { me { ...F } }'],
    '0.graphql:1:19 Unknown fragment "F".',
  ],
])('refuses %s with its place', (_, texts, line) => {
  expect(linesOf(...texts)).toEqual([line])
})

test('a wrong field of a fragment is named once, in its own file', () => {
  const lines = linesOf(
    'query A { me { ...F } } query B { me { ...F } }',
    'fragment F on Person {\n  gone }',
  )
  expect(lines).toEqual(['1.graphql:2:3 Cannot query field "gone" on type "Person".'])
})

test('types beside documents are passed by', () => {
  const { operations, findings } = extract('type Query { me: Int }', 'query A { me { name } }')
  expect([operations.length, findings]).toEqual([1, []])
})
