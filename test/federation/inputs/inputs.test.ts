import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const told = (args: object) => JSON.stringify(args)

/** Two subgraphs share an input and an enum; each knows something the other does not. */
const search = {
  sdl: `
    type Query {
      find(by: By = { least: 4 }, n: Int = 3, s: String, many: [Int!] = [1, 2]): Hit
      level: Level
    }
    input By { least: Int = 1, only: Kind, words: [String!], onlyHere: Int }
    enum Kind { LAND SEA }
    enum Level { LOW HIGH }
    type Hit @key(fields: "id") { id: ID!, told: String }`,
  resolvers: {
    Query: {
      find: (_source: unknown, args: object) => ({ id: '1', told: told(args) }),
      level: () => 'HIGH',
    },
  },
}
const maps = {
  sdl: `
    type Query { levels: [Level] }
    type Hit @key(fields: "id") { id: ID!, near(by: By!, n: Int! = 5): String }
    input By { least: Int = 1, only: Kind, words: [String!], onlyThere: Int }
    enum Kind { LAND SEA AIR }
    enum Level { LOW MIDDLE }`,
  resolvers: {
    Query: { levels: () => ['LOW', 'MIDDLE'] },
    Hit: {
      __resolveReference: (one: object) => one,
      near: (_source: unknown, args: object) => told(args),
    },
  },
}
const DEFAULTS = { by: { least: 4 }, n: 3, many: [1, 2] }

onBothEngines((federate) => {
  test.each<[string, string, Record<string, unknown> | undefined, object]>([
    ['nothing', '{ find { told } }', undefined, DEFAULTS],
    ['null', '{ find(n: null, s: null) { told } }', undefined, { ...DEFAULTS, n: null, s: null }],
    [
      'a variable that is not given',
      'query ($n: Int, $s: String) { find(n: $n, s: $s) { told } }',
      {},
      DEFAULTS,
    ],
    [
      'a variable that is null',
      'query ($n: Int, $s: String) { find(n: $n, s: $s) { told } }',
      { n: null, s: null },
      { ...DEFAULTS, n: null, s: null },
    ],
    [
      'the default of a variable',
      'query ($n: Int = 8) { find(n: $n) { told } }',
      {},
      { ...DEFAULTS, n: 8 },
    ],
    [
      'a value in place of a default',
      'query ($n: Int = 8) { find(n: $n) { told } }',
      { n: 9 },
      { ...DEFAULTS, n: 9 },
    ],
    [
      'one value for a list',
      'query ($m: [Int!]) { find(many: $m) { told } }',
      { m: 6 },
      { ...DEFAULTS, many: [6] },
    ],
    [
      'an input object in part',
      'query ($by: By) { find(by: $by) { told } }',
      { by: { words: ['a'] } },
      { ...DEFAULTS, by: { least: 1, words: ['a'] } },
    ],
    [
      'a variable inside an input object',
      'query ($k: Kind, $w: [String!]) { find(by: { only: $k, words: $w }) { told } }',
      { k: 'SEA' },
      { ...DEFAULTS, by: { least: 1, only: 'SEA' } },
    ],
    [
      'null inside an input object',
      'query ($by: By) { find(by: $by) { told } }',
      { by: { least: null } },
      { ...DEFAULTS, by: { least: null } },
    ],
  ])('hands a subgraph %s as the client meant it', async (_name, query, variables, expected) => {
    const { ask } = federate({ search, maps })
    const { data, errors } = await ask(query, variables === undefined ? {} : { variables })
    expect(errors).toBeUndefined()
    expect(JSON.parse(String(Reflect.get(Object(data?.['find']), 'told')))).toEqual(expected)
  })

  test('hands variables to a later call, beside what it completes', async () => {
    const { ask, sent } = federate({ search, maps })
    const { data, errors } = await ask(
      'query ($by: By!, $s: String) { find(s: $s) { near(by: $by) again: near(by: { least: 2 }, n: 6) } }',
      { variables: { by: { only: 'LAND' }, s: 'x', spare: 1 } },
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      find: { near: '{"by":{"least":1,"only":"LAND"},"n":5}', again: '{"by":{"least":2},"n":6}' },
    })
    expect(sent.map(({ variables }) => Object.keys(variables).includes('spare'))).toEqual([
      false,
      false,
    ])
  })

  test.each([
    ['an input field that one of them does not know', '{ find(by: { onlyHere: 1 }) { told } }'],
    ['an enum value that one of them does not know', '{ find(by: { only: AIR }) { told } }'],
    ['a variable with such a value', 'query ($k: Kind) { find(by: { only: $k }) { told } }'],
  ])('refuses %s', async (_name, query) => {
    const { ask, sent } = federate({ search, maps })
    const { errors } = await ask(query, { variables: { k: 'AIR' } })
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_INVALID' } }])
    expect(sent).toEqual([])
  })

  test('answers the enum values of every subgraph', async () => {
    const { ask } = federate({ search, maps })
    const { data, errors } = await ask('{ level levels }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ level: 'HIGH', levels: ['LOW', 'MIDDLE'] })
  })
})
