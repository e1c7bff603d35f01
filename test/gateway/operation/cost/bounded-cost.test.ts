import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'

import { toChecked } from '../../../../gateway/operation/checked-operation.ts'
import { boundedCost } from '../../../../gateway/operation/cost/bounded-cost.ts'
import { buildCostSchema } from '../../../../gateway/operation/cost/cost-schema.ts'
import { toFullSchema } from '../../../../schema/compose/full-schema.ts'
import { invariant } from '../../../../schema/errors.ts'
import { federate } from '../../support/federation.ts'

const { ask, sent, supergraph } = federate({
  a: {
    sdl: `type Query {
        people(first: Int, last: Int): [Person!] @federation__listSize(slicingArguments: ["first", "last"])
        all: [Person!]
        find(filter: Filter): Person
        page(first: Int = 3): Page @federation__listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
      }
      input Filter { name: String @federation__cost(weight: 9000) }
      type Page { nodes: [Person!] }
      type Person { name: String, friends: [Person!] }`,
    resolvers: { Query: { people: () => [{ name: 'A' }], page: () => ({ nodes: [] }) } },
  },
})
const schema = buildCostSchema(toFullSchema(supergraph), { calls: new Map(), listSize: 5 })

function boundOf(query: string) {
  const document = parse(query)
  const operation = getOperationAST(document)
  invariant(operation, 'one operation')
  return boundedCost({ schema, most: 100 }, toChecked(document, operation, { query }))
}

test.each([
  ['no variable', '{ people(first: 3) { name } }'],
  ['a variable where it does not count', 'query ($a: Boolean!) { all { name @include(if: $a) } }'],
])('weighs an operation with %s once', (_, query) => {
  expect(boundOf(query)).toEqual({ finding: undefined })
})

test.each([
  ['a slicing argument', 'query ($n: Int) { people(first: $n) { name } }'],
  ['a priced input', 'query ($f: Filter) { find(filter: $f) { name } }'],
  ['a field of a priced input', 'query ($n: String) { find(filter: { name: $n }) { name } }'],
  ['a fragment', 'query ($n: Int) { ...F } fragment F on Query { people(first: $n) { name } }'],
  ['an inline fragment', 'query ($n: Int) { ... { page(first: $n) { nodes { name } } } }'],
])('asks the variables of %s each time', (_, query) => {
  expect(boundOf(query).refuseCost).toBeTypeOf('function')
})

test('says the estimate and what is allowed', () => {
  expect(boundOf('{ people(first: 200) { name } }').finding).toEqual({
    message: 'The operation asks for too much: estimated cost 201, allowed 100.',
    extensions: { code: 'OPERATION_TOO_COSTLY', limit: 'cost', most: 100, estimate: 201 },
  })
})

test('an estimate beyond all numbers is a number', () => {
  const lists = `${'friends { '.repeat(600)}name${' }'.repeat(600)}`
  const { finding } = boundOf(`{ all { ${lists} } }`)
  expect(finding?.extensions?.['estimate']).toBe(Number.MAX_SAFE_INTEGER)
})

const QUERY = 'query ($first: Int) { people(first: $first) { name } }'

test.each([
  [{ first: 9999 }, undefined],
  [{ first: 10_000 }, 'OPERATION_TOO_COSTLY'],
  [{}, undefined],
])('the pipeline decides with the variables %j', async (variables, code) => {
  const { errors } = await ask(QUERY, { variables })
  expect(errors?.[0]?.extensions?.['code']).toBe(code)
})

test('asks nothing of a subgraph then', async () => {
  const before = sent.length
  const { errors } = await ask(
    '{ all { friends { friends { friends { friends { friends { name } } } } } } }',
  )
  expect(errors).toMatchObject([{ extensions: { limit: 'cost' } }])
  expect(sent).toHaveLength(before)
})

test.each([
  ['none', '{ people { name } }'],
  ['two', '{ people(first: 1, last: 1) { name } }'],
  ['null', '{ people(first: null) { name } }'],
])('refuses %s where exactly one slicing argument is needed', async (_, query) => {
  const { errors } = await ask(query)
  expect(errors).toMatchObject([
    {
      message: 'Field "people" needs exactly one of "first", "last".',
      extensions: { code: 'OPERATION_INVALID' },
    },
  ])
})

test('a default is a slicing argument, too', async () => {
  expect(await ask('{ page { nodes { name } } }')).toEqual({ data: { page: { nodes: [] } } })
})
