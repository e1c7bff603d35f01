import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'

import { brokenBy } from '../../../gateway/reload/broken-by.ts'

const BEFORE = buildSchema(`
  type Query { person(id: ID, by: By): Person, all: [Person!]!, kind: Kind }
  type Person { name: String!, age: Int, home: Plot }
  type Plot { code: String }
  enum Kind { A B }
  input By { code: String, kind: Kind, inner: Inner }
  input Inner { from: Int }`)

function breaks(after: string, document: string): readonly unknown[] {
  const found = brokenBy(parse(document), { before: BEFORE, after: buildSchema(after) })
  return found.map(({ field, message }) => `${String(field)}: ${message}`)
}

const REST = `type Plot { code: String } enum Kind { A B }
  input By { code: String, kind: Kind, inner: Inner } input Inner { from: Int }`
const QUERY = 'type Query { person(id: ID, by: By): Person, all: [Person!]!, kind: Kind }'

test.each<[string, string, string, readonly string[]]>([
  [
    'a field that goes',
    `${QUERY} type Person { age: Int, home: Plot } ${REST}`,
    '{ person { name } }',
    ['Person.name: Cannot query field "name" on type "Person".'],
  ],
  [
    'a field that goes, within a fragment',
    `${QUERY} type Person { age: Int, home: Plot } ${REST}`,
    '{ person { ...F } } fragment F on Person { name }',
    ['Person.name: Cannot query field "name" on type "Person".'],
  ],
  [
    'a field that may be null now',
    `${QUERY} type Person { name: String, age: Int, home: Plot } ${REST}`,
    '{ person { name } }',
    ['Person.name: The type of Person.name changes from String! to String.'],
  ],
  [
    'a field of another type',
    `${QUERY} type Person { name: String!, age: String, home: Plot } ${REST}`,
    '{ person { age } }',
    ['Person.age: The type of Person.age changes from Int to String.'],
  ],
  [
    'a list that is none any more',
    `type Query { person(id: ID, by: By): Person, all: Person, kind: Kind }
     type Person { name: String!, age: Int, home: Plot } ${REST}`,
    '{ all { age } }',
    ['Query.all: The type of Query.all changes from [Person!]! to Person.'],
  ],
  [
    'an argument that becomes required',
    `type Query { person(id: ID, by: By, at: Int!): Person, all: [Person!]!, kind: Kind }
     type Person { name: String!, age: Int, home: Plot } ${REST}`,
    '{ person { age } }',
    [
      'Query.person: Field "person" argument "at" of type "Int!" is required, but it was not provided.',
    ],
  ],
  [
    'an input field in a variable that becomes required',
    `${QUERY} type Person { name: String!, age: Int, home: Plot } type Plot { code: String } enum Kind { A B }
     input By { code: String, kind: Kind, inner: Inner } input Inner { from: Int, to: Int! }`,
    'query($by: By) { person(by: $by) { age } }',
    ['Inner.to: Inner gets the required field to.'],
  ],
  [
    'an input field in a variable that goes, and one that takes less',
    `${QUERY} type Person { name: String!, age: Int, home: Plot } type Plot { code: String } enum Kind { A B }
     input By { kind: Kind!, inner: Inner } input Inner { from: Int }`,
    'query($by: By) { person(by: $by) { age } }',
    ['By.code: The field code of By goes.', 'By.kind: The type of By.kind changes to Kind!.'],
  ],
  [
    'a value of an enumeration in a variable that goes',
    `${QUERY} type Person { name: String!, age: Int, home: Plot } type Plot { code: String } enum Kind { A }
     input By { code: String, kind: Kind, inner: Inner } input Inner { from: Int }`,
    'query($by: By) { person(by: $by) { age } }',
    ['Kind.B: The value B of Kind goes.'],
  ],
])('tells %s', (_, after, document, expected) => {
  expect(breaks(after, document)).toEqual(expected)
})

test.each<[string, string]>([
  ['nothing it asks changes', '{ person { name home { code } } kind }'],
  ['a field is never null now', '{ person { age } }'],
  ['more is offered', 'query($by: By) { person(by: $by) { name } }'],
])('an operation stays whole where %s', (_, document) => {
  const after = `type Query { person(id: ID, by: By, x: Int = 1): Person, all: [Person!]!, kind: Kind, more: Int }
    type Person { name: String!, age: Int!, home: Plot, more: Int } type Plot { code: String } enum Kind { A B C }
    input By { code: String, kind: Kind, inner: Inner, more: Int } input Inner { from: Int, to: Int! = 2 }`
  expect(breaks(after, document)).toEqual([])
})

test('an input type that holds itself ends', () => {
  const schema = buildSchema('type Query { a(x: X): Int } input X { x: X, y: [X!] }')
  const document = parse('query($x: X) { a(x: $x) }')
  expect(brokenBy(document, { before: schema, after: schema })).toEqual([])
})

test('no value of a document is told', () => {
  const after = buildSchema('type Query { person(id: Int): Int, all: Int, kind: Int }')
  const found = brokenBy(parse('{ person(id: "0012345679") { name } }'), { before: BEFORE, after })
  expect(found.length).toBeGreaterThan(0)
  expect(JSON.stringify(found)).not.toContain('0012345679')
})
