// What a field is told must not say what its caller may not read.

import { expect, test } from 'vitest'

import { buildEngine } from '../../../gateway/engine.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import { compose } from '../../../schema/compose/compose.ts'
import { callerWith, contextOf, federate, LIMITS, serve } from '../../gateway/support/federation.ts'

const shopsWith = (onCurrency: string, onPrice: string) => ({
  sdl: `
    type Query { shop: Shop, me: String @authenticated }
    type Shop @key(fields: "id") @context(name: "shop") { id: ID!, currency: String ${onCurrency}, items: [Item!]! }
    type Item @key(fields: "id") {
      id: ID!
      price(currency: String @fromContext(field: "$shop { currency }")): String ${onPrice}
    }`,
  resolvers: {
    Query: { shop: () => ({ id: '1', currency: 'IRR', items: [{ id: 'a' }] }) },
    Item: {
      __resolveReference: (one: object) => one,
      price: (_: never, { currency }: { currency: string }) => currency,
    },
  },
})
const STAFF = '@policy(policies: [["staff"]])'

test('a field demands what it is told of', async () => {
  const { ask, sent } = federate({ shops: shopsWith(STAFF, STAFF) })
  const query = '{ shop { items { id price } } }'
  const { data, errors } = await ask(query)
  expect(data).toEqual({ shop: { items: [{ id: 'a', price: null }] } })
  expect(errors).toMatchObject([
    { path: ['shop', 'items', 0, 'price'], extensions: { code: 'UNAUTHENTICATED' } },
  ])
  expect(sent).toHaveLength(1)
  expect(await ask(query, { caller: callerWith(['staff']) })).toEqual({
    data: { shop: { items: [{ id: 'a', price: 'IRR' }] } },
  })
})

test('a field that is told of what it does not demand is refused by composition', () => {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@policy", "@authenticated", "@context", "@fromContext"])\n`
  const { findings } = compose([{ name: 'shops', sdl: link + shopsWith(STAFF, '').sdl }])
  expect(findings?.map(({ code }) => code)).toEqual(['MISSING_TRANSITIVE_AUTH_REQUIREMENTS'])
})

test('and says nothing in a supergraph that was composed without that check', async () => {
  const source = shopsWith('', '')
  const { supergraph } = federate({ shops: source })
  const open = supergraph.replace('currency: String\n', 'currency: String @authenticated\n')
  expect(open).not.toBe(supergraph)
  const engine = buildEngine({
    supergraph: open,
    subgraphs: [serve('shops', source)],
    limits: LIMITS,
    mayIntrospect: () => true,
  })
  const query = '{ shop { items { price } } }'
  const priceFor = async (caller = ANONYMOUS) => {
    const { answer } = await engine.run({ query }, contextOf(engine, caller), false)
    return answer?.data
  }
  expect(await priceFor()).toEqual({ shop: { items: [{ price: null }] } })
  expect(await priceFor(callerWith([]))).toEqual({ shop: { items: [{ price: 'IRR' }] } })
})
