import { parse } from 'graphql'
import { describe, expect, test } from 'vitest'

import type { Contract, Shape, Tree, Value } from '../../../adapters/adapter.ts'
import { toItems } from '../../../adapters/mapping/paths.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import { isTree } from '../../../adapters/tree.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import { toComposable } from '../../../schema/compose/composable.ts'
import type { Answer, RequestContext } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import { compileMapping } from '../../../subgraphs/compile/compile-mapping.ts'
import { loadVocabulary } from '../../../subgraphs/compile/vocabulary.ts'
import { compileResolver } from '../../../subgraphs/resolve/resolve.ts'

const KAVEH = '0004120371'
const SARA = '9924022343'
const ASKED = '1970-01-01T00:00:01.000Z'

const text: Shape = { kind: 'scalar', type: 'string' }
const exact: Shape = { kind: 'scalar', type: 'exact' }
const object = (fields: Record<string, Shape>): Shape => ({
  kind: 'object',
  fields: new Map(Object.entries(fields)),
})
const list = (of: Shape): Shape => ({ kind: 'list', of })

const CONTRACT: Contract = {
  operations: new Map(
    [
      {
        name: 'person',
        input: object({ nin: exact }),
        output: object({ person: object({ nin: exact, name: text, born: text, post: text }) }),
      },
      {
        name: 'plots',
        input: object({ id: text, from: text }),
        output: object({ plots: list(object({ no: text, share: text, owners: list(text) })) }),
      },
      {
        name: 'addresses',
        input: object({ codes: list(object({ code: text })) }),
        output: object({ rows: list(object({ code: text, city: text })) }),
      },
      { name: 'rename', input: object({ name: text }), output: object({ name: text }) },
    ].map((operation) => [operation.name, operation]),
  ),
}

const SCHEMA = `
type Query {
  plotsOf(id: NationalId!): [Plot!] @call(operation: "plots", input: [{ to: "id", from: "id" }], select: "plots[]")
  personOf(nationalId: NationalId!): Person
    @call(operation: "person", input: [{ to: "nin", from: "nationalId", as: [NATIONAL_ID] }], select: "person")
}
type Mutation {
  rename(name: String!): Renamed @call(operation: "rename", input: [{ to: "name", from: "name" }])
}
type Renamed { name: String }
type Person @key(fields: "nationalId") @subject(field: "nationalId")
  @call(operation: "person", input: [{ to: "nin", from: "nationalId", as: [NATIONAL_ID] }], select: "person") {
  nationalId: NationalId! @from(path: "nin", as: [NATIONAL_ID])
  name: String @from(as: [PERSIAN_TEXT])
  born: Date @from(as: [EMPTY, JALALI_SLASHED])
  home: Address @from(path: "post")
  plots(from: Date): [Plot!]
    @call(
      operation: "plots"
      input: [{ to: "id", from: "nationalId" }, { to: "from", from: "from", as: [JALALI_SLASHED] }]
      select: "plots[]"
    )
}
type Plot {
  no: String!
  share: Decimal @from(as: [DANG_TEXT])
  owners: [String!]
}
type Address @key(fields: "postCode", resolvable: false) {
  postCode: PostCode! @from(path: ".", as: [POST_CODE])
}
type Street @key(fields: "postCode")
  @call(
    operation: "addresses"
    input: [{ to: "code", from: "postCode" }]
    select: "rows[]"
    batch: { max: 2, items: "codes", key: "code", as: [POST_CODE] }
  ) {
  postCode: PostCode!
  city: String
}
`

const SETTINGS: SystemSettings = {
  name: { fa: 'آزمون', en: 'test' },
  agency: { code: 'T', fa: 'آزمون', en: 'test' },
  protocol: 'rest',
  contract: 'c.json',
  address: 'T_URL',
  auth: [],
  quirks: {},
  limits: { timeout: '1s', concurrency: 1, queue: 0, reply: '1KB' },
  breaker: { failures: 1, halfOpenAfter: '1s' },
  retries: 0,
  maintenance: [],
  operations: {
    person: { kind: 'query' },
    plots: { kind: 'query' },
    addresses: { kind: 'query' },
    rename: { kind: 'mutation' },
  },
}

type Handler = (input: Tree) => Tree | Promise<Tree>

