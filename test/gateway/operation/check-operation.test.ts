import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'

import { buildCheckOperation } from '../../../gateway/operation/check-operation.ts'
import { buildCostSchema } from '../../../gateway/operation/cost/cost-schema.ts'
import { buildTrustedDocuments } from '../../../gateway/operation/trusted-documents.ts'
import { cpuTime } from '../../support/cpu-time.ts'
import { LIMITS } from '../support/federation.ts'

const schema = buildSchema(`
  directive @provenance on QUERY
  type Query { me: Person, hello(name: String): String }
  type Person { name: String, friend: Person }`)
const costs = buildCostSchema(schema, { calls: new Map(), listSize: LIMITS.listSize })
const checking = { schema, limits: LIMITS, costs }
const documents = buildTrustedDocuments([], checking)
const check = buildCheckOperation({ ...checking, documents, remembered: 10 })
const CLIENT = { introspection: true, trusted: false, documentsOnly: false }
const codes = (query: string, trust = CLIENT) =>
  check({ query }, trust).findings?.map(({ extensions }) => extensions?.['code'])

const deep = (levels: number) =>
  `{ me ${'{ friend '.repeat(levels - 2)}{ name }${' }'.repeat(levels - 2)} }`
const bomb = (levels: number) =>
  `{ me { ...f0 } } ${Array.from({ length: levels }, (_, n) => `fragment f${n} on Person { ...f${n + 1} ...f${n + 1} }`).join(' ')} fragment f${levels} on Person { name }`

const doubled = (name: string) => `query ${name} ${bomb(7)}`

test.each([
  ['depth 13', deep(13)],
  ['16 aliases', `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: __typename`).join(' ')} }`],
  ['11 root fields', `{ ${Array.from({ length: 11 }, () => 'hello').join(' ')} }`],
  ['11 directives', `{ hello ${'@include(if: true) '.repeat(11)} }`],
  ['a fragment bomb', bomb(18)],
  ['2001 tokens', `{ ${'hello '.repeat(2001)} }`],
])('refuses %s as too costly', (_, query) => {
  expect(codes(query)).toEqual(['OPERATION_TOO_COSTLY'])
})

test.each(['mutation', 'subscription'])('refuses a %s where there is none', (kind) => {
  expect(codes(`${kind} { __typename }`)).toEqual(['OPERATION_INVALID'])
})

test('refuses a bomb of fragments in milliseconds', () => {
  expect(cpuTime(() => check({ query: bomb(40) }, CLIENT))).toBeLessThan(100)
})

test.each([
  ['depth 12', deep(12)],
  ['15 aliases', `{ me { ${Array.from({ length: 15 }, (_, n) => `a${n}: name`).join(' ')} } }`],
])('accepts %s', (_, query) => {
  expect(codes(query)).toBeUndefined()
})

test('a small text that stands for a large operation takes the place of many', () => {
  const large = buildCheckOperation({ ...checking, documents, remembered: 10 })
  const ask = (query: string) => large({ query }, CLIENT).operation
  const small = ask('{ hello }')
  const first = ask(doubled('A'))
  expect(first?.selections).toBe(384)
  expect(ask(doubled('A'))).toBe(first)
  expect(ask('{ hello }')).toBe(small)
  for (const name of ['B', 'C', 'D']) ask(doubled(name))
  expect(ask('{ hello }')).not.toBe(small)
})

test('limits do not apply to documents of our own', () => {
  expect(codes(deep(13), { ...CLIENT, trusted: true })).toBeUndefined()
})

test.each([
  ['text that is not GraphQL', '{ hello'],
  ['an unknown field', '{ nothing }'],
  ['a fragment that spreads itself', '{ ...a } fragment a on Query { ...a }'],
  ['two operations without a name', 'query A { hello } query B { hello }'],
  ['nothing', ''],
])('refuses %s', (_, query) => {
  expect(new Set(codes(query))).toEqual(new Set(['OPERATION_INVALID']))
})

test('hides schema and suggestions from those who may not introspect', () => {
  const trust = { ...CLIENT, introspection: false }
  expect(codes('{ __schema { types { name } } }', trust)).toEqual(['OPERATION_INVALID'])
  const { findings } = check({ query: '{ hell }' }, trust)
  expect(findings?.[0]?.message).toBe('Cannot query field "hell" on type "Query".')
})

test.each([
  ['a literal of the wrong type', '{ hello(name: 4120371) }'],
  ['a literal that is not allowed there', '{ hello @include(if: "0004120371") }'],
  ['a text out of place', '{ hello "0004120371" }'],
  ['a number out of place', 'query Q 4120371 { hello }'],
  ['a block of text out of place', '{ hello """0004120371""" }'],
])('does not repeat %s', (_name, query) => {
  const { findings } = check({ query }, CLIENT)
  expect(findings).toHaveLength(1)
  expect(JSON.stringify(findings)).not.toContain('4120371')
})

test('takes the named operation, its fragments and nothing else', () => {
  const query = `query A @provenance { me { ...F } } query B { hello }
    fragment F on Person { ...G } fragment G on Person { name } `
  const { operation } = check({ query, operationName: 'A' }, CLIENT)
  expect(operation?.operation.name?.value).toBe('A')
  expect(operation?.provenance).toBe(true)
  expect(operation?.operation.directives).toEqual([])
  expect(operation?.fragments.map(({ name }) => name.value)).toEqual(['F', 'G'])
  expect(operation?.document.definitions).toHaveLength(3)
})

test('remembers what it has checked', () => {
  const once = check({ query: '{ hello }' }, CLIENT).operation
  expect(check({ query: '{ hello }' }, CLIENT).operation).toBe(once)
  expect(check({ query: '{ hello  }' }, CLIENT).operation).not.toBe(once)
})
