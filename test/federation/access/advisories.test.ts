// Ways past access directives that were published for other gateways, each tried here.

import { parse } from 'graphql'
import { describe, expect, test } from 'vitest'

import { checkSupergraph } from '../../../schema/compose/check-supergraph.ts'
import { callerWith, federate } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const codes = (errors: readonly { path?: unknown; extensions?: object | undefined }[] = []) =>
  errors.map(({ path, extensions }) => [path, extensions && Reflect.get(extensions, 'code')])

const secrets = {
  sdl: `type Query { open: String, secret: String @policy(policies: [["staff"]]), owned: Owned }
    type Owned @key(fields: "id") { id: ID!, hidden: String @policy(policies: [["staff"]]), plain: String }`,
  resolvers: {
    Query: { open: () => 'o', secret: () => 's', owned: () => ({ id: '1' }) },
    Owned: { __resolveReference: (one: object) => one, hidden: () => 'h', plain: () => 'p' },
  },
}

/** A composition that does not compare what fields demand: the demand is taken from what brings it along. */
function withoutDemandOf(field: string, supergraph: string): string {
  return supergraph
    .split('\n')
    .map((line) =>
      line.trimStart().startsWith(`${field}:`) ? line.replace(/ ?@policy\(.*?\]\]\)/, '') : line,
    )
    .join('\n')
}

const derivedFreely = (sdl: string) => withoutDemandOf('derived', sdl)

