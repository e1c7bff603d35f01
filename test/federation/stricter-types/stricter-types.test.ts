import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

/** One type is stricter than the interface asks. */
const things = {
  sdl: `
    type Query { all: [Thing] }
    interface Thing { id: ID! }
    type A implements Thing @key(fields: "id") { id: ID! }
    type B implements Thing @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: {
      all: () => [
        { __typename: 'A', id: '1' },
        { __typename: 'B', id: '2' },
      ],
    },
  },
}
const names = {
  sdl: `
    interface Thing { id: ID!, name: String }
    type A implements Thing @key(fields: "id") { id: ID!, name: String }
    type B implements Thing @key(fields: "id") { id: ID!, name: String! }`,
  resolvers: {
    A: { __resolveReference: same, name: () => null },
    B: { __resolveReference: same, name: () => 'b' },
  },
}

onBothEngines((federate) => {
  test('asks a field of types that are not equally strict by a call that is valid', async () => {
    const { ask } = federate({ things, names })
    expect(await ask('{ all { name } }')).toEqual({
      data: { all: [{ name: null }, { name: 'b' }] },
    })
  })
})
