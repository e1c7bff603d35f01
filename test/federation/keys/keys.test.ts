import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

/** Three registers know a vehicle by different keys; only the middle one knows two of them. */
const plates = {
  sdl: `
    type Query { vehicle: Vehicle, vehicles: [Vehicle!]! }
    type Vehicle @key(fields: "plate { letter number }") { plate: Plate! }
    type Plate @shareable { letter: String!, number: Int! }`,
  resolvers: {
    Query: {
      vehicle: () => ({ plate: { letter: 'B', number: 1 } }),
      vehicles: () => [1, 2].map((number) => ({ plate: { letter: 'B', number } })),
    },
  },
}
const registry = {
  sdl: `
    type Vehicle @key(fields: "plate { letter number }") @key(fields: "vin maker") {
      plate: Plate!
      vin: ID!
      maker: String!
      model: String
    }
    type Plate @shareable { letter: String!, number: Int! }`,
  resolvers: {
    Vehicle: {
      __resolveReference: ({ plate }: { plate: { letter: string; number: number } }) => ({
        plate,
        vin: `v${plate.number}`,
        maker: 'Saipa',
        model: 'Pride',
      }),
    },
  },
}
const insurance = {
  sdl: `
    type Vehicle @key(fields: "vin maker") { vin: ID!, maker: String!, insured: Boolean, holder: Person }
    type Person @key(fields: "id", resolvable: false) { id: ID! }`,
  resolvers: {
    Vehicle: {
      __resolveReference: same,
      insured: ({ vin, maker }: { vin: string; maker: string }) =>
        vin === 'v1' && maker === 'Saipa',
      holder: () => ({ id: '7' }),
    },
  },
}
const people = {
  sdl: 'type Query { anyone: Person } type Person @key(fields: "id") { id: ID!, name: String }',
  resolvers: {
    Person: {
      __resolveReference: ({ id }: { id: string }) => (id === '7' ? { id, name: 'Ali' } : null),
    },
  },
}

onBothEngines((federate) => {
  test('goes from one key to another through the subgraph that knows both', async () => {
    const { ask, sent } = federate({ plates, registry, insurance, people })
    const { data, errors } = await ask('{ vehicle { insured } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ vehicle: { insured: true } })
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['plates', 'registry', 'insurance'])
    expect(sent[1]?.variables['representations']).toEqual([
      { __typename: 'Vehicle', plate: { letter: 'B', number: 1 } },
    ])
    expect(sent[2]?.variables['representations']).toEqual([
      { __typename: 'Vehicle', vin: 'v1', maker: 'Saipa' },
    ])
  })

  test('answers fields of all three beside each other for each object of a list', async () => {
    const { ask, sent } = federate({ plates, registry, insurance, people })
    const { data } = await ask('{ vehicles { insured model plate { number } vin } }')
    expect(data).toEqual({
      vehicles: [
        { insured: true, model: 'Pride', plate: { number: 1 }, vin: 'v1' },
        { insured: false, model: 'Pride', plate: { number: 2 }, vin: 'v2' },
      ],
    })
    expect(sent).toHaveLength(3)
  })

  test('completes an object whose own subgraph only names it', async () => {
    const { ask } = federate({ plates, registry, insurance, people })
    const { data, errors } = await ask('{ vehicle { holder { id name } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ vehicle: { holder: { id: '7', name: 'Ali' } } })
  })

  test('answers null for the fields of a subgraph that does not know the object', async () => {
    const unknown = {
      ...insurance,
      resolvers: { Vehicle: { ...insurance.resolvers.Vehicle, holder: () => ({ id: '8' }) } },
    }
    const { ask } = federate({ plates, registry, insurance: unknown, people })
    const { data, errors } = await ask('{ vehicle { insured holder { id name } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ vehicle: { insured: true, holder: { id: '8', name: null } } })
  })

  test('does not ask further for an object that the subgraph between does not know', async () => {
    const lost = {
      ...registry,
      resolvers: { Vehicle: { __resolveReference: () => null } },
    }
    const { ask, sent } = federate({ plates, registry: lost, insurance, people })
    const { data } = await ask('{ vehicle { plate { letter } insured holder { name } } }')
    expect(data).toEqual({ vehicle: { plate: { letter: 'B' }, insured: null, holder: null } })
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['plates', 'registry'])
  })

  test('asks for one object at several places in one call per step', async () => {
    const { ask, sent } = federate({ plates, registry, insurance, people })
    const { data } = await ask('{ a: vehicle { insured } b: vehicle { insured plate { number } } }')
    expect(data).toEqual({ a: { insured: true }, b: { insured: true, plate: { number: 1 } } })
    const representations = sent.flatMap(({ variables }) => Object.values(variables)).flat()
    expect(new Set(representations.map((one) => JSON.stringify(one))).size).toBe(2)
  })
})
