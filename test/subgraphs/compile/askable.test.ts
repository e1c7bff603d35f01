// What is known by one key of several is asked by that key alone, never by less than a whole one.

import { parse, Source as Text } from 'graphql'
import { expect, test } from 'vitest'

import type { Contract, Shape, Tree } from '../../../adapters/adapter.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import { toComposable } from '../../../schema/compose/composable.ts'
import { compileMapping } from '../../../subgraphs/compile/compile-mapping.ts'
import { loadVocabulary } from '../../../subgraphs/compile/vocabulary.ts'
import { compileResolver } from '../../../subgraphs/resolve/resolve.ts'
import { systemSettings } from '../../adapters/wire.ts'

const text: Shape = { kind: 'scalar', type: 'string' }
const fields = (...names: string[]): Shape => ({
  kind: 'object',
  fields: new Map(names.map((name) => [name, text])),
})
const CONTRACT: Contract = {
  operations: new Map([
    [
      'car',
      { name: 'car', input: fields('plate', 'vin'), output: fields('plate', 'vin', 'colour') },
    ],
    ['fines', { name: 'fines', input: fields('plate'), output: fields('sum') }],
    [
      'cars',
      {
        name: 'cars',
        input: fields('owner'),
        output: {
          kind: 'object',
          fields: new Map([['cars', { kind: 'list', of: fields('plate', 'vin') } as Shape]]),
        },
      },
    ],
  ]),
}

async function compile(schema: string) {
  const document = parse(new Text(schema))
  const found: string[] = []
  const operations = Object.fromEntries(
    [...CONTRACT.operations.keys()].map((name) => [name, { kind: 'query' as const }]),
  )
  const mapping = compileMapping({
    document,
    contract: CONTRACT,
    settings: systemSettings({ operations }),
    vocabulary: await loadVocabulary(),
    report: (node, message) => found.push(`${node.loc?.startToken.line}: ${message}`),
  })
  return { document, mapping, found }
}

async function ask(schema: string, query: string, handlers: Record<string, Tree>) {
  const { document, mapping, found } = await compile(schema)
  expect(found).toEqual([])
  const calls: [string, Tree][] = []
  const execute = compileResolver({
    system: 'sys',
    document: parse(toComposable(document)),
    mapping,
    log: undefined,
    adapter: {
      call: async (operation, input) => {
        calls.push([operation, input])
        return { value: handlers[operation] ?? {}, at: 1_000 }
      },
    },
  })
  const { data, errors } = await execute({
    document: parse(query),
    variables: {},
    context: {
      requestId: 'r',
      traceparent: '',
      caller: ANONYMOUS,
      provenance: false,
      signal: new AbortController().signal,
      ask: async () => ({}),
    },
  })
  const codes = errors?.map(({ extensions }) => extensions?.['code'])
  return { data: JSON.parse(JSON.stringify(data ?? null)), codes, calls }
}

const EITHER = `type Query { a: String @call(operation: "fines", select: "sum") @from(path: ".") }
type Car @key(fields: "plate") @key(fields: "vin")
  @call(operation: "car", input: [{ to: "plate", from: "plate" }, { to: "vin", from: "vin" }]) {
  plate: String! @from(path: "plate")
  vin: String! @from(path: "vin")
  colour: String
  fines: String @call(operation: "fines", input: [{ to: "plate", from: "plate" }], select: "sum") @from(path: ".")
}`
const car = (key: string, chosen: string): string =>
  `{ _entities(representations: [{ __typename: "Car", ${key} }]) { ... on Car { ${chosen} } } }`
const RECORD = { plate: '12A', vin: 'V1', colour: 'red' }

test('an object is asked by the key by which it was reached, and its other key is read of the record', async () => {
  const found = await ask(EITHER, car('vin: "V1"', 'vin plate colour'), { car: RECORD })
  expect(found).toMatchObject({
    data: { _entities: [{ vin: 'V1', plate: '12A', colour: 'red' }] },
    calls: [['car', { vin: 'V1' }]],
  })
})

test('a record of another object is refused, whichever key it was asked by', async () => {
  const { codes } = await ask(EITHER, car('vin: "V2"', 'colour'), { car: RECORD })
  expect(codes).toEqual(['SYSTEM_REPLY_INVALID'])
})

test('a call that needs the other key takes it from the record', async () => {
  const { data, calls } = await ask(EITHER, car('vin: "V1"', 'fines'), {
    car: RECORD,
    fines: { sum: '5' },
  })
  expect(data).toEqual({ _entities: [{ fines: '5' }] })
  expect(calls).toEqual([
    ['car', { vin: 'V1' }],
    ['fines', { plate: '12A' }],
  ])
})

test('a call that needs a key which nobody knows is not made', async () => {
  const { data, calls } = await ask(EITHER, car('vin: "V1"', 'fines'), {
    car: { vin: 'V1', plate: null, colour: null },
    fines: { sum: '5' },
  })
  expect(data).toEqual({ _entities: [{ fines: null }] })
  expect(calls).toEqual([['car', { vin: 'V1' }]])
})

const COMPOSITE = `type Query { a: String @call(operation: "fines", select: "sum") @from(path: ".") }
type Car @key(fields: "plate vin")
  @call(operation: "car", input: [{ to: "plate", from: "plate" }, { to: "vin", from: "vin" }]) {
  plate: String! vin: String! colour: String
}`

test('half a key is refused, and nothing is asked', async () => {
  const { codes, calls } = await ask(COMPOSITE, car('plate: "12A"', 'colour'), { car: RECORD })
  expect([codes, calls]).toEqual([['INPUT_REJECTED'], []])
})

test('a key by which the call does not ask is refused at load', async () => {
  const { found } =
    await compile(`type Query { a: String @call(operation: "fines", select: "sum") @from(path: ".") }
type Car @key(fields: "plate") @key(fields: "vin") @call(operation: "car", input: [{ to: "plate", from: "plate" }]) {
  plate: String! vin: String! colour: String
}`)
  expect(found).toEqual([
    '2: @key "vin": the call does not ask by it; add an input, or resolvable: false',
  ])
})

const LISTED = `type Query { carsOf(owner: String!): [Car] @call(operation: "cars", input: [{ to: "owner", from: "owner" }], select: "cars[]") }
type Car @key(fields: "plate", resolvable: false) @key(fields: "vin", resolvable: false) { plate: String vin: String }`

test('an object that a record names by one of its keys is there, one without any is not', async () => {
  const { data } = await ask(LISTED, '{ carsOf(owner: "x") { plate vin } }', {
    cars: {
      cars: [
        { plate: null, vin: 'V1' },
        { plate: null, vin: null },
      ],
    },
  })
  expect(data).toEqual({ carsOf: [{ plate: null, vin: 'V1' }, null] })
})
