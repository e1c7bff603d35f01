// `@context` and `@fromContext` (Federation 2.8). Both names: Hive's engine does not know them, so Apollo's plans.

import { describe, expect, test } from 'vitest'

import { SystemError } from '../../../schema/errors.ts'
import { onBothEngines } from '../on-both-engines.ts'

interface Item {
  readonly id: string
}

const item = (id: string) => ({ id, sub: { id: `${id}s` } })
const SHOPS = [
  { __typename: 'Shop', id: '1', currency: 'IRR', owner: { nick: 'ali' } },
  { __typename: 'Shop', id: '2', currency: 'EUR', owner: null },
  { __typename: 'Shop', id: '3', currency: null, owner: { nick: null } },
].map((shop) => ({
  ...shop,
  items: [item('a'), item('b')],
  rows: [[item('a')], []],
  wares: [item('a')],
}))
const STALL = { __typename: 'Stall', id: '9', money: 'USD', wares: [item('a')] }
const told = (...names: readonly string[]) => ({
  resolve: ({ id }: Item, given: Readonly<Record<string, unknown>>) =>
    [id, ...names.map((name) => `${name}=${String(given[name])}`)].join(' '),
})

const priced = (...prices: readonly unknown[]) => ({ items: prices.map((price) => ({ price })) })

const shops = {
  sdl: `
    type Query { shop: Shop, shops: [Shop!]!, stall: Stall, places: [Place], sellers: [Seller] }
    union Place @context(name: "place") = Shop | Stall
    interface Seller @context(name: "seller") { id: ID!, wares: [Ware] }
    type Shop implements Seller @key(fields: "id") @context(name: "shop") {
      id: ID!, currency: String, owner: Owner, items: [Item!]!, rows: [[Item]], wares: [Ware] }
    type Stall implements Seller @key(fields: "id") { id: ID!, money: String, wares: [Ware] }
    type Owner { nick: String }
    type Item @key(fields: "id") {
      id: ID!
      sub: Item
      price(n: Int, currency: String @fromContext(field: "$shop { currency }")): String
      nick(nick: String @fromContext(field: "$shop { owner { nick } }")): String
      both(nick: String @fromContext(field: "$shop { owner { nick } }")
        currency: String @fromContext(field: "$shop { currency }")): String
    }
    type Ware @key(fields: "id") {
      id: ID!
      place(money: String @fromContext(field: "$place ... on Shop { currency } ... on Stall { money }")): String
      seller(id: ID @fromContext(field: "$seller { id }")): String
    }`,
  resolvers: {
    Query: {
      shop: () => SHOPS[0],
      shops: () => SHOPS,
      stall: () => STALL,
      places: () => [...SHOPS, STALL],
      sellers: () => [...SHOPS, STALL],
    },
    Item: {
      __resolveReference: ({ id }: Item) => item(id),
      price: told('n', 'currency').resolve,
      nick: told('nick').resolve,
      both: told('nick', 'currency').resolve,
    },
    Ware: {
      __resolveReference: ({ id }: Item) => item(id),
      place: told('money').resolve,
      seller: told('id').resolve,
    },
  },
}