/** A subgraph over handlers by operation; `calls` are what reached them. */
async function serve(handlers: Record<string, Handler>) {
  const document = parse(SCHEMA)
  const found: string[] = []
  const mapping = compileMapping({
    document,
    contract: CONTRACT,
    settings: SETTINGS,
    vocabulary: await loadVocabulary(),
    report: (_node, message) => found.push(message),
  })
  expect(found).toEqual([])
  const calls: [string, Tree][] = []
  const logged: string[] = []
  const note = (_: unknown, message: string) => logged.push(message)
  const execute = compileResolver({
    system: 'test-system',
    document: parse(toComposable(document)),
    mapping,
    log: { info: note, warn: note, error: note },
    adapter: {
      call: async (operation, input) => {
        calls.push([operation, input])
        return { value: (await handlers[operation]?.(input)) ?? {}, at: 1_000 }
      },
    },
  })
  const ask = (
    query: string,
    variables: Record<string, unknown> = {},
    context: RequestContext = toContext(),
  ): Promise<Answer> => execute({ document: parse(query), variables, context })
  return { ask, calls, logged }
}

const AGENCY: Caller = { ...ANONYMOUS, kind: 'agency' }
const citizen = (nationalId: string): Caller => ({ ...ANONYMOUS, kind: 'citizen', nationalId })

function toContext(caller: Caller = AGENCY, provenance = false): RequestContext {
  return {
    requestId: 'request-1',
    traceparent: '',
    caller,
    provenance,
    signal: new AbortController().signal,
    ask: async () => ({}),
  }
}

const person = (fields: string, ids: readonly string[] = [KAVEH]): string =>
  `{ _entities(representations: [${ids.map((id) => `{ __typename: "Person", nationalId: "${id}" }`).join(', ')}]) { ... on Person { ${fields} } } }`

const RECORD = { nin: '4120371', name: 'كاوه', born: '1365/4/17', post: '15936-01044' }
const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions?.['code'])
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('an entity', () => {
  test('is fetched once for all of its fields and its aliases', async () => {
    const { ask, calls } = await serve({ person: () => ({ person: RECORD }) })
    const answer = await ask(person('nationalId name again: name born home { postCode }'))
    expect(plain(answer)).toEqual({
      data: {
        _entities: [
          {
            nationalId: KAVEH,
            name: 'کاوه',
            again: 'کاوه',
            born: '1986-07-08',
            home: { postCode: '1593601044' },
          },
        ],
      },
    })
    expect(calls).toEqual([['person', { nin: '4120371' }]])
  })

  test('costs no call while only its key is asked', async () => {
    const { ask, calls } = await serve({})
    expect((await ask(person('nationalId __typename'))).errors).toBeUndefined()
    expect(calls).toEqual([])
  })

  test('without a record has null fields, and one without a key is null', async () => {
    const { ask } = await serve({ person: () => ({}), plots: () => ({}) })
    const { data, errors } = await ask(person('name home { postCode } plots { no }'))
    expect(errors).toBeUndefined()
    expect(plain(data)).toEqual({ _entities: [{ name: null, home: null, plots: [] }] })
    const other = await serve({ person: () => ({ person: { nin: '4120371', post: null } }) })
    expect(plain((await other.ask(person('home { postCode }'))).data)).toEqual({
      _entities: [{ home: null }],
    })
  })

  test('that answers another key is refused', async () => {
    const { ask } = await serve({ person: () => ({ person: { ...RECORD, nin: '9924022343' } }) })
    const answer = await ask(person('name'))
    expect(codes(answer)).toEqual(['SYSTEM_REPLY_INVALID'])
    expect(plain(answer.data)).toEqual({ _entities: [{ name: null }] })
  })

  test('with a key that is none is refused without its neighbours or an echo', async () => {
    const { ask, calls } = await serve({ person: () => ({ person: RECORD }) })
    const answer = await ask(person('name', ['0004120372', KAVEH]))
    expect(codes(answer)).toEqual(['INPUT_REJECTED'])
    expect(plain(answer.data)).toEqual({ _entities: [null, { name: 'کاوه' }] })
    expect(JSON.stringify(answer.errors)).not.toContain('0004120372')
    expect(calls).toHaveLength(1)
  })
})

const plots: Handler = () => ({ plots: [{ no: '7', share: 'سه دانگ', owners: ['الف', 'ب'] }] })

