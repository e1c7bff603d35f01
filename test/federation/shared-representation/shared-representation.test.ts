import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const trips = {
  sdl: `
    type Query { trips: [Trip!]! }
    type Trip { no: Int, driver: Driver }
    type Driver @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: {
      trips: () => [1, 2, 3].map((no) => ({ no, driver: { id: no === 3 ? 'b' : 'a' } })),
    },
  },
}
const cards = {
  sdl: 'type Driver @key(fields: "id") { id: ID!, card: Card } type Card @key(fields: "no") { no: ID!, valid: Boolean }',
  resolvers: {
    Driver: {
      __resolveReference: (one: object) => one,
      card: ({ id }: { id: string }) => ({ no: `c-${id}`, valid: true }),
    },
    Card: { __resolveReference: (one: object) => one },
  },
}
const fines = {
  sdl: 'type Card @key(fields: "no") { no: ID!, fines: [Int!] }',
  resolvers: { Card: { __resolveReference: (one: object) => one, fines: () => [1] } },
}

onBothEngines((federate) => {
  test('asks once for an object that stands in several places and fills all of them', async () => {
    const { ask, sent } = federate({ trips, cards, fines })
    const { data } = await ask('{ trips { no driver { card { valid fines } } } }')
    const card = { valid: true, fines: [1] }
    expect(data).toEqual({ trips: [1, 2, 3].map((no) => ({ no, driver: { card } })) })
    expect(sent.slice(1).map(({ variables }) => variables['representations'])).toEqual([
      [
        { __typename: 'Driver', id: 'a' },
        { __typename: 'Driver', id: 'b' },
      ],
      [
        { __typename: 'Card', no: 'c-a' },
        { __typename: 'Card', no: 'c-b' },
      ],
    ])
  })
})