/** An older composition says the demand at the interface alone. */
const saidAtInterface = (sdl: string) =>
  sdl.replaceAll(
    /note: String @policy\(policies: \[\["staff"\]\]\) @join__field\b(?!\()/g,
    'note: String @join__field',
  )

const define = (repeatable: string) => `
    directive @assurance(acr: String!, maxAge: Int) ${repeatable} on FIELD_DEFINITION | OBJECT
    directive @subject(field: String!) repeatable on OBJECT\n`

const linked = 'https://specs.apollo.dev/policy/v0.1"'
const renamings: readonly (readonly [string, string, string])[] = [
  ['by as', `${linked}, as: "guard"`, '@guard'],
  ['by import', `${linked}, import: [{ name: "@policy", as: "@only" }]`, '@only'],
  ['by import under a prefix', `${linked}, as: "guard", import: ["@policy"]`, '@policy'],
]

onBothEngines((make) => {
  describe('GHSA-g8jh-vg5j-4h3f, CVE-2025-64347: renamed directives', () => {
    test.each(renamings)('a directive renamed %s is the same', async (_, link, name) => {
      const { ask, sent } = make(
        { secrets },
        {
          altered: (sdl) =>
            sdl
              .replace(linked, link)
              .replaceAll(
                'policy__Policy',
                `${link.includes('as: "guard"') ? 'guard' : 'policy'}__Policy`,
              )
              .replaceAll('@policy(', `${name}(`),
        },
      )
      const { data, errors } = await ask('{ open secret }', { caller: callerWith(['citizen']) })
      expect(data).toEqual({ open: 'o', secret: null })
      expect(codes(errors)).toEqual([[['secret'], 'FORBIDDEN']])
      expect(sent).toHaveLength(1)
    })
  })

  describe('GHSA-m8jr-fxqx-8xx6: demands of what a field brings along', () => {
    const derived = {
      sdl: `type Owned @key(fields: "id") { id: ID!, hidden: String @external,
        derived: String @requires(fields: "hidden") @policy(policies: [["staff"]]) }`,
      resolvers: {
        Owned: {
          __resolveReference: (one: object) => one,
          derived: ({ hidden }: { hidden: string }) => `from ${hidden}`,
        },
      },
    }

    test('a field that requires a denied one is denied, whatever it says itself', async () => {
      const { ask, supergraph, sent } = make({ secrets, derived }, { altered: derivedFreely })
      expect(/derived.*@policy/.test(supergraph)).toBe(false)
      const { data, errors } = await ask('{ owned { derived } }', {
        caller: callerWith(['citizen']),
      })
      expect(data).toEqual({ owned: { derived: null } })
      expect(codes(errors)).toEqual([[['owned', 'derived'], 'FORBIDDEN']])
      expect(sent.map(({ subgraph }) => subgraph)).toEqual(['secrets'])
      const staff = await ask('{ owned { derived } }', { caller: callerWith(['staff'], 'staff') })
      expect(staff.data).toEqual({ owned: { derived: 'from h' } })
    })
  })

  describe('CVE-2025-64530: demands behind an interface', () => {
    const holders = {
      sdl: `type Query { holders: [Holder], person: Person }
        interface Holder @key(fields: "id") { id: ID! }
        type Person implements Holder @key(fields: "id") { id: ID! }
        type Company implements Holder @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          holders: () => [{ __typename: 'Person', id: '1' }],
          person: () => ({ id: '1' }),
        },
        Person: { __resolveReference: (one: object) => one },
        Company: { __resolveReference: (one: object) => one },
        Holder: { __resolveReference: (one: object) => ({ __typename: 'Person', ...one }) },
      },
    }
    const notes = {
      sdl: `type Holder @interfaceObject @key(fields: "id") { id: ID!, note: String @policy(policies: [["staff"]]) }`,
      resolvers: { Holder: { __resolveReference: (one: object) => one, note: () => 'n' } },
    }

    test.each([
      ['the interface', '{ holders { note } }', { holders: [{ note: null }] }],
      ['a fragment', '{ holders { ... on Person { note } } }', { holders: [{ note: null }] }],
      ['the type itself', '{ person { note } }', { person: { note: null } }],
    ])('a field of an interface object is not reached by %s', async (_, query, expected) => {
      const { ask, sent, supergraph } = make({ holders, notes }, { altered: saidAtInterface })
      expect(supergraph.match(/note: String.*@policy/g)).toHaveLength(1)
      const { data, errors } = await ask(query, { caller: callerWith(['citizen']) })
      expect(data).toEqual(expected)
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      expect(sent.map(({ subgraph }) => subgraph)).toEqual(['holders'])
    })
  })

  describe('CVE-2026-32621: names of what every object has', () => {
    test('aliases and variables with such names deny and answer like any other', async () => {
      const { ask } = make({ secrets })
      const query =
        'query($constructor: Boolean!, $valueOf: Boolean!) { __proto__: secret constructor: secret toString: open hasOwnProperty: secret @include(if: $constructor) valueOf: open @include(if: $valueOf) }'
      const { data, errors } = await ask(query, {
        caller: callerWith(['citizen']),
        variables: JSON.parse('{"constructor": true, "valueOf": true}'),
      })
      expect(Object.entries(data ?? {})).toEqual([
        ['__proto__', null],
        ['constructor', null],
        ['toString', 'o'],
        ['hasOwnProperty', null],
        ['valueOf', 'o'],
      ])
      expect(codes(errors)).toHaveLength(3)
      expect(Object.prototype).not.toHaveProperty('secret')
    })

    test('roles and scopes with such names are nobody’s', async () => {
      const { ask } = make({
        odd: {
          sdl: `type Query { a: Int @policy(policies: [["__proto__"], ["constructor"]]), b: Int @requiresScopes(scopes: [["toString"]]) }`,
          resolvers: { Query: { a: () => 1, b: () => 2 } },
        },
      })
      const { data } = await ask('{ a b }', { caller: callerWith(['citizen']) })
      expect(data).toEqual({ a: null, b: null })
    })
  })

  describe('plans and answers of others', () => {
    test('one text is planned for each set of rights, in whatever order they come', async () => {
      const { ask, sent } = make({ secrets })
      const staff = callerWith(['staff'], 'staff')
      const asked = [callerWith([]), staff, callerWith(['citizen']), staff]
      for (const caller of asked) {
        const { data } = await ask('{ secret }', { caller })
        expect(data).toEqual({ secret: caller === staff ? 's' : null })
      }
      expect(sent).toHaveLength(2)
    })

    test('a document that is sent as filtered has its own rights', async () => {
      const { ask } = make({ secrets })
      await ask('{ open secret }', { caller: callerWith([]) })
      const { data } = await ask('{ open }', { caller: callerWith(['staff'], 'staff') })
      expect(data).toEqual({ open: 'o' })
    })
  })
})

describe('a demand that nobody can read stops the start', () => {
  const { supergraph } = federate({ secrets })
  const house =
    '@link(url: "https://specs.panjareh.example/access/v0.1", import: ["@assurance", "@purpose", "@subject"])'

  test.each<[string, (sdl: string) => string, RegExp]>([
    [
      'another version of policy, even without a purpose',
      (sdl) => sdl.replace('policy/v0.1", for: SECURITY', 'policy/v0.9"'),
      /policy\/v0\.9/,
    ],
    [
      'another version of ours',
      (sdl) => sdl.replace('schema\n', `schema ${house.replace('v0.1', 'v0.2')}\n`),
      /access\/v0\.2/,
    ],
    [
      'an unknown feature for security',
      (sdl) =>
        sdl.replace(
          'schema\n',
          'schema @link(url: "https://specs.other.example/may/v1.0", for: SECURITY)\n',
        ),
      /may\/v1\.0/,
    ],
  ])('%s', (_, alter, told) => {
    expect(checkSupergraph(supergraph)).toEqual([])
    expect(checkSupergraph(alter(supergraph)).join('\n')).toMatch(told)
    expect(() => federate({ secrets }, 'hive', { altered: alter })).toThrow(told)
  })

  const apply =
    (demand: string, link = house, repeatable = 'repeatable') =>
    (sdl: string) =>
      `${sdl.replace('schema\n', `schema ${link}\n`).replace('  open: String', `  open: String ${demand}`)}${define(repeatable)}`

  test.each<[string, (sdl: string) => string, RegExp]>([
    ['an unknown level', apply('@assurance(acr: "top")'), /Query\.open.*"top"/],
    ['an age that is none', apply('@assurance(acr: "low", maxAge: -1)'), /maxAge/],
    ['a directive that nobody links', apply('@assurance(acr: "low")', ''), /no @link/],
    [
      'one that is not repeatable',
      apply('@assurance(acr: "low")', house, ''),
      /@assurance must be defined repeatable/,
    ],
    [
      'a subject that a key does not name',
      (sdl) => apply('')(sdl).replace('type Owned\n', 'type Owned @subject(field: "plain")\n'),
      /Owned: the key "id" must name "plain"/,
    ],
    [
      'a subject that is no field',
      (sdl) => apply('')(sdl).replace('type Owned\n', 'type Owned @subject(field: "none")\n'),
      /Owned: @subject names "none"/,
    ],
  ])('%s', (_, alter, told) => {
    expect(() => parse(alter(supergraph))).not.toThrow()
    expect(() => federate({ secrets }, 'hive', { altered: alter })).toThrow(told)
  })
})
