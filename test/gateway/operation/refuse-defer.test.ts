import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'

import { refuseDefer } from '../../../gateway/operation/refuse-defer.ts'
import { federate } from '../support/federation.ts'

const schema = buildSchema(`
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { me: Me }
  type Mutation { save: Me }
  type Subscription { saved: Me }
  type Me { name: String, friend: Me, root: Query }`)
const found = (text: string) =>
  validate(schema, parse(text), [refuseDefer]).map(({ message }) => message)

const NO_VARIABLE = 'A label is no variable.'
const ONCE = 'A label is there once in a document.'
const NOT_SUBSCRIBED = 'Nothing of a subscription can be deferred.'
const notOf = (type: string) => `Nothing of the root type "${type}" can be deferred.`

test.each([
  [
    'two labels that are the same',
    '{ me { ... @defer(label: "a") { name } ... @defer(label: "a") { friend { name } } } }',
    [ONCE],
  ],
  [
    'the same label in a fragment',
    'query { me { ...F @defer(label: "a") } } fragment F on Me { ... @defer(label: "a") { name } }',
    [ONCE],
  ],
  [
    'the same label in another operation',
    'query A { ... @defer(label: "a") { me { name } } } query B { ... @defer(label: "a") { me { name } } }',
    [ONCE],
  ],
  [
    'a label by a variable',
    'query ($l: String) { ... @defer(label: $l) { me { name } } }',
    [NO_VARIABLE],
  ],
  [
    'a part of the root of a mutation',
    'mutation { ... @defer { save { name } } }',
    [notOf('Mutation')],
  ],
  [
    'the same in a fragment',
    'mutation { ...F } fragment F on Mutation { ...G @defer(if: false) } fragment G on Mutation { save { name } }',
    [notOf('Mutation')],
  ],
  [
    'a part of the root of a subscription',
    'subscription { ... @defer(if: false) { saved { name } } }',
    [notOf('Subscription')],
  ],
  ['a part of an event', 'subscription { saved { ... @defer { name } } }', [NOT_SUBSCRIBED]],
  [
    'a part of an event in a fragment',
    'subscription { saved { ...F } } fragment F on Me { friend { ... @defer(if: true) { name } } }',
    [NOT_SUBSCRIBED],
  ],
])('refuses %s', (_, text, expected) => {
  expect(found(text)).toEqual(expected)
})

test.each([
  [
    'labels that differ',
    '{ me { ... @defer(label: "a") { name } ... @defer(label: "b") { name } } }',
  ],
  ['parts without a label', '{ me { ... @defer { name } ... @defer(label: null) { name } } }'],
  [
    'a fragment with a label that stands twice',
    '{ a: me { ...F } b: me { ...F } } fragment F on Me { ... @defer(label: "a") { name } }',
  ],
  [
    'a part of what a mutation answers',
    'mutation { save { ... @defer { name root { ... @defer { me { name } } } } } }',
  ],
  ['a part of the root of a query', '{ ... @defer { me { name } } }'],
  [
    'a part of an event that is not deferred',
    'subscription ($d: Boolean!) { saved { ... @defer(if: false) { name } ... @defer(if: $d) { name } } }',
  ],
  [
    'a part in the query beside a subscription',
    'query A { me { ... @defer { name } } } subscription B { saved { name } }',
  ],
])('accepts %s', (_, text) => {
  expect(found(text)).toEqual([])
})

test('a client is refused by a code', async () => {
  const { ask, sent } = federate({
    a: { sdl: 'type Query { a: Int, b: Int } type Mutation { c: Int }' },
  })
  for (const query of [
    'mutation { ... @defer { c } }',
    '{ ... @defer(label: "x") { a } ... @defer(label: "x") { b } }',
  ]) {
    const { data, errors } = await ask(query)
    expect(data).toBeUndefined()
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['OPERATION_INVALID'])
  }
  expect(sent).toEqual([])
})
