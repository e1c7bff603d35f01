import { expect, test } from 'vitest'

import { callerWith } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const people = {
  sdl: `
    type Query {
      me: Person @policy(policies: [["citizen"]])
      holders: [Holder]
      open: String
      account: Account
      flags: Strict
    }
    interface Holder { id: ID!, note: String }
    type Person implements Holder @key(fields: "id") { id: ID!, note: String, name: String @policy(policies: [["citizen"], ["agency", "inquiry:identity"]]) }
    type Company implements Holder @key(fields: "id") { id: ID!, note: String @policy(policies: [["staff"]]) }
    type Account @policy(policies: [["staff"]]) { iban: String }
    type Strict { must: Int! @authenticated, may: Int }`,
  resolvers: {
    Query: {
      me: () => ({ id: '1', name: 'Sara' }),
      open: () => 'open',
      account: () => ({ iban: 'IR' }),
      flags: () => ({ must: 1, may: 2 }),
      holders: () => [
        { __typename: 'Person', id: '1', note: 'p', name: 'Sara' },
        { __typename: 'Company', id: '2', note: 'c' },
      ],
    },
  },
}
const deeds = {
  sdl: 'type Person @key(fields: "id") { id: ID!, deeds: [String] @policy(policies: [["inquiry:deed"]]) }',
  resolvers: { Person: { __resolveReference: (one: object) => one, deeds: () => ['d'] } },
}

const at = (
  errors: readonly {
    path?: unknown
    extensions?: Readonly<Record<string, unknown>> | undefined
  }[] = [],
) => errors.map(({ path, extensions }) => [path, extensions?.['code']])

onBothEngines((federate) => {
  test('answers null with a code for what the caller may not read and does not call its subgraph', async () => {
    const { ask, sent } = federate({ people, deeds })
    const { data, errors } = await ask('{ me { name deeds } open }', {
      caller: callerWith(['citizen']),
    })
    expect(data).toEqual({ me: { name: 'Sara', deeds: null }, open: 'open' })
    expect(at(errors)).toEqual([[['me', 'deeds'], 'FORBIDDEN']])
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['people'])
  })

  test('tells an anonymous caller to sign in', async () => {
    const { ask, sent } = federate({ people, deeds })
    const { data, errors } = await ask('{ me { name } }')
    expect(data).toEqual({ me: null })
    expect(at(errors)).toEqual([[['me'], 'UNAUTHENTICATED']])
    expect(sent).toEqual([])
  })

  test('does not mix the plans of callers with different rights', async () => {
    const { ask } = federate({ people, deeds })
    const query = '{ me { deeds } }'
    const few = callerWith(['citizen'])
    const many = callerWith(['citizen', 'inquiry:deed'])
    for (const caller of [few, many, few]) {
      const { data, errors } = await ask(query, { caller })
      expect(data).toEqual({ me: { deeds: caller === many ? ['d'] : null } })
      expect(errors?.length ?? 0).toBe(caller === many ? 0 : 1)
    }
  })

  test('needs all roles of one alternative', async () => {
    const { ask } = federate({ people, deeds })
    const query = '{ holders { id ... on Person { name } } }'
    const half = await ask(query, { caller: callerWith(['inquiry:identity'], 'agency') })
    expect(at(half.errors)).toEqual([[['holders', 0, 'name'], 'FORBIDDEN']])
    const whole = await ask(query, { caller: callerWith(['agency', 'inquiry:identity'], 'agency') })
    expect(whole.errors).toBeUndefined()
  })

  test('a field of an interface needs what all types behind it need, a fragment narrows it', async () => {
    const { ask } = federate({ people, deeds })
    const wide = await ask('{ holders { id note } }')
    expect(wide.data).toEqual({
      holders: [
        { id: '1', note: null },
        { id: '2', note: null },
      ],
    })
    expect(at(wide.errors)).toEqual([
      [['holders', 0, 'note'], 'UNAUTHENTICATED'],
      [['holders', 1, 'note'], 'UNAUTHENTICATED'],
    ])
    const narrow = await ask('{ holders { note ... on Person { note } } }')
    expect(narrow.data).toEqual({ holders: [{ note: 'p' }, { note: null }] })
    expect(at(narrow.errors)).toEqual([[['holders', 1, 'note'], 'UNAUTHENTICATED']])
  })

  test('a type that may not be read closes every field that returns it', async () => {
    const { ask, sent } = federate({ people, deeds })
    const { data, errors } = await ask('{ account { __typename iban } }')
    expect(data).toEqual({ account: null })
    expect(at(errors)).toEqual([[['account'], 'UNAUTHENTICATED']])
    expect(sent).toEqual([])
  })

  test('a denied non-null field nulls its object and is explained once', async () => {
    const { ask } = federate({ people, deeds })
    const { data, errors } = await ask('{ flags { must may } }')
    expect(data).toEqual({ flags: null })
    expect(at(errors)).toEqual([[['flags', 'must'], 'UNAUTHENTICATED']])
  })

  test('a denied field that is skipped is no error', async () => {
    const { ask } = federate({ people, deeds })
    const { data, errors } = await ask('{ open me @include(if: false) { id } }')
    expect(data).toEqual({ open: 'open' })
    expect(errors).toBeUndefined()
  })

  test('finds denied fields in fragments and under aliases', async () => {
    const { ask, sent } = federate({ people, deeds })
    const query = 'query { me { ...D x: deeds } } fragment D on Person { deeds }'
    const { data, errors } = await ask(query, { caller: callerWith(['citizen']) })
    expect(data).toEqual({ me: { deeds: null, x: null } })
    expect(at(errors)).toEqual([
      [['me', 'deeds'], 'FORBIDDEN'],
      [['me', 'x'], 'FORBIDDEN'],
    ])
    expect(sent).toHaveLength(1)
  })
})
