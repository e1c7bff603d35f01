import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const registry = {
  sdl: `
    type Query { things: [Thing] }
    interface Thing { id: ID!, tax: Int }
    type House implements Thing @key(fields: "id") { id: ID!, tax: Int @requires(fields: "area"), area: Int @external }
    type Car implements Thing @key(fields: "id") { id: ID!, tax: Int }`,
  resolvers: {
    Query: {
      things: () => [
        { __typename: 'House', id: 'h' },
        { __typename: 'Car', id: 'c', tax: 7 },
      ],
    },
    House: {
      __resolveReference: (one: object) => one,
      tax: ({ area }: { area?: number }) => (area === undefined ? -1 : area * 2),
    },
    Car: { __resolveReference: (one: object) => ({ ...one, tax: 7 }) },
  },
}
const surveyor = {
  sdl: 'type House @key(fields: "id") { id: ID!, area: Int }',
  resolvers: { House: { __resolveReference: (one: object) => ({ ...one, area: 50 }) } },
}

onBothEngines((federate) => {
  test('an interface’s field that one type computes of another subgraph’s value has that value', async () => {
    const { ask } = federate({ registry, surveyor })
    const { data, errors } = await ask('{ things { duty: tax } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ things: [{ duty: 100 }, { duty: 7 }] })
  })
})
