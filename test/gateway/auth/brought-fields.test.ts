import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'

import { BroughtFields } from '../../../gateway/auth/brought-fields.ts'
import { NO_DEMAND, Requirements } from '../../../gateway/auth/requirements.ts'

/** As a version of composition writes it that does not compare what fields demand. */
const SUPERGRAPH = buildSchema(
  `
  schema @link(url: "https://specs.apollo.dev/context/v0.1", as: "ctx", for: SECURITY) { query: Query }
  type Query { shops: [Shop] }
  interface Named { title: String @join__field(graph: A, requires: "secret") }
  type Shop implements Named @ctx(name: "a__shop") {
    title: String, secret: String @authenticated, open: String, owner: Owner, items: [Item] }
  type Stall @ctx(name: "a__shop") @policy(policies: [["staff"]]) { open: String }
  type Owner { nick: String @requiresScopes(scopes: [["nick"]]) }
  type Item {
    id: ID
    plain: Int
    told: Int @join__field(graph: A, contextArguments: [{context: "a__shop", name: "a", type: "String", selection: " { open }"}])
    toldOfShops: Int @join__field(graph: A, contextArguments: [{context: "a__shop", name: "a", type: "String", selection: " ... on Shop { owner { nick } }"}])
    requires: Int @join__field(graph: A, requires: "plain demanding(in: \\"x\\")")
    demanding(in: String): Int @authenticated
    far: Int @join__field(graph: B, requires: "requires")
    one: Int @join__field(graph: B, requires: "other")
    other: Int @join__field(graph: A, requires: "one plain")
  }`,
  { assumeValidSDL: true },
)

test.each([
  ['Item', 'plain', ['Item.plain']],
  ['Item', 'requires', ['Item.requires', 'Item.demanding', 'Item.plain']],
  ['Item', 'far', ['Item.far', 'Item.requires', 'Item.demanding', 'Item.plain']],
  ['Item', 'one', ['Item.one', 'Item.other', 'Item.plain']],
  ['Item', 'told', ['Item.told', 'Stall.open', 'Shop.open']],
  ['Item', 'toldOfShops', ['Item.toldOfShops', 'Owner.nick', 'Shop.owner']],
  ['Shop', 'title', ['Shop.title', 'Shop.secret']],
  ['Named', 'title', ['Named.title', 'Named.secret', 'Shop.secret', 'Shop.title']],
  ['Nothing', 'plain', ['Nothing.plain']],
])('finds what %s.%s brings along', (type, name, expected) => {
  const found = new BroughtFields(SUPERGRAPH).withBrought({ type, name })
  const keys = found.map((one) => `${one.type}.${one.name}`)
  expect(new Set(keys)).toEqual(new Set(expected))
  expect(keys).toHaveLength(expected.length)
})

const FREE = NO_DEMAND

test.each([
  ['Item', 'plain', FREE],
  ['Item', 'far', { ...FREE, authenticated: true }],
  ['Item', 'toldOfShops', { ...FREE, scopes: [[['nick']]] }],
  ['Item', 'told', { ...FREE, policies: [[['staff']]] }],
  ['Shop', 'title', { ...FREE, authenticated: true }],
])('%s.%s demands what those demand that it brings along', (type, name, expected) => {
  expect(new Requirements(SUPERGRAPH, []).ofField(type, name)).toEqual(expected)
})
