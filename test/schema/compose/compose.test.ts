import { expect, test } from 'vitest'

import { compose } from '../../../schema/compose/compose.ts'

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
const a = { name: 'a', sdl: `${LINK}type Query { me: Me } type Me @key(fields: "id") { id: ID! }` }
const b = { name: 'b', sdl: `${LINK}type Me @key(fields: "id") { id: ID!, age: Int }` }

test('composes the same supergraph whatever the order', () => {
  const { supergraph } = compose([a, b])
  expect(supergraph).toContain('age: Int @join__field(graph: B)')
  expect(compose([b, a]).supergraph).toBe(supergraph)
})

test('lists what is wrong with its subgraph, code and message', () => {
  const broken = { name: 'b', sdl: `${LINK}type Me @key(fields: "no") { id: ID! }` }
  const { findings } = compose([a, broken])
  expect(findings).toHaveLength(1)
  expect(findings?.[0]).toMatchObject({ subgraph: 'b', code: 'KEY_INVALID_FIELDS' })
  expect(findings?.[0]?.message).not.toContain('[b]')
})

test('lists every subgraph that is not GraphQL', () => {
  const { findings } = compose([{ name: 'x', sdl: 'type {' }, { name: 'y', sdl: '\n}' }, a])
  expect(findings?.map(({ subgraph, line }) => [subgraph, line])).toEqual([
    ['x', 1],
    ['y', 2],
  ])
})

test('names both when two subgraphs disagree', () => {
  const other = { name: 'b', sdl: `${LINK}type Query { me: Int }` }
  const { findings } = compose([a, other])
  expect(findings?.some(({ message }) => message.includes('"a"') && message.includes('"b"'))).toBe(
    true,
  )
})

test('finds that fields require each other', () => {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external"])\n'
  const one = `${link}type Query { me: Me } type Me @key(fields: "id") { id: ID!, a: Int @requires(fields: "b"), b: Int @external }`
  const two = `${link}type Me @key(fields: "id") { id: ID!, b: Int @requires(fields: "a"), a: Int @external }`
  const { findings } = compose([
    { name: 'one', sdl: one },
    { name: 'two', sdl: two },
  ])
  expect(findings).toMatchObject([{ code: 'ENDLESS' }])
})
