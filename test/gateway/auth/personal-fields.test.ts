import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { buildPersonalFields } from '../../../gateway/auth/personal-fields.ts'
import { toApiSchema } from '../../../schema/compose/api-schema.ts'
import { toComposable } from '../../../schema/compose/composable.ts'
import { compose } from '../../../schema/compose/compose.ts'
import { toFullSchema } from '../../../schema/compose/full-schema.ts'

const SDL = `
  type Query {
    me: Person @policy(policies: [["citizen"]])
    people(nationalId: [String!]!): [Person]
    airport(iata: String!): Airport
    anything: Thing
    counted: Int @policy(policies: [["staff"]])
  }
  union Thing = Person | Airport
  type Person @key(fields: "nationalId") @subject(field: "nationalId") {
    nationalId: String! name: String car: Car }
  type Car { plate: String maker: Maker }
  type Maker { name: String }
  type Airport { iata: String name: String maker: Maker }
`
const { supergraph = '' } = compose([{ name: 'a', sdl: toComposable(parse(SDL)) }])
const find = buildPersonalFields(toFullSchema(supergraph), toApiSchema(supergraph))

test.each([
  ['{ me { name } }', ['Person.name', 'Query.me']],
  [
    '{ me { car { plate maker { name } } } }',
    ['Car.maker', 'Car.plate', 'Maker.name', 'Person.car', 'Query.me'],
  ],
  ['{ airport(iata: "THR") { name maker { name } } }', []],
  ['{ airport(iata: "x") { maker { name } } a: me { b: name } }', ['Person.name', 'Query.me']],
  [
    'query { ...F } fragment F on Query { me { ...P } } fragment P on Person { name }',
    ['Person.name', 'Query.me'],
  ],
  ['{ anything { __typename ... on Airport { name } } }', ['Airport.name', 'Query.anything']],
  [
    '{ me { car { ...C } } } fragment C on Car { plate ...M } fragment M on Car { maker { name } }',
    ['Car.maker', 'Car.plate', 'Maker.name', 'Person.car', 'Query.me'],
  ],
  ['{ airport(iata: "x") { maker { ...M } } } fragment M on Maker { name }', []],
  [
    '{ airport(iata: "x") { maker { ...M } } me { car { maker { ...M } } } } fragment M on Maker { name }',
    ['Car.maker', 'Maker.name', 'Person.car', 'Query.me'],
  ],
  ['{ counted }', ['Query.counted']],
  ['{ __typename }', []],
])('%s', (text, fields) => {
  expect(find(parse(text)).fields).toEqual(fields)
})

test('whom arguments name is known from variables and from the text', () => {
  const document = parse(
    'query ($ids: [String!]!) { people(nationalId: $ids) { name } one: people(nationalId: ["3"]) { name } }',
  )
  expect(find(document).subjects({ ids: ['1', '2', '1'] })).toEqual(['1', '2', '3'])
  const many = Array.from({ length: 100 }, (_, index) => String(index))
  expect(find(document).subjects({ ids: many })).toHaveLength(20)
  expect(find(document).subjects({})).toEqual(['3'])
})
