import { expect, test } from 'vitest'

import { callerWith } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const later = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4))

const people = {
  sdl: `
    type Query { person(id: ID!): Person, people(first: Int): [Person!] }
    type Person @key(fields: "id") { id: ID!, name: String, iban: String @policy(policies: [["staff"]]) }`,
  resolvers: {
    Query: {
      person: async (_source: unknown, { id }: { id: string }) => {
        await later()
        return { id, name: `n${id}`, iban: `IR${id}` }
      },
      people: async (_source: unknown, { first = 2 }: { first?: number }) => {
        await later()
        return Array.from({ length: first }, (_, id) => ({
          id: `${id}`,
          name: `n${id}`,
          iban: `IR${id}`,
        }))
      },
    },
  },
}
const deeds = {
  sdl: 'type Person @key(fields: "id") { id: ID!, deeds(of: Int): [String] @authenticated, pals: [Person!] }',
  resolvers: {
    Person: {
      __resolveReference: async (one: object) => {
        await later()
        return one
      },
      deeds: ({ id }: { id: string }, { of: year = 0 }: { of?: number }) => [`d${id}-${year}`],
      pals: ({ id }: { id: string }) => [{ id }, { id: `${Number(id) + 1}` }],
    },
  },
}
const QUERY = `
  query ($id: ID!, $year: Int, $with: Boolean!, $few: Boolean! = false) {
    person(id: $id) {
      id: name
      iban
      deeds(of: $year) @include(if: $with)
      ... @skip(if: $few) { pals { name iban deeds(of: 1) } }
    }
    people(first: $year) { iban }
  }`
const CALLERS = [callerWith([]), callerWith(['staff'], 'staff'), callerWith(['citizen'])]
const VARIABLES = [
  { id: '1', with: true },
  { id: '2', with: false, year: 3 },
  { id: '1', with: true, few: true, year: 1 },
  { id: '3', with: false, few: true },
  { id: '1', with: true, year: null },
]

onBothEngines((federate) => {
  test('a shared engine answers everyone as an engine of their own would, all at once', async () => {
    const shared = federate({ people, deeds })
    const cases = CALLERS.flatMap((caller) => VARIABLES.map((variables) => ({ caller, variables })))
    const alone: unknown[] = []
    for (const one of cases) {
      alone.push(await federate({ people, deeds }).ask(QUERY, one))
    }
    // Thrice each and shuffled, so that plans are made, found and used while others wait.
    const order = [...cases.keys(), ...cases.keys(), ...cases.keys()].toSorted(
      () => Math.random() - 0.5,
    )
    const together = await Promise.all(
      order.map(async (index) => ({ index, answer: await shared.ask(QUERY, cases[index]) })),
    )
    for (const { index, answer } of together) expect(answer).toEqual(alone[index])
    expect(new Set(alone.map((one) => JSON.stringify(one))).size).toBeGreaterThan(8)
  })
})
