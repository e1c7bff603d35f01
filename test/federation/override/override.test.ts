import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

const old = {
  sdl: `
    type Query { car: Car }
    type Car @key(fields: "plate") { plate: ID!, colour: String, owner: Owner }
    type Owner { name: String @shareable }`,
  resolvers: {
    Query: { car: () => ({ plate: 'p', colour: 'old', owner: { name: 'old' } }) },
    Car: { __resolveReference: same, colour: () => 'old', owner: () => ({ name: 'old' }) },
  },
}
const fresh = (label = '') => ({
  sdl: `
    type Car @key(fields: "plate") {
      plate: ID!
      colour: String @override(from: "old"${label})
      owner: Owner @override(from: "old"${label})
    }
    type Owner { name: String @shareable }`,
  resolvers: {
    Car: { __resolveReference: same, colour: () => 'fresh', owner: () => ({ name: 'fresh' }) },
  },
})
const QUERY = '{ car { colour owner { name } } }'

onBothEngines((federate) => {
  test.each([
    ['', 'fresh', 2],
    [', label: "percent(100)"', 'fresh', 2],
    [', label: "percent(0)"', 'old', 1],
  ])('with the label "%s" takes the field from the %s subgraph', async (label, from, calls) => {
    const { ask, sent } = federate({ old, fresh: fresh(label) })
    const { data, errors } = await ask(QUERY)
    expect(errors).toBeUndefined()
    expect(data).toEqual({ car: { colour: from, owner: { name: from } } })
    expect(sent).toHaveLength(calls)
  })

  test('moves a share of the requests, each as a whole', async () => {
    const { ask } = federate({ old, fresh: fresh(', label: "percent(50)"') })
    const seen = new Map<string, number>()
    for (let count = 0; count < 80; count++) {
      const answer = JSON.stringify((await ask(QUERY)).data)
      seen.set(answer, (seen.get(answer) ?? 0) + 1)
    }
    // Both, and nothing mixed: the chance that 80 requests all go one way is 2⁻⁷⁹.
    expect([...seen.keys()].toSorted()).toEqual([
      '{"car":{"colour":"fresh","owner":{"name":"fresh"}}}',
      '{"car":{"colour":"old","owner":{"name":"old"}}}',
    ])
  })
})
