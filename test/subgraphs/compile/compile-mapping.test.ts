import { parse, Source as Text } from 'graphql'
import { describe, expect, test } from 'vitest'

import type { Contract, Shape, Tree, Value } from '../../../adapters/adapter.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import { toComposable } from '../../../schema/compose/composable.ts'
import type { RequestContext } from '../../../schema/context.ts'
import { compileMapping } from '../../../subgraphs/compile/compile-mapping.ts'
import { loadVocabulary } from '../../../subgraphs/compile/vocabulary.ts'
import { compileResolver } from '../../../subgraphs/resolve/resolve.ts'
import { systemSettings } from '../../adapters/wire.ts'

const text: Shape = { kind: 'scalar', type: 'string' }
const exact: Shape = { kind: 'scalar', type: 'exact' }
const double: Shape = { kind: 'scalar', type: 'double' }
const int: Shape = { kind: 'scalar', type: 'int' }
const object = (fields: Record<string, Shape>): Shape => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
})
const list = (of: Shape): Shape => ({ kind: 'list', of })
const KIND: Shape = { kind: 'scalar', type: 'string', values: ['HOME', 'WORK'] }

const UNIT = object({
  no: text,
  first: text,
  last: text,
  x: double,
  y: double,
  flag: int,
  big: exact,
  born: text,
  tags: text,
  phones: list(object({ kind: KIND, number: text })),
  groups: list(object({ items: list(object({ code: text })) })),
  rates: { kind: 'any' },
  shape: { kind: 'any' },
})

const CONTRACT: Contract = {
  operations: new Map(
    [
      { name: 'units', input: object({ city: text }), output: object({ units: list(UNIT) }) },
      { name: 'unit', input: object({ no: text, at: text }), output: object({ unit: UNIT }) },
      {
        name: 'files',
        input: object({ keys: list(object({ no: text, year: text })) }),
        output: object({ files: list(object({ no: text, year: text, state: text })) }),
      },
      { name: 'many', input: object({ ids: list(text) }), output: { kind: 'any' } as Shape },
      {
        name: 'near',
        input: object({ x: double, y: double, zone: int }),
        output: object({ unit: UNIT }),
      },
    ].map((operation) => [operation.name, operation]),
  ),
}
const operations = Object.fromEntries(
  [...CONTRACT.operations.keys()].map((name) => [name, { kind: 'query' as const }]),
)

async function compile(schema: string) {
  const document = parse(new Text(schema))
  const found: string[] = []
  const mapping = compileMapping({
    document,
    contract: CONTRACT,
    settings: systemSettings({ operations }),
    vocabulary: await loadVocabulary(),
    report: (node, message) => found.push(`${node.loc?.startToken.line}: ${message}`),
  })
  return { document, mapping, found }
}

const CONTEXT: Omit<RequestContext, 'signal'> = {
  requestId: 'r',
  traceparent: '',
  caller: ANONYMOUS,
  provenance: true,
  ask: async () => ({}),
}

/** Answers of a subgraph over handlers by operation, with what reached them. */
async function ask(schema: string, query: string, handlers: Record<string, (input: Tree) => Tree>) {
  const { document, mapping, found } = await compile(schema)
  expect(found).toEqual([])
  const calls: [string, Value][] = []
  const execute = compileResolver({
    system: 'sys',
    document: parse(toComposable(document)),
    mapping,
    log: undefined,
    adapter: {
      call: async (operation, input) => {
        calls.push([operation, input])
        return { value: handlers[operation]?.(input) ?? {}, at: 1_000 }
      },
    },
  })
  const { signal } = new AbortController()
  const context = { ...CONTEXT, signal }
  const answer = await execute({ document: parse(query), variables: {}, context })
  return { ...answer, calls }
}

const UNITS = `type Query { units(city: String!): [Unit!] @call(operation: "units", input: [{ to: "city", from: "city" }], select: "units[]") }`
const RECORD: Tree = {
  no: '7',
  first: 'Ann',
  last: null,
  x: 35.7,
  y: 51.4,
  tags: ' a; b;;c ',
  phones: [
    { kind: 'WORK', number: '1' },
    { kind: 'HOME', number: '2' },
  ],
  groups: [{ items: [{ code: 'a' }] }, { items: [{ code: 'b' }] }],
  rates: { usd: 60, eur: '65' },
  shape: { type: 'Point', coordinates: ['35.7', '51.4'] },
}

