import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const people = {
  sdl: 'type Query { me: Person } type Person @key(fields: "id") { id: ID!, name: String }',
  resolvers: { Query: { me: () => ({ id: '1', name: 'Sara' }) } },
}
const debts = {
  sdl: 'type Person @key(fields: "id") { id: ID!, debt: Int }',
  resolvers: { Person: { __resolveReference: (one: object) => one, debt: () => 5 } },
}
const QUERY = `query ($with: Boolean!, $less: Boolean = false) {
  me { name @skip(if: $less) ... @include(if: $with) { debt } } }`

onBothEngines((federate) => {
  test.each([
    [{ with: true }, { name: 'Sara', debt: 5 }, 2],
    [{ with: false }, { name: 'Sara' }, 1],
    [{ with: true, less: true }, { debt: 5 }, 2],
  ])('with %j answers %j by %i calls', async (variables, me, calls) => {
    const { ask, sent } = federate({ people, debts })
    const { data, errors } = await ask(QUERY, { variables })
    expect(errors).toBeUndefined()
    expect(data).toEqual({ me })
    expect(sent).toHaveLength(calls)
  })
})
