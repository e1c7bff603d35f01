// Forty agencies that each know two things of a person, and a register that finds the person: the shape of a country's
// gateway. A query touches twelve of them.

import { type Field, isSource, type Types } from './static-answers.ts'
import type { World } from './world.ts'

const COUNT = 40
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
`

const REGISTER = `${LINK}
type Query { person(id: ID!): Person }
type Person @key(fields: "id") { id: ID!, firstName: String, lastName: String }
`

const id: Field = (source) => source['id']
const entities: Field = (_, { representations }) =>
  Array.isArray(representations) ? representations.filter(isSource) : []
const person: Field = (_, { id: asked }) => ({ __typename: 'Person', id: asked })
const names = { firstName: () => 'Mina', lastName: () => 'Rostami' }

function fieldsOf(number: number): Readonly<Record<string, Field>> {
  return {
    [`record${number}`]: ({ id: of }) => ({
      __typename: `Record${number}`,
      number: `${number}/${String(of)}`,
    }),
    [`status${number}`]: () => (number % 2 === 0 ? 'VALID' : 'EXPIRED'),
  }
}

const recordOf = (number: number): Types => ({
  [`Record${number}`]: { number: (source) => source['number'], issuedOn: () => '2026-03-21' },
})

function sdlOf(number: number): string {
  return `${LINK}
type Person @key(fields: "id") { id: ID!, record${number}: Record${number}, status${number}: String }
type Record${number} { number: String, issuedOn: String }
`
}

const NUMBERS = Array.from({ length: COUNT - 1 }, (_, index) => index + 1)
const TOUCHED = NUMBERS.filter((number) => number % 3 === 1).slice(0, 11)

export const AGENCIES: World = {
  name: 'agencies',
  subgraphs: [
    {
      name: 'register',
      sdl: REGISTER,
      types: { Query: { person, _entities: entities }, Person: { id, ...names } },
    },
    ...NUMBERS.map((number) => ({
      name: `agency${number}`,
      sdl: sdlOf(number),
      types: {
        Query: { _entities: entities },
        Person: { id, ...fieldsOf(number) },
        ...recordOf(number),
      },
    })),
  ],
  monolith: Object.assign(
    {
      Query: { person },
      Person: Object.assign({ id, ...names }, ...NUMBERS.map(fieldsOf)),
    },
    ...NUMBERS.map(recordOf),
  ),
}

/** The register and eleven agencies. */
export const TWELVE = `query Twelve($id: ID!) {
  person(id: $id) {
    id
    firstName
    lastName
    ${TOUCHED.map((n) => `record${n} { number issuedOn } status${n}`).join('\n    ')}
  }
}`
