import { parse, print } from 'graphql'
import { expect, test } from 'vitest'

import { withoutTypes } from '../../../gateway/operation/hidden-schema.ts'
import { open } from '../support/open.ts'

test.each([
  ['{ __type(name: "Person") { name } }', '{ __type(name: "") { name } }'],
  [
    'query ($n: String!) { a: __type(name: $n) { name } }',
    'query ($n: String!) { a: __type(name: "") { name } }',
  ],
  [
    '{ ...F } fragment F on Query { __type(name: "X") { name } }',
    '{ ...F } fragment F on Query { __type(name: "") { name } }',
  ],
])('asks in %s for no type', (query, expected) => {
  expect(print(withoutTypes(parse(query)))).toBe(print(parse(expected)))
})

test('leaves a document as it is that asks for no type', () => {
  const document = parse('{ __typename a { b } }')
  expect(withoutTypes(document)).toBe(document)
})

test.each<[string, unknown]>([
  ['everyone', { one: { kind: 'OBJECT', fields: [{ name: 'name' }] } }],
  ['nobody', { one: null }],
])('shows a type where %s may introspect as what it is there', async (introspection, data) => {
  const source = { sdl: 'type Query { hello: Person } type Person { name: String }' }
  const gateway = await open({ a: source }, { PANJAREH_INTROSPECTION: introspection })
  const query = `query ($n: String!) { ...F }
    fragment F on Query { one: __type(name: $n) { kind fields { name } } }`
  const response = await gateway.post({ query, variables: { n: 'Person' } })
  expect(await response.json()).toEqual({ data })
  await gateway.close()
})