describe('a field with its own call', () => {
  test('is called only when asked, with arguments in the words of the system', async () => {
    const { ask, calls } = await serve({ plots })
    const answer = await ask(person('plots(from: "2017-11-28") { no share owners }'))
    expect(plain(answer.data)).toEqual({
      _entities: [{ plots: [{ no: '7', share: '3', owners: ['الف', 'ب'] }] }],
    })
    expect(calls).toEqual([['plots', { id: KAVEH, from: '1396/09/07' }]])
  })

  test('asked twice alike is called once, in one fetch or two of the same request', async () => {
    const { ask, calls } = await serve({ plots })
    const context = toContext()
    await ask(
      person('plots { no } b: plots { no } c: plots(from: "2017-11-28") { no }'),
      {},
      context,
    )
    await ask(person('plots { share }'), {}, context)
    expect(calls).toHaveLength(2)
    // Tracing gives each fetch a copy of the context with a traceparent of its own.
    await ask(person('plots { share }'), {}, { ...context, traceparent: '00-a-b-01' })
    expect(calls).toHaveLength(2)
    await ask(person('plots { share }'), {}, toContext())
    expect(calls).toHaveLength(3)
  })

  test('whose list is absent in a reply is empty', async () => {
    const { ask } = await serve({ plots: () => ({ other: 1 }) })
    expect(plain((await ask(person('plots { no }'))).data)).toEqual({ _entities: [{ plots: [] }] })
  })

  test.each<[string, Value]>([
    ['a required value that is absent', [{ share: 'سه دانگ' }]],
    ['an empty record in the list', [null]],
    ['text where records are', ['text']],
  ])('is null with SYSTEM_REPLY_INVALID for %s', async (_, value) => {
    const { ask } = await serve({ plots: () => ({ plots: value }) })
    const answer = await ask(person('plots { no }'))
    expect(codes(answer)).toEqual(['SYSTEM_REPLY_INVALID'])
    expect(plain(answer.data)).toEqual({ _entities: [{ plots: null }] })
  })

  test('stands under Query and Mutation too; a mutation is never joined', async () => {
    const { ask, calls } = await serve({ plots, rename: ({ name }) => ({ name: name ?? null }) })
    const read = await ask(`{ plotsOf(id: "${KAVEH}") { no } }`)
    expect(plain(read.data)).toEqual({ plotsOf: [{ no: '7' }] })
    const written = await ask(
      'mutation { a: rename(name: "x") { name } b: rename(name: "x") { name } }',
    )
    expect(plain(written.data)).toEqual({ a: { name: 'x' }, b: { name: 'x' } })
    expect(calls.filter(([name]) => name === 'rename')).toHaveLength(2)
  })
})

const street = (ids: readonly string[]): string =>
  `{ _entities(representations: [${ids.map((id) => `{ __typename: "Street", postCode: "${id}" }`).join(', ')}]) { ... on Street { postCode city } } }`

describe('a batch', () => {
  const [A, B, C] = ['1593601044', '8143601045', '6134601065'] as const

  test('gathers keys up to its size, equal keys once, and matches answers by key', async () => {
    const { ask, calls } = await serve({
      addresses: ({ codes: asked }) => ({
        rows: toItems(asked ?? null)
          .map((item) => (isTree(item) && typeof item['code'] === 'string' ? item['code'] : ''))
          .toReversed()
          .map((code) => ({ code: `${code.slice(0, 5)}-${code.slice(5)}`, city: `c${code}` })),
      }),
    })
    const answer = await ask(street([A, B, A, C]))
    expect(plain(answer.data)).toEqual({
      _entities: [A, B, A, C].map((postCode) => ({ postCode, city: `c${postCode}` })),
    })
    expect(calls).toEqual([
      ['addresses', { codes: [{ code: A }, { code: B }] }],
      ['addresses', { codes: [{ code: C }] }],
    ])
  })

  test('without a record for a key is an error of that key alone', async () => {
    const { ask } = await serve({ addresses: () => ({ rows: [{ code: B, city: 'x' }] }) })
    const answer = await ask(street([A, B]))
    expect(answer.errors).toMatchObject([
      { path: ['_entities', 0, 'city'], extensions: { code: 'SYSTEM_REPLY_INVALID' } },
    ])
    expect(plain(answer.data)).toEqual({
      _entities: [
        { postCode: A, city: null },
        { postCode: B, city: 'x' },
      ],
    })
  })

  test('whose reply says that there is no record gives null to every key', async () => {
    const { ask } = await serve({ addresses: () => ({}) })
    const answer = await ask(street([A, B]))
    expect(answer.errors).toBeUndefined()
    expect(plain(answer.data)).toEqual({
      _entities: [A, B].map((postCode) => ({ postCode, city: null })),
    })
  })

  test.each<[string, Value]>([
    ['nobody asked for', [{ code: C, city: 'x' }]],
    [
      'given twice',
      [
        { code: A, city: 'x' },
        { code: A, city: 'y' },
      ],
    ],
    ['without key', [{ city: 'x' }]],
  ])('refuses an answer %s', async (_, rows) => {
    const { ask } = await serve({ addresses: () => ({ rows }) })
    expect(codes(await ask(street([A])))).toEqual(['SYSTEM_REPLY_INVALID'])
  })
})

