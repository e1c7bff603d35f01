import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const grid = {
  sdl: `
    type Query { rows: [[Cell]], numbers: [[Int!]!] }
    type Cell @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: {
      rows: () => [[{ id: 'a' }, null], null, [], [{ id: 'b' }]],
      numbers: () => [[1, 2], []],
    },
  },
}

const colours = {
  sdl: 'type Cell @key(fields: "id") { id: ID!, colours: [String!] }',
  resolvers: {
    Cell: {
      __resolveReference: (one: object) => one,
      colours: ({ id }: { id: string }) => (id === 'a' ? ['red', 'blue'] : []),
    },
  },
}

onBothEngines((federate) => {
  test('completes entities in lists of lists and keeps nulls and empty lists in their places', async () => {
    const { ask } = federate({ grid, colours })
    const { data, errors } = await ask('{ rows { colours } numbers }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      rows: [[{ colours: ['red', 'blue'] }, null], null, [], [{ colours: [] }]],
      numbers: [[1, 2], []],
    })
  })

  test('asks nothing of a subgraph when there is no object to complete', async () => {
    const none = { Query: { ...grid.resolvers.Query, rows: () => [] } }
    const { ask, sent } = federate({ grid: { ...grid, resolvers: none }, colours })
    expect((await ask('{ rows { colours } }')).data).toEqual({ rows: [] })
    expect(sent).toHaveLength(1)
  })
})
