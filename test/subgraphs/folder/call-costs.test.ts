import { parse } from 'graphql'
import { expect, test } from 'vitest'

import type { SystemSettings } from '../../../adapters/settings.ts'
import { callCosts } from '../../../subgraphs/folder/call-costs.ts'

const document = parse(`
  type Query { byNumber(number: ID!): Card @call(operation: "card"), other: Int }
  type Person @key(fields: "id") @call(operation: "identity") { id: ID!, name: String }
  extend type Person { card: Card @call(operation: "card") @from(path: "x") }
  type Card { number: ID! }`)

test.each([
  ['the standard', undefined, 50],
  ['what its settings say', 7, 7],
  ['nothing where its settings say so', 0, 0],
])('a call costs %s', (_, cost, expected) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the cost is read
  const settings = { cost } as SystemSettings
  expect([...callCosts(document, settings)]).toEqual([
    ['Query.byNumber', expected],
    ['Person', expected],
    ['Person.card', expected],
  ])
})