describe('the subject', () => {
  const handlers = { person: () => ({ person: RECORD }) }

  test('is reached by the person, by agencies and by staff', async () => {
    for (const caller of [citizen(KAVEH), AGENCY, { ...ANONYMOUS, kind: 'staff' as const }]) {
      const { ask } = await serve(handlers)
      expect((await ask(person('name'), {}, toContext(caller))).errors).toBeUndefined()
    }
  })

  test.each([
    ['another citizen', citizen(SARA), 'FORBIDDEN'],
    ['a citizen without national id', { ...ANONYMOUS, kind: 'citizen' } as const, 'FORBIDDEN'],
    ['nobody', ANONYMOUS, 'UNAUTHENTICATED'],
  ])('is closed to %s before any call', async (_, caller, code) => {
    const { ask, calls } = await serve(handlers)
    const byKey = await ask(person('nationalId name'), {}, toContext(caller))
    expect(codes(byKey)).toEqual([code])
    expect(plain(byKey.data)).toEqual({ _entities: [null] })
    const byField = await ask(
      `{ personOf(nationalId: "${KAVEH}") { name } }`,
      {},
      toContext(caller),
    )
    expect(codes(byField)).toEqual([code])
    expect(calls).toEqual([])
  })
})

describe('errors', () => {
  test("a system's fault nulls its own fields and says only what is public", async () => {
    const { ask } = await serve({
      person: () => {
        throw new SystemError('SYSTEM_MAINTENANCE', 'test-system', {
          operation: 'person',
          until: '2026-11-22T01:30:00Z',
          detail: { secret: 'x' },
        })
      },
      plots: () => ({ plots: [] }),
    })
    const answer = await ask(person('name plots { no }'))
    expect(plain(answer)).toEqual({
      data: { _entities: [{ name: null, plots: [] }] },
      errors: [
        {
          message: 'The system is in its maintenance window.',
          path: ['_entities', 0, 'name'],
          extensions: {
            code: 'SYSTEM_MAINTENANCE',
            system: 'test-system',
            operation: 'person',
            until: '2026-11-22T01:30:00Z',
            retryable: true,
            reference: 'request-1',
          },
        },
      ],
    })
  })

  test('a value that is not of its field is no guess', async () => {
    const { ask } = await serve({ person: () => ({ person: { ...RECORD, born: '1365/13/17' } }) })
    const answer = await ask(person('born name'))
    expect(codes(answer)).toEqual(['SYSTEM_REPLY_INVALID'])
    expect(plain(answer.data)).toEqual({ _entities: [{ born: null, name: 'کاوه' }] })
    expect(JSON.stringify(answer.errors)).not.toContain('1365')
  })

  test('a bug is INTERNAL, with a log line and without its message', async () => {
    const { ask, logged } = await serve({
      person: () => {
        throw new TypeError('secret 0004120371')
      },
    })
    const answer = await ask(person('name'))
    expect(codes(answer)).toEqual(['INTERNAL'])
    expect(JSON.stringify(answer.errors)).not.toContain('secret')
    expect(logged).toEqual(['a resolver failed'])
  })

  test.each([
    [
      'variable',
      'INPUT_REJECTED',
      'query($id: NationalId!) { plotsOf(id: $id) { no } }',
      { id: '0004120372' },
    ],
    ['literal', 'OPERATION_INVALID', '{ plotsOf(id: "0004120372") { no } }', {}],
  ])('a bad %s is %s without an echo', async (_, code, query, variables) => {
    const { ask, calls } = await serve({})
    const answer = await ask(query, variables)
    expect(codes(answer)).toEqual([code])
    expect(JSON.stringify(answer)).not.toContain('0004120372')
    expect(calls).toEqual([])
  })
})

describe('provenance', () => {
  const handlers = {
    person: () => ({ person: { ...RECORD, name: 'کاوه' } }),
    plots: () => ({ plots: [{ no: '7', share: 'سه دانگ' }] }),
  }

  test('says for each value where it came from, when, and what changed it', async () => {
    const { ask } = await serve(handlers)
    const query = person('nationalId n: name born home { postCode } plots { share }')
    const { extensions } = await ask(query, {}, toContext(AGENCY, true))
    const origin = { system: 'test-system', operation: 'person', fetchedAt: ASKED }
    expect(extensions?.provenance).toHaveLength(4)
    expect(new Set(extensions?.provenance)).toEqual(
      new Set([
        { ...origin, path: ['_entities', 0, 'n'], normalisations: [] },
        { ...origin, path: ['_entities', 0, 'born'], normalisations: ['JALALI_SLASHED'] },
        { ...origin, path: ['_entities', 0, 'home', 'postCode'], normalisations: ['POST_CODE'] },
        {
          ...origin,
          operation: 'plots',
          path: ['_entities', 0, 'plots', 0, 'share'],
          normalisations: ['DANG_TEXT'],
        },
      ]),
    )
  })

  test('is absent when nobody asked', async () => {
    const { ask } = await serve(handlers)
    expect(await ask(person('name'))).not.toHaveProperty('extensions')
  })
})
