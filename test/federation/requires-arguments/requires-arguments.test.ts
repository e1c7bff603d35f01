import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const RATES: Readonly<Record<string, number>> = { IRR: 600, EUR: 1, USD: 2 }
const price = ({ worth }: { worth: number }, { in: currency = 'USD' }: { in?: string }) =>
  worth * (RATES[currency] ?? 0)

const goods = {
  sdl: `
    type Query { best: Good, all: [Good!]!, things: [Priced!]! }
    interface Priced { price(in: String): Int }
    type Good implements Priced @key(fields: "id") { id: ID!, price(in: String): Int, weight: Int, twin: Good }`,
  resolvers: {
    Query: {
      best: () => ({ id: '1', worth: 10 }),
      all: () => [
        { id: '1', worth: 10 },
        { id: '2', worth: 20 },
      ],
      things: () => [{ __typename: 'Good', id: '2', worth: 20 }],
    },
    Good: {
      __resolveReference: ({ id }: { id: string }) => ({ id, worth: Number(id) * 10 }),
      price,
      weight: () => 1,
      twin: ({ id, worth }: { id: string; worth: number }) => ({ id: `${id}0`, worth: worth * 10 }),
    },
  },
}
const posts = {
  sdl: `
    type Good @key(fields: "id") { id: ID!, weight: Int @external
      price(in: String): Int @external
      twin: Good @external
      near: Int @requires(fields: "price(in: \\"IRR\\") weight")
      far: Int @requires(fields: "price(in: \\"EUR\\") weight")
      both: Int @requires(fields: "price(in: \\"EUR\\") twin { price(in: \\"IRR\\") }") }`,
  resolvers: {
    Good: {
      __resolveReference: (one: object) => one,
      near: ({ price: asked, weight }: { price: number; weight: number }) => asked + weight,
      far: ({ price: asked, weight }: { price: number; weight: number }) => asked + weight,
      both: ({ price: asked, twin }: { price: number; twin: { price: number } }) =>
        asked + twin.price,
    },
  },
}

onBothEngines((federate) => {
  test.each([
    ['{ best { near } }', { best: { near: 6001 } }],
    ['{ best { near far } }', { best: { near: 6001, far: 11 } }],
    ['{ best { price near } }', { best: { price: 20, near: 6001 } }],
    [
      '{ best { price(in: "EUR") near other: price(in: "IRR") far } }',
      { best: { price: 10, near: 6001, other: 6000, far: 11 } },
    ],
    ['{ best { both } }', { best: { both: 60_010 } }],
    [
      '{ all { far near both } }',
      {
        all: [
          { far: 11, near: 6001, both: 60_010 },
          { far: 21, near: 12_001, both: 120_020 },
        ],
      },
    ],
    ['{ things { price ... on Good { near } } }', { things: [{ price: 40, near: 12_001 }] }],
  ])('every field gets what it requires: %s', async (query, expected) => {
    const { ask } = federate({ goods, posts })
    expect(await ask(query)).toEqual({ data: expected })
  })

  test.each([
    [false, { best: { id: '1', price: 20, near: 6001, far: 11 } }],
    [true, { best: { id: '1', price: 20 } }],
  ])('also under a condition: skipped is %s', async (x, expected) => {
    const { ask } = federate({ goods, posts })
    const query =
      'query ($x: Boolean!) { best { id price near @skip(if: $x) ... @skip(if: $x) { far } } }'
    expect(await ask(query, { variables: { x } })).toEqual({ data: expected })
  })
})