describe('forms of reading', () => {
  test.each<[string, string, unknown, readonly string[]]>([
    ['String', '@from(path: "\'IR\'")', 'IR', ['CONSTANT']],
    ['String', '@from(paths: ["first", "last", "no"], join: "-")', 'Ann-7', ['JOIN']],
    ['String', '@from(paths: ["\'x\'", "last"])', null, []],
    ['Float', '@from(paths: ["x", "y"], as: [IRAN_LATITUDE])', 35.7, ['JOIN', 'IRAN_LATITUDE']],
    ['Float', '@from(paths: ["x", "y"], as: [IRAN_LONGITUDE])', 51.4, ['JOIN', 'IRAN_LONGITUDE']],
    ['[String!]', '@from(path: "tags", split: ";")', ['a', 'b', 'c'], ['SPLIT']],
    ['String', '@from(path: "phones[kind=HOME].number")', '2', []],
    ['[String!]', '@from(path: "phones[kind!=HOME][].number")', ['1'], []],
    ['[String!]', '@from(path: "groups[].items[].code")', ['a', 'b'], []],
    ['[String!]', '@from(path: "rates{}[].key")', ['usd', 'eur'], []],
    [
      'GeoJson',
      '@from(path: "shape", as: [GEO_JSON])',
      { type: 'Point', coordinates: [51.4, 35.7] },
      ['GEO_JSON'],
    ],
  ])('%s %s is %j', async (type, from, value, normalisations) => {
    const schema = `${UNITS} type Unit { it: ${type} ${from} }`
    const answer = await ask(schema, '{ units(city: "c") { it } }', {
      units: () => ({ units: [RECORD] }),
    })
    expect(answer.errors).toBeUndefined()
    expect(answer.data).toEqual({ units: [{ it: value }] })
    expect(answer.extensions?.provenance).toMatchObject([{ normalisations }])
  })

  test('a list of records with keys of their own', async () => {
    const schema = `${UNITS} type Unit { rates: [Rate!] @from(path: "rates{}") } type Rate { key: String! value: String! }`
    const { data } = await ask(schema, '{ units(city: "c") { rates { key value } } }', {
      units: () => ({ units: [RECORD] }),
    })
    expect(data).toEqual({
      units: [
        {
          rates: [
            { key: 'usd', value: '60' },
            { key: 'eur', value: '65' },
          ],
        },
      ],
    })
  })
})

const near = (to: string, as: string): string =>
  `{ to: "${to}", from: "latitude longitude", as: [${as}] }`

describe('calls', () => {
  test('are asked by fields of the record beside them, equal ones once, none without a value', async () => {
    const schema = `${UNITS} type Unit { no: String detail: Detail @call(operation: "unit", input: [{ to: "no", from: "no" }, { to: "at", from: "first no" }], select: "unit") first: String } type Detail { first: String }`
    const { data, calls } = await ask(schema, '{ units(city: "c") { detail { first } } }', {
      units: () => ({ units: [RECORD, RECORD, { no: null, first: 'x' }] }),
      unit: () => ({ unit: { first: 'B' } }),
    })
    expect(data).toEqual({
      units: [{ detail: { first: 'B' } }, { detail: { first: 'B' } }, { detail: null }],
    })
    expect(calls.slice(1)).toEqual([['unit', { no: '7', at: 'Ann 7' }]])
  })

  test('of many composite keys go in one batch, and answers find their questions', async () => {
    const schema = `type Query { a: String @call(operation: "unit", select: "unit") @from(path: "first") }
      type File @key(fields: "no year") @call(operation: "files", input: [{ to: "no", from: "no", as: [DIGITS_3] }, { to: "year", from: "year" }], select: "files[]", batch: { max: 10, items: "keys", key: "no year" }) { no: String! year: String! state: String }`
    const query = `{ _entities(representations: [{ __typename: "File", no: "001", year: "1397" }, { __typename: "File", no: "001", year: "1398" }]) { ... on File { state } } }`
    const { data, calls } = await ask(schema, query, {
      files: () => ({
        files: [
          { no: '1', year: '1398', state: 'b' },
          { no: '1', year: '1397', state: 'a' },
        ],
      }),
    })
    expect(data).toEqual({ _entities: [{ state: 'a' }, { state: 'b' }] })
    expect(calls).toHaveLength(1)
  })

  test('of many keys go in a list of values, and a map by key answers', async () => {
    const schema = `type Query { a: String @call(operation: "unit", select: "unit") @from(path: "first") }
      type File @key(fields: "no") @call(operation: "many", input: [{ to: ".", from: "no" }], select: "{}[]", batch: { max: 10, items: "ids", key: "key" }) { no: String! state: String @from(path: "value.state") }`
    const query = `{ _entities(representations: [{ __typename: "File", no: "1" }, { __typename: "File", no: "2" }]) { ... on File { state } } }`
    const { data, calls } = await ask(schema, query, {
      many: () => ({ 2: { state: 'b' }, 1: { state: 'a' } }),
    })
    expect(data).toEqual({ _entities: [{ state: 'a' }, { state: 'b' }] })
    expect(calls).toEqual([['many', { ids: ['1', '2'] }]])
  })

  test('ask for a place in metres from a place in degrees', async () => {
    const inputs = [near('x', 'UTM_EASTING'), near('y', 'UTM_NORTHING'), near('zone', 'UTM_ZONE')]
    const schema = `type Query { unit(latitude: Float!, longitude: Float!): Unit @call(operation: "near", input: [${inputs.join()}], select: "unit") } type Unit { no: String }`
    const { calls } = await ask(schema, '{ unit(latitude: 35.6892, longitude: 51.389) { no } }', {})
    expect(calls).toEqual([['near', { x: 535_196.782, y: 3_949_546.789, zone: 39 }]])
  })
})

