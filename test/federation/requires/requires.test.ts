import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

const goods = {
  sdl: `
    type Query { parcel: Parcel, parcels: [Parcel] }
    type Parcel @key(fields: "id") {
      id: ID!
      size: Size
      items: [Item!]
      price(currency: String = "IRR"): Int
    }
    type Size { width: Int!, height: Int! }
    type Item { name: String!, weight: Int }`,
  resolvers: {
    Query: {
      parcel: () => PARCEL,
      parcels: () => [PARCEL, { id: 'p2', size: null, items: [] }, null],
    },
    Parcel: {
      price: (_parcel: unknown, { currency }: { currency: string }) =>
        currency === 'EUR' ? 2 : 90,
    },
  },
}
const PARCEL = {
  id: 'p1',
  size: { width: 2, height: 3 },
  items: [
    { name: 'tea', weight: 5 },
    { name: 'gas', weight: null },
  ],
}
const post = {
  sdl: `
    type Parcel @key(fields: "id") {
      id: ID!
      size: Size @external
      items: [Item!] @external
      price(currency: String = "IRR"): Int @external
      area: Int @requires(fields: "size { width height }")
      load: [String] @requires(fields: "items { name weight }")
      dutyInEuro: Int @requires(fields: "price(currency: \\"EUR\\")")
    }
    type Size { width: Int! @external, height: Int! @external }
    type Item { name: String! @external, weight: Int @external }`,
  resolvers: {
    Parcel: {
      __resolveReference: same,
      area: ({ size }: { size: { width: number; height: number } | null }) =>
        size === null ? null : size.width * size.height,
      load: ({ items }: { items: { name: string; weight: number | null }[] }) =>
        items.map(({ name, weight }) => `${name} ${weight}`),
      dutyInEuro: ({ price }: { price: number }) => price * 10,
    },
  },
}
const customs = {
  sdl: `
    type Parcel @key(fields: "id") {
      id: ID!
      area: Int @external
      load: [String] @external
      stamp: String @requires(fields: "area load")
    }`,
  resolvers: {
    Parcel: {
      __resolveReference: same,
      stamp: ({ area, load }: { area: number | null; load: string[] }) =>
        `${area} ${load.join('+')}`,
    },
  },
}

onBothEngines((federate) => {
  test('gives objects and lists of objects that a field requires', async () => {
    const { ask } = federate({ goods, post, customs })
    const { data, errors } = await ask('{ parcels { area load } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      parcels: [{ area: 6, load: ['tea 5', 'gas null'] }, { area: null, load: [] }, null],
    })
  })

  test('follows a chain: what is required requires something itself', async () => {
    const { ask, sent } = federate({ goods, post, customs })
    const { data, errors } = await ask('{ parcels { stamp } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      parcels: [{ stamp: '6 tea 5+gas null' }, { stamp: 'null ' }, null],
    })
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['goods', 'post', 'customs'])
  })

  test('shows nothing that was fetched only because it is required', async () => {
    const { ask } = federate({ goods, post, customs })
    const { data } = await ask('{ parcel { stamp area items { name } } }')
    expect(data).toEqual({
      parcel: { stamp: '6 tea 5+gas null', area: 6, items: [{ name: 'tea' }, { name: 'gas' }] },
    })
  })

  test('requires a field with its own arguments beside the client with others', async () => {
    const { ask } = federate({ goods, post, customs })
    const { data, errors } = await ask(
      'query ($in: String) { parcel { price(currency: $in) dutyInEuro other: price } }',
      { variables: { in: 'IRR' } },
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({ parcel: { price: 90, dutyInEuro: 20, other: 90 } })
  })

  test('a client may give its own fields the names of what is required', async () => {
    const { ask } = federate({ goods, post, customs })
    const { data, errors } = await ask(
      '{ parcel { size: id items: size { height: width } area: load id: area __typename: stamp } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      parcel: {
        size: 'p1',
        items: { height: 2 },
        area: ['tea 5', 'gas null'],
        id: 6,
        __typename: '6 tea 5+gas null',
      },
    })
  })

  test('a failure of what is required is told where it was asked and nulls what depends on it', async () => {
    const broken = {
      ...post,
      resolvers: {
        Parcel: {
          ...post.resolvers.Parcel,
          area: () => {
            throw new Error('no')
          },
        },
      },
    }
    const { ask } = federate({ goods, post: broken, customs })
    const { data, errors } = await ask('{ parcel { area load } }')
    expect(data).toEqual({ parcel: { area: null, load: ['tea 5', 'gas null'] } })
    expect(errors?.map(({ path }) => path)).toEqual([['parcel', 'area']])
  })
})
