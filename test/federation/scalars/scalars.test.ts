import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

/** Values that look like what a gateway looks for in objects. */
const VALUES: readonly unknown[] = [
  { __typename: 'Nobody', id: 'other', list: [{ deep: null }, []] },
  [[1], { _p_x: 1, id: null }],
  '9007199254740993',
  '',
  0,
  false,
  null,
]
const stock = {
  sdl: `
    scalar Json
    type Query { thing(with: Json): Thing, all: [Json] }
    type Thing @key(fields: "id") { id: ID!, info: Json, told: Json }`,
  resolvers: {
    Query: {
      thing: (_source: unknown, { with: told }: { with?: unknown }) => ({
        id: '1',
        info: VALUES[0],
        told,
      }),
      all: () => VALUES,
    },
  },
}
const labels = {
  sdl: `
    scalar Json
    type Thing @key(fields: "id") { id: ID!, info: Json @external, label: Json @requires(fields: "info") }`,
  resolvers: {
    Thing: {
      __resolveReference: (one: object) => one,
      label: ({ id, info }: { id: string; info: unknown }) => ({ id, info }),
    },
  },
}

onBothEngines((federate) => {
  test('answers and requires values of any shape as they are', async () => {
    const { ask } = federate({ stock, labels })
    const { data, errors } = await ask('{ all thing { info label } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      all: VALUES,
      thing: { info: VALUES[0], label: { id: '1', info: VALUES[0] } },
    })
  })

  test.each(VALUES.map((value) => [JSON.stringify(value), value]))(
    'hands the value %s to a subgraph',
    async (_name, value) => {
      const { ask } = federate({ stock, labels })
      const { data, errors } = await ask('query ($v: Json) { thing(with: $v) { told } }', {
        variables: { v: value },
      })
      expect(errors).toBeUndefined()
      expect(data).toEqual({ thing: { told: value } })
    },
  )
})