onBothEngines((federate) => {
  test.each([
    [
      'on an object',
      '{ shop { items { price } } }',
      { shop: { items: ['a', 'b'].map((id) => ({ price: `${id} n=undefined currency=IRR` })) } },
    ],
    [
      'beside other arguments',
      '{ shop { items { x: price(n: 1) y: price(n: 2) } } }',
      {
        shop: {
          items: ['a', 'b'].map((id) => ({
            x: `${id} n=1 currency=IRR`,
            y: `${id} n=2 currency=IRR`,
          })),
        },
      },
    ],
    [
      'for each item of a list what is above it',
      '{ shops { items { price(n: 1) } } }',
      {
        shops: ['IRR', 'EUR', 'null'].map((currency) => ({
          items: ['a', 'b'].map((id) => ({ price: `${id} n=1 currency=${currency}` })),
        })),
      },
    ],
    [
      'through lists of lists',
      '{ shops { rows { price(n: 1) } } }',
      {
        shops: ['IRR', 'EUR', 'null'].map((currency) => ({
          rows: [[{ price: `a n=1 currency=${currency}` }], []],
        })),
      },
    ],
    [
      'from far above',
      '{ shops { items { sub { price(n: 1) } } } }',
      {
        shops: ['IRR', 'EUR', 'null'].map((currency) => ({
          items: ['as', 'bs'].map((id) => ({ sub: { price: `${id} n=1 currency=${currency}` } })),
        })),
      },
    ],
    [
      'near and far',
      '{ shops { items { price(n: 1) sub { price(n: 2) } } } }',
      {
        shops: ['IRR', 'EUR', 'null'].map((currency) => ({
          items: ['a', 'b'].map((id) => ({
            price: `${id} n=1 currency=${currency}`,
            sub: { price: `${id}s n=2 currency=${currency}` },
          })),
        })),
      },
    ],
    [
      'from below what is above, where null is null',
      '{ shops { items { nick } } }',
      {
        shops: ['ali', 'null', 'null'].map((nick) => ({
          items: ['a', 'b'].map((id) => ({ nick: `${id} nick=${nick}` })),
        })),
      },
    ],
    [
      'several values',
      '{ shops { items { both } } }',
      {
        shops: [
          ['ali', 'IRR'],
          ['null', 'EUR'],
          ['null', 'null'],
        ].map(([nick, currency]) => ({
          items: ['a', 'b'].map((id) => ({ both: `${id} nick=${nick} currency=${currency}` })),
        })),
      },
    ],
    [
      'values of several fields',
      '{ shops { items { nick price(n: 3) } } }',
      {
        shops: [
          ['ali', 'IRR'],
          ['null', 'EUR'],
          ['null', 'null'],
        ].map(([nick, currency]) => ({
          items: ['a', 'b'].map((id) => ({
            nick: `${id} nick=${nick}`,
            price: `${id} n=3 currency=${currency}`,
          })),
        })),
      },
    ],
    [
      'of a union',
      '{ places { ... on Shop { wares { place } } ... on Stall { wares { place } } } }',
      {
        places: [
          ...['IRR', 'EUR', 'null'].map((money) => ({
            wares: [{ place: `a money=${money}` }],
          })),
          { wares: [{ place: 'a money=USD' }] },
        ],
      },
    ],
    [
      'of an interface',
      '{ sellers { wares { seller } } }',
      {
        sellers: [
          ...['1', '2', '3'].map((shop) => ({
            wares: [{ seller: `a id=${shop}` }],
          })),
          { wares: [{ seller: 'a id=9' }] },
        ],
      },
    ],
    [
      'of an interface by one of its types',
      '{ sellers { ... on Stall { wares { seller } } } }',
      { sellers: [{}, {}, {}, { wares: [{ seller: 'a id=9' }] }] },
    ],
  ])('a field is told %s', async (_, query, expected) => {
    const { ask } = federate({ shops })
    expect(await ask(query)).toEqual({ data: expected })
  })

  test('objects that are told the same are asked for by one call, equal ones once', async () => {
    const { ask, sent } = federate({ shops })
    await ask('{ shops { items { price } } }')
    const items = ['a', 'b'].map((id) => ({ __typename: 'Item', id }))
    const calls = sent.slice(1).map(({ variables }) => Object.values(variables))
    expect(calls).toEqual(['IRR', 'EUR', null].map((currency) => [currency, items]))
    sent.splice(0)
    await ask('{ shops { items { nick } } }')
    expect(sent).toHaveLength(3)
    expect(sent[2]?.variables['representations']).toEqual(items)
  })

  test('an error is told of those that were asked for together', async () => {
    const failing = {
      ...shops.resolvers.Item,
      price: ({ id }: Item, { currency }: { currency: string }) => {
        if (currency !== 'EUR') return id
        throw new SystemError('SYSTEM_BUSY', 'shops')
      },
    }
    const { ask } = federate({
      shops: { ...shops, resolvers: { ...shops.resolvers, Item: failing } },
    })
    const { data, errors } = await ask('{ shops { items { price(n: 1) } } }')
    expect(data).toEqual({ shops: [priced('a', 'b'), priced(null, null), priced('a', 'b')] })
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['shops', 1, 'items', 0, 'price'], 'SYSTEM_BUSY'],
      [['shops', 1, 'items', 1, 'price'], 'SYSTEM_BUSY'],
    ])
  })

  test('an object above which nothing was fetched is not asked for', async () => {
    const banks = {
      sdl: `type Shop @key(fields: "id") { id: ID!, currency: String @shareable, rate: String }`,
      resolvers: {
        Shop: {
          __resolveReference: async ({ id }: Item) => {
            if (id === '2') throw new SystemError('SYSTEM_BUSY', 'banks')
            return { id, rate: `rate ${id}` }
          },
        },
      },
    }
    const markets = {
      sdl: `
        type Query { shops: [Shop] }
        type Shop @key(fields: "id") @context(name: "shop") { id: ID!, rate: String @external, items: [Item] }
        type Item @key(fields: "id") { id: ID!, price(rate: String @fromContext(field: "$shop { rate }")): String }`,
      resolvers: {
        Query: { shops: () => SHOPS },
        Item: { __resolveReference: ({ id }: Item) => item(id), price: told('rate').resolve },
      },
    }
    const { ask, sent } = federate({ banks, markets })
    const { data, errors } = await ask('{ shops { items { price } } }')
    expect(data).toEqual({
      shops: ['a rate=rate 1', undefined, 'a rate=rate 3'].map((price) => ({
        items: ['a', 'b'].map((id) => ({ price: price?.replace('a', id) ?? null })),
      })),
    })
    expect(errors?.[0]?.extensions?.['code']).toBe('SYSTEM_BUSY')
    expect(sent.filter(({ subgraph }) => subgraph === 'markets')).toHaveLength(3)
  })

  describe('where objects above are equal', () => {
    const boxes = {
      sdl: `
        type Box @key(fields: "id") { id: ID!, item: Thing, label: String }
        type Thing @key(fields: "id") { id: ID! @shareable, weight: Int }`,
      resolvers: {
        Box: {
          __resolveReference: ({ id }: Item) => ({ id, item: { id: `t${id}` }, label: 'l' }),
        },
        Thing: { __resolveReference: ({ id }: Item) => ({ id }), weight: () => 1 },
      },
    }
    const houses = {
      sdl: `
        type Query { houses: [House!]! }
        type House @key(fields: "id") @context(name: "house") { id: ID!, street: String, box: Box, boxes: [Box] }
        type Box @key(fields: "id") { id: ID! }
        type Thing @key(fields: "id") { id: ID! @shareable
          address(street: String @fromContext(field: "$house { street }")): String }`,
      resolvers: {
        Query: {
          houses: () =>
            ['x', 'y', 'x'].map((street, at) => {
              return { id: String(at), street, box: { id: 'b' }, boxes: [{ id: 'b' }, { id: 'c' }] }
            }),
        },
        Thing: {
          __resolveReference: (one: Item) => one,
          address: ({ id }: Item, { street }: { street: string }) => `${id} ${street}`,
        },
      },
    }

    test.each<[string, (street: string) => object]>([
      [
        '{ houses { box { label item { address } } } }',
        (street: string) => ({ box: { label: 'l', item: { address: `tb ${street}` } } }),
      ],
      [
        '{ houses { box { item { weight address } } } }',
        (street: string) => ({ box: { item: { weight: 1, address: `tb ${street}` } } }),
      ],
      [
        '{ houses { boxes { item { weight address } } } }',
        (street: string) => ({
          boxes: ['tb', 'tc'].map((id) => ({ item: { weight: 1, address: `${id} ${street}` } })),
        }),
      ],
    ])('each is told what is above it: %s', async (query, house) => {
      const { ask, sent } = federate({ boxes, houses })
      expect(await ask(query)).toEqual({ data: { houses: ['x', 'y', 'x'].map(house) } })
      const asked = sent.filter(({ variables }) => 'contextualArgument_2_0' in variables)
      expect(asked).toHaveLength(2)
    })
  })
})
