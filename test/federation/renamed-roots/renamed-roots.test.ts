import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const done: string[] = []
const one = {
  sdl: `
    schema { query: Reads, mutation: Writes }
    type Reads { a: Int, self: Thing }
    type Writes { save: Thing }
    type Thing @key(fields: "id") { id: ID! }`,
  resolvers: {
    Reads: { a: () => 1, self: () => ({ id: '1' }) },
    Writes: {
      save: () => {
        done.push('save')
        return { id: '1' }
      },
    },
  },
}
const two = {
  sdl: `
    schema { query: Questions, mutation: Orders }
    type Questions { b: Int }
    type Orders { drop: Int }
    type Thing @key(fields: "id") { id: ID!, name: String }`,
  resolvers: {
    Questions: { b: () => 2 },
    Orders: { drop: () => done.push('drop') },
    Thing: {
      __resolveReference: ({ id }: { id: string }) => {
        done.push('complete')
        return { id, name: 'n' }
      },
    },
  },
}

onBothEngines((federate) => {
  test('joins roots of any name and calls them Query and Mutation', async () => {
    const { ask } = federate({ one, two })
    const { data, errors } = await ask('{ __typename a b self { __typename name } t: __typename }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      __typename: 'Query',
      a: 1,
      b: 2,
      self: { __typename: 'Thing', name: 'n' },
      t: 'Query',
    })
    expect((await ask('{ __typename }')).data).toEqual({ __typename: 'Query' })
  })

  test('completes what a mutation answered before the next one is done', async () => {
    const { ask } = federate({ one, two })
    done.length = 0
    const { data, errors } = await ask(
      'mutation { first: save { name } drop again: save { id name } __typename }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      first: { name: 'n' },
      drop: 3,
      again: { id: '1', name: 'n' },
      __typename: 'Mutation',
    })
    expect(done).toEqual(['save', 'complete', 'drop', 'save', 'complete'])
  })
})
