// What Apollo's and Hive's routers do with the same directives, case by case (their own test lists), and where this gateway
// is stricter.

import { describe, expect, test } from 'vitest'

import { ONE_ANSWER } from '../../../gateway/pipeline.ts'
import { ANONYMOUS, type Caller } from '../../../schema/caller.ts'
import type { AnswerError } from '../../../schema/context.ts'
import { callerWith, contextOf } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const at = (errors: readonly AnswerError[] = []) =>
  errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions?.['code'])}`)

const scoped = (...scopes: string[]): Caller => ({ ...callerWith([]), scopes: new Set(scopes) })

const a = {
  sdl: `
    type Query {
      open: String
      users: [User]
      me: User @authenticated
      must: User! @authenticated
      either: String @requiresScopes(scopes: [["read", "all"], ["admin"]])
      both: String @requiresScopes(scopes: [["read"]]) @policy(policies: [["trusted"]])
      found: [Found]
      scalar: Secret
      secrets: [Secret]
      level: Level
      nodes: [Node]
      later: Later
      accounts: [Account]
    }
    type Pet { name: String, age: Int }
    interface Account { handle: String, url: String, best: Pet }
    type Bird implements Account { handle: String @requiresScopes(scopes: [["bird"]]), url: String @authenticated, followers: Int, best: Pet @requiresScopes(scopes: [["bird"]]) }
    type Cat implements Account { handle: String @requiresScopes(scopes: [["cat"]]), url: String @authenticated, best: Pet }
    type Mutation { first: String, second: String @authenticated }
    scalar Secret @authenticated
    enum Level @authenticated { LOW HIGH }
    interface Node { id: ID!, note: String }
    type User implements Node @key(fields: "id") { id: ID!, note: String, name: String @shareable @requiresScopes(scopes: [["a"]]), phone: String @authenticated }
    type Vault implements Node @authenticated { id: ID!, note: String, gold: Int }
    union Found = User | Vault
    type Later { quick: String, slow: String @authenticated }`,
  resolvers: {
    Query: {
      open: () => 'o',
      users: () => [{ id: '1' }, { id: '2' }],
      me: () => ({ id: '1', phone: 'p' }),
      must: () => ({ id: '1' }),
      either: () => 'e',
      both: () => 'b',
      found: () => [
        { __typename: 'User', id: '1' },
        { __typename: 'Vault', id: 'v', gold: 1 },
      ],
      scalar: () => 's',
      secrets: () => ['s'],
      level: () => 'LOW',
      nodes: () => [
        { __typename: 'User', id: '1', note: 'u' },
        { __typename: 'Vault', id: 'v', note: 'v' },
      ],
      later: () => ({ quick: 'q', slow: 's' }),
      accounts: () => [
        { __typename: 'Bird', handle: 'b', url: 'bu', followers: 1 },
        { __typename: 'Cat', handle: 'c', url: 'cu', best: { name: 'n', age: 3 } },
      ],
    },
    Mutation: { first: () => 'done', second: () => 'done' },
    User: {
      __resolveReference: (one: object) => ({ phone: 'p', ...one }),
      name: () => 'n',
      phone: () => 'p',
    },
  },
}
const b = {
  sdl: `type User @key(fields: "id") { id: ID!, name: String @shareable @requiresScopes(scopes: [["b"]]), posts: [String] }`,
  resolvers: {
    User: { __resolveReference: (one: object) => one, name: () => 'n', posts: () => ['x'] },
  },
}

type Row = readonly [
  what: string,
  query: string,
  caller: Caller,
  data: unknown,
  errors: readonly string[],
]

const ROWS: readonly Row[] = [
  ['all of one alternative', '{ either }', scoped('read', 'all'), { either: 'e' }, []],
  ['the other alternative', '{ either }', scoped('admin'), { either: 'e' }, []],
  ['half of one alternative', '{ either }', scoped('read'), { either: null }, ['either FORBIDDEN']],
  ['scopes without the policy', '{ both }', scoped('read'), { both: null }, ['both FORBIDDEN']],
  [
    'demands of one of two subgraphs',
    '{ users { name } }',
    scoped('a'),
    { users: [{ name: null }, { name: null }] },
    ['users.0.name FORBIDDEN', 'users.1.name FORBIDDEN'],
  ],
  [
    'demands of both',
    '{ users { name } }',
    scoped('a', 'b'),
    { users: [{ name: 'n' }, { name: 'n' }] },
    [],
  ],
  ['an alias', '{ x: me { id } }', ANONYMOUS, { x: null }, ['x UNAUTHENTICATED']],
  [
    'aliases of one field',
    '{ users { one: phone two: phone id } }',
    ANONYMOUS,
    {
      users: [
        { one: null, two: null, id: '1' },
        { one: null, two: null, id: '2' },
      ],
    },
    [
      'users.0.one UNAUTHENTICATED',
      'users.0.two UNAUTHENTICATED',
      'users.1.one UNAUTHENTICATED',
      'users.1.two UNAUTHENTICATED',
    ],
  ],
  [
    'a named fragment',
    'query { users { ...F } } fragment F on User { phone }',
    ANONYMOUS,
    { users: [{ phone: null }, { phone: null }] },
    ['users.0.phone UNAUTHENTICATED', 'users.1.phone UNAUTHENTICATED'],
  ],
  [
    'a fragment in a fragment in what is denied',
    'query { me { ...F } open } fragment F on User { ...G } fragment G on User { id posts }',
    ANONYMOUS,
    { me: null, open: 'o' },
    ['me UNAUTHENTICATED'],
  ],
  [
    '@include that is false',
    'query($no: Boolean = false) { open me @include(if: $no) { id } }',
    ANONYMOUS,
    { open: 'o' },
    [],
  ],
  [
    '@skip that is true',
    '{ open ... @skip(if: true) { me { id } } }',
    ANONYMOUS,
    { open: 'o' },
    [],
  ],
  [
    '@include that is true',
    '{ open me @include(if: true) { id } }',
    ANONYMOUS,
    { open: 'o', me: null },
    ['me UNAUTHENTICATED'],
  ],
  ['a field that must be there', '{ open must { id } }', ANONYMOUS, null, ['must UNAUTHENTICATED']],
  [
    'a scalar',
    '{ scalar secrets open }',
    ANONYMOUS,
    { scalar: null, secrets: null, open: 'o' },
    ['scalar UNAUTHENTICATED', 'secrets UNAUTHENTICATED'],
  ],
  ['an enum', '{ level }', ANONYMOUS, { level: null }, ['level UNAUTHENTICATED']],
  [
    'a member of a union',
    '{ found { ... on User { id } ... on Vault { gold } } }',
    ANONYMOUS,
    { found: [{ id: '1' }, { gold: null }] },
    ['found.1.gold UNAUTHENTICATED'],
  ],
  [
    'type names of a union',
    '{ found { __typename } }',
    ANONYMOUS,
    { found: [{ __typename: 'User' }, { __typename: 'Vault' }] },
    [],
  ],
  [
    'a field of an interface with one scope of two',
    '{ accounts { __typename handle } }',
    scoped('cat'),
    {
      accounts: [
        { __typename: 'Bird', handle: null },
        { __typename: 'Cat', handle: null },
      ],
    },
    ['accounts.0.handle FORBIDDEN', 'accounts.1.handle FORBIDDEN'],
  ],
  [
    'a field of an interface with both scopes',
    '{ accounts { handle url } }',
    scoped('cat', 'bird'),
    {
      accounts: [
        { handle: 'b', url: 'bu' },
        { handle: 'c', url: 'cu' },
      ],
    },
    [],
  ],
  [
    'fragments on both types with the scope of one',
    '{ accounts { ... on Cat { handle } ... on Bird { handle } } }',
    scoped('cat'),
    { accounts: [{ handle: null }, { handle: 'c' }] },
    ['accounts.0.handle FORBIDDEN'],
  ],
  [
    'a free field of one type',
    '{ accounts { ... on Bird { followers } } }',
    ANONYMOUS,
    { accounts: [{ followers: 1 }, {}] },
    [],
  ],
  [
    'what is asked below a denied field of an interface and an allowed one of a type',
    '{ accounts { best { name age } ... on Cat { best { name } } } }',
    scoped('cat'),
    { accounts: [{ best: null }, { best: { name: 'n', age: null } }] },
    ['accounts.0.best FORBIDDEN', 'accounts.1.best.age FORBIDDEN'],
  ],
  [
    'the same by fragments',
    'query { accounts { best { ...A } ... on Cat { best { name } } } } fragment A on Pet { name ...B } fragment B on Pet { age }',
    scoped('cat'),
    { accounts: [{ best: null }, { best: { name: 'n', age: null } }] },
    ['accounts.0.best FORBIDDEN', 'accounts.1.best.age FORBIDDEN'],
  ],
  [
    'a fragment that is spread at both',
    'query { accounts { best { ...A } ... on Cat { best { ...A } } } } fragment A on Pet { name age }',
    scoped('cat'),
    { accounts: [{ best: null }, { best: { name: 'n', age: 3 } }] },
    ['accounts.0.best FORBIDDEN'],
  ],
  // Composition says at an interface what the types behind it demand of themselves.
  [
    'an interface of which one type is denied',
    '{ nodes { note } open }',
    ANONYMOUS,
    { nodes: null, open: 'o' },
    ['nodes UNAUTHENTICATED'],
  ],
  [
    'a fragment does not narrow that',
    '{ nodes { ... on User { note } } }',
    ANONYMOUS,
    { nodes: null },
    ['nodes UNAUTHENTICATED'],
  ],
  [
    'the signed-in read it',
    '{ nodes { note } }',
    callerWith([]),
    { nodes: [{ note: 'u' }, { note: 'v' }] },
    [],
  ],
  [
    'a mutation of which one field is denied',
    'mutation { first second }',
    ANONYMOUS,
    { first: 'done', second: null },
    ['second UNAUTHENTICATED'],
  ],
  [
    'introspection beside it',
    '{ __schema { queryType { name } } me { id } }',
    ANONYMOUS,
    { __schema: { queryType: { name: 'Query' } }, me: null },
    ['me UNAUTHENTICATED'],
  ],
]

onBothEngines((make) => {
  test.each(ROWS)('%s', async (...[, query, caller, data, errors]) => {
    const answer = await make({ a, b }).ask(query, { caller })
    expect(answer.data).toEqual(data)
    expect(at(answer.errors)).toEqual(errors)
  })

  test('a deferred part that is denied is null when it comes', async () => {
    const { engine, sent } = make({ a, b })
    const query = '{ later { quick ... @defer { slow } } }'
    const accepts = { ...ONE_ANSWER, later: true }
    const { answer, later } = await engine.run({ query }, contextOf(engine), false, accepts)
    const parts = await Array.fromAsync(later ?? [])
    const errors = [...(answer?.errors ?? []), ...parts.flatMap((part) => part.errors ?? [])]
    expect(at(errors)).toEqual(['later.slow UNAUTHENTICATED'])
    expect(JSON.stringify([answer, parts])).toContain('"quick":"q"')
    expect(JSON.stringify([answer, parts])).not.toContain('"slow":"s"')
    expect(sent).toHaveLength(1)
  })

  test('what is left of a whole subgraph’s fields is not asked of it', async () => {
    const { ask, sent } = make({ a, b })
    await ask('{ me { id posts name } }')
    expect(sent).toEqual([])
  })

  test('keys are fetched even if their holder may not read them', async () => {
    const keyed = {
      sdl: 'type Query { k: Keyed } type Keyed @key(fields: "secretId") { secretId: ID! @policy(policies: [["staff"]]), open: Int }',
      resolvers: { Query: { k: () => ({ secretId: '7', open: 1 }) } },
    }
    const more = {
      sdl: 'type Keyed @key(fields: "secretId") { secretId: ID!, more: String }',
      resolvers: { Keyed: { __resolveReference: (one: object) => one, more: () => 'm' } },
    }
    const { data, errors } = await make({ keyed, more }).ask('{ k { open more } }')
    expect(data).toEqual({ k: { open: 1, more: 'm' } })
    expect(errors).toBeUndefined()
  })

  describe('refusing whole operations', () => {
    test('nothing is executed and every path is told', async () => {
      const { ask, sent } = make({ a, b }, { rejects: true })
      const query =
        'query($no: Boolean!) { open users { x: phone ...F } me @include(if: $no) { id } } fragment F on User { posts name }'
      const answer = await ask(query, { variables: { no: false } })
      expect(answer.data).toBeUndefined()
      expect(at(answer.errors)).toEqual(['users.x UNAUTHENTICATED', 'users.name UNAUTHENTICATED'])
      expect(sent).toEqual([])
    })

    test('what is skipped is not asked', async () => {
      const { ask } = make({ a, b }, { rejects: true })
      const query = 'query($no: Boolean!) { open me @include(if: $no) { id } }'
      expect(await ask(query, { variables: { no: false } })).toEqual({ data: { open: 'o' } })
      expect((await ask(query, { variables: { no: true } })).data).toBeUndefined()
    })

    test('our own documents are filtered', async () => {
      const { engine } = make({ a, b }, { rejects: true })
      const context = { requestId: 'r', traceparent: '', caller: ANONYMOUS, provenance: false }
      const signal = new AbortController().signal
      const own = { ...context, signal, ask: engine.ask }
      const { data } = await engine.ask('{ open me { id } }', {}, own)
      expect(data).toEqual({ open: 'o', me: null })
    })
  })
})
