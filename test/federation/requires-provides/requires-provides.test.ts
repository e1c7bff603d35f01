import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const plots = {
  sdl: `
    type Query { plot: Plot, offer: Offer }
    type Plot @key(fields: "plate") { plate: ID!, area: Int, city: City }
    type City @shareable { zone: Int }
    type Offer { plot: Plot @provides(fields: "label") }
    extend type Plot { label: String @external }`,
  resolvers: {
    Query: {
      plot: () => ({ plate: 'p1', area: 120, city: { zone: 3 } }),
      offer: () => ({ plot: { plate: 'p2', label: 'provided' } }),
    },
  },
}

const taxes = {
  sdl: `
    type Plot @key(fields: "plate") {
      plate: ID!
      area: Int @external
      city: City @external
      tax: Int @requires(fields: "area city { zone }")
      label: String @shareable
    }
    type City @shareable { zone: Int }`,
  resolvers: {
    Plot: {
      __resolveReference: (plot: object) => plot,
      tax: ({ area, city }: { area: number; city: { zone: number } | null }) =>
        city === null ? 0 : area * city.zone,
      label: () => 'fetched',
    },
  },
}

onBothEngines((federate) => {
  test('gives a subgraph the values that its field requires', async () => {
    const { ask, sent } = federate({ plots, taxes })
    const { data, errors } = await ask('{ plot { tax } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ plot: { tax: 360 } })
    expect(sent[1]?.variables['representations']).toEqual([
      { __typename: 'Plot', plate: 'p1', area: 120, city: { zone: 3 } },
    ])
  })

  test('takes a provided field from the subgraph that provides it', async () => {
    const { ask, sent } = federate({ plots, taxes })
    const { data } = await ask('{ offer { plot { label } } }')
    expect(data).toEqual({ offer: { plot: { label: 'provided' } } })
    expect(sent).toHaveLength(1)
  })

  test('passes a required null on', async () => {
    const none = { ...plots.resolvers.Query, plot: () => ({ plate: 'p1', area: null, city: null }) }
    const { ask } = federate({ plots: { ...plots, resolvers: { Query: none } }, taxes })
    const { data, errors } = await ask('{ plot { tax } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ plot: { tax: 0 } })
  })
})
