import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

/** How many rows there are, and how many different ones. */
let asked = { rows: 0, kinds: 1 }
const rows = {
  sdl: 'type Query { rows: [Row!]! } type Row @key(fields: "id") { id: ID! }',
  execute: async () => ({
    data: {
      rows: Array.from({ length: asked.rows }, (_, index) => ({
        __typename: 'Row',
        id: `${index % asked.kinds}`,
      })),
    },
  }),
}
const values = {
  sdl: 'type Row @key(fields: "id") { id: ID!, value: Int }',
  resolvers: {
    Row: {
      __resolveReference: (one: object) => one,
      value: ({ id }: { id: string }) => Number(id),
    },
  },
}
const QUERY = '{ rows { id value } }'

onBothEngines((federate) => {
  test('completes 10,000 objects by one call', async () => {
    const { ask, sent } = federate({ rows, values })
    asked = { rows: 10_000, kinds: 10_000 }
    const { data, errors } = await ask(QUERY)
    expect(errors).toBeUndefined()
    expect(data?.['rows']).toEqual(
      Array.from({ length: 10_000 }, (_, index) => ({ id: `${index}`, value: index })),
    )
    expect(sent).toHaveLength(2)
  })

  test('asks once for each of 3 objects that stand at 10,000 places', async () => {
    const { ask, sent } = federate({ rows, values })
    asked = { rows: 10_000, kinds: 3 }
    const { data } = await ask(QUERY)
    expect(data?.['rows']).toHaveLength(10_000)
    expect(Reflect.get(Object(data?.['rows']), 9998)).toEqual({ id: '2', value: 2 })
    expect(
      sent[1]?.variables['representations'] ?? Object.values(sent[1]?.variables ?? {})[0],
    ).toHaveLength(3)
  })

  test('takes time in proportion to the number of objects', async () => {
    const quick = {
      ...values,
      execute: async ({ variables }: { variables: Readonly<Record<string, unknown>> }) => ({
        data: {
          _entities: [variables['representations']].flat().map(() => ({ value: 1 })),
        },
      }),
    }
    const { ask } = federate({ rows, values: quick })
    const took = async (n: number) => {
      asked = { rows: n, kinds: n }
      const before = process.cpuUsage()
      const { data } = await ask(QUERY)
      const { user, system } = process.cpuUsage(before)
      expect(data?.['rows']).toHaveLength(n)
      return user + system
    }
    await took(2000)
    const [few, many]: [number[], number[]] = [[], []]
    for (let turn = 0; turn < 7; turn++) {
      few.push(await took(2000))
      many.push(await took(20_000))
    }
    // Ten times as many: 100 times the time if anything were quadratic. Room is left for the machine's mood.
    expect(Math.min(...many) / Math.min(...few)).toBeLessThan(40)
  })
})
