import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one
const KINDS: Readonly<Record<string, string>> = { '1': 'House', '2': 'Flat' }
const typed = ({ id }: { id: string }) => ({ __typename: KINDS[id], id, area: Number(id) * 10 })

/** Knows what each estate is. */
const registry = {
  sdl: `
    type Query { estates: [Estate!]!, house: House }
    interface Estate @key(fields: "id") { id: ID!, area: Int }
    type House implements Estate @key(fields: "id") { id: ID!, area: Int, garden: Boolean }
    type Flat implements Estate @key(fields: "id") { id: ID!, area: Int, floor: Int }`,
  resolvers: {
    Query: {
      estates: () => [typed({ id: '1' }), typed({ id: '2' })],
      house: () => typed({ id: '1' }),
    },
    Estate: { __resolveReference: typed },
    House: { __resolveReference: typed, garden: () => true },
    Flat: { __resolveReference: typed, floor: () => 3 },
  },
}
/** Adds to all of them at once, knowing none of the types. */
const taxes = {
  sdl: `
    type Query { taxed: [Estate], dear(least: Int!): Estate }
    type Estate @key(fields: "id") @interfaceObject {
      id: ID!
      area: Int @external
      tax: Int
      rate: Int @requires(fields: "area")
      neighbour: Estate
    }`,
  resolvers: {
    Query: {
      taxed: () => [{ id: '2' }, null, { id: '1' }],
      dear: (_source: unknown, { least }: { least: number }) => ({ id: `${least}` }),
    },
    Estate: {
      __resolveReference: same,
      tax: ({ id }: { id: string }) => Number(id) * 100,
      rate: ({ area }: { area: number }) => area / 10,
      neighbour: ({ id }: { id: string }) => ({ id: id === '1' ? '2' : '1' }),
    },
  },
}

onBothEngines((federate) => {
  test('adds a field to every type of the interface', async () => {
    const { ask } = federate({ registry, taxes })
    const { data, errors } = await ask(
      '{ estates { __typename tax rate ... on Flat { floor } } house { garden tax rate } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      estates: [
        { __typename: 'House', tax: 100, rate: 1 },
        { __typename: 'Flat', tax: 200, rate: 2, floor: 3 },
      ],
      house: { garden: true, tax: 100, rate: 1 },
    })
  })

  // Apollo's plan has the object of the other type asked with a value that is fetched for this one only.
  test('answers, or says that it cannot, a field beside one that only one type requires more for', async () => {
    const { ask } = federate({ registry, taxes })
    const { data, errors } = await ask('{ estates { tax ... on Flat { rate } } }')
    const told = errors?.map(({ path }) => path)
    expect({ data, told }).toEqual(
      told === undefined
        ? { data: { estates: [{ tax: 100 }, { tax: 200, rate: 2 }] } }
        : {
            data: { estates: [{ tax: null }, { tax: 200, rate: 2 }] },
            told: [['estates', 0, 'tax']],
          },
    )
  })

  test('learns the type later where fields need it', async () => {
    const { ask, sent } = federate({ registry, taxes })
    const { data, errors } = await ask(
      '{ taxed { tax ... on House { garden } ... on Flat { floor } } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({ taxed: [{ tax: 200, floor: 3 }, null, { tax: 100, garden: true }] })
    expect(sent.map(({ subgraph }) => subgraph).slice(0, 2)).toEqual(['taxes', 'registry'])
  })

  test('learns it for __typename alone, also under an alias', async () => {
    const { ask } = federate({ registry, taxes })
    const { data, errors } = await ask('{ taxed { kind: __typename id } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      taxed: [{ kind: 'Flat', id: '2' }, null, { kind: 'House', id: '1' }],
    })
  })

  test('goes to and fro between the interface and its types', async () => {
    const { ask } = federate({ registry, taxes })
    const { data, errors } = await ask(`{
      dear(least: 1) { area tax rate neighbour { __typename tax neighbour { ... on House { garden tax } } } } }`)
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      dear: {
        area: 10,
        tax: 100,
        rate: 1,
        neighbour: { __typename: 'Flat', tax: 200, neighbour: { garden: true, tax: 100 } },
      },
    })
  })

  test('an object whose type nobody knows shows only what needs no type', async () => {
    const { ask } = federate({ registry, taxes })
    const plain = await ask('{ dear(least: 1) { tax } }')
    expect(plain).toEqual({ data: { dear: { tax: 100 } } })
  })
})