const FIELD = (field: string): string => `${UNITS}\ntype Unit {\n  ${field}\n}\nenum Colour { RED }`

// Everything that could lose a value, or cannot work, is refused at load with its line and the mend.
describe('refuses at load', () => {
  test.each([
    [
      'big: Int',
      'exact does not fit Int: digits would be lost; use Decimal or Rial, or add WHOLE_NUMBER',
    ],
    ['big: Float', 'exact does not fit Float: digits would be lost; use Decimal'],
    ['x: Int', 'double does not fit Int'],
    ['flag: Boolean', 'int does not fit Boolean: add BOOLEAN_TEXT, or codes'],
    ['born: Date', 'string does not fit Date: add ISO_DATE or one of JALALI_'],
    ['born: DateTime', 'string does not fit DateTime: add TEHRAN_TIME'],
    ['no: Rial', 'string does not fit Rial: add RIAL or TOMAN'],
    ['big: NationalId', 'leading zeros are lost; add NATIONAL_ID'],
    ['big: LegalNationalId', 'leading zeros are lost; add LEGAL_NATIONAL_ID'],
    ['tags: GeoJson', 'add WKT, POS_LIST'],
    ['phones: String', 'here is a list'],
    ['phones: [String]', 'here is no single value but a record'],
    ['no: [String]', 'a list is published, but here is no list'],
    [
      'frst: String',
      'no "frst" here, only no, first, last, x, y, flag, big, born, tags, phones, groups, rates, shape; did you mean "first"?',
    ],
    ['a: String @from(path: "phones.number")', 'asked of a list; write [0] or end with []'],
    [
      'a: String @from(path: "phones[kind=HOEM].number")',
      '"HOEM" is none of the contract\'s values HOME, WORK',
    ],
    ['a: String @from(path: "phones[")', 'is not a path; write a.b'],
    ['no: Colour', 'Colour needs codes'],
    [
      'no: Colour @from(codes: [{ code: "1", value: "RD" }])',
      'Colour has no value "RD", did you mean "RED"?',
    ],
    [
      'no: Colour @from(codes: [{ code: "1", value: "RED" }, { code: "1", value: "RED" }])',
      'code "1" is listed twice',
    ],
    ['flag: String @from(as: [PERSIAN_TEXT])', 'PERSIAN_TEXT reads string, but here stands int'],
    [
      'no: String @from(as: [PERSAIN_TEXT])',
      'there is no normaliser "PERSAIN_TEXT", did you mean "PERSIAN_TEXT"?',
    ],
    ['no: Float @from(as: [UTM_EASTING])', 'UTM_EASTING is for what is asked; it reads nothing'],
    ['a: String @from(path: "no", paths: ["no"])', 'write path or paths, not both'],
    ['a: String @from(paths: ["no", "phones"])', 'paths join single values only'],
    ['phones: [String] @from(split: ";")', 'split parts one text'],
    ['a: String @from(pth: "no")', '@from has no argument "pth", did you mean "path"?'],
    ['no: Wonder', 'there is no scalar Wonder'],
    ['a: Unit @call(operation: "unt")', 'system.json has no operation "unt", did you mean "unit"?'],
    ['a: Unit @call(operation: "unit", input: [{ to: "n", from: "no" }])', 'no "n" here'],
    [
      'a: Unit @call(operation: "unit", input: [{ to: "no", from: "nr" }])',
      'there is no argument or field "nr"',
    ],
    [
      'a: Unit @call(operation: "unit", input: [{ to: "no[x=1]", from: "no" }])',
      'is not a path of an input',
    ],
    [
      'a(b: Date): Unit @call(operation: "unit", input: [{ to: "no", from: "b", as: [MIXED_DATE] }])',
      'MIXED_DATE cannot be said backwards',
    ],
    [
      'a(b: String): Unit @call(operation: "files", input: [{ to: "no", from: "b" }], select: "files[]", batch: { max: 2, items: "keys", key: "no year" })',
      '1 inputs, 2 paths of keys',
    ],
  ])('%s', async (field, finding) => {
    const { found } = await compile(FIELD(field))
    expect(
      found.some((each) => each.includes(finding)),
      found.join('\n'),
    ).toBe(true)
    expect(found[0]).toMatch(/^3: /)
  })
})
