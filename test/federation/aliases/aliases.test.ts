import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const things = {
  sdl: `
    type Query { thing: Thing, things: [Named], none: Thing, echo(text: String): String }
    interface Named { name: String }
    type Thing implements Named @key(fields: "id") { id: ID!, name: String }`,
  resolvers: {
    Query: {
      thing: () => ({ id: '1', name: 'n' }),
      things: () => [{ __typename: 'Thing', id: '1', name: 'n' }],
      none: () => null,
      echo: (_source: unknown, { text }: { text?: string }) => text ?? 'nothing',
    },
    Thing: { __resolveReference: (one: object) => one },
  },
}
const notes = {
  sdl: 'type Thing @key(fields: "id") { id: ID!, note: String }',
  resolvers: { Thing: { __resolveReference: () => ({ note: '2' }) } },
}
const files = {
  sdl: `type Thing @key(fields: "id") { id: ID!, note: String @external, file: String @requires(fields: "note") }`,
  resolvers: {
    Thing: {
      __resolveReference: (one: object) => one,
      file: ({ id, note }: { id: string; note: string }) => `file of ${id}, ${note}`,
    },
  },
}

const FILE = 'file of 1, 2'

onBothEngines((federate) => {
  test.each([
    ['a key', '{ thing { id: note file } }', { thing: { id: '2', file: FILE } }],
    ['a key, by another field', '{ thing { id: name file } }', { thing: { id: 'n', file: FILE } }],
    [
      'what another field requires',
      '{ thing { note: name file } }',
      { thing: { note: 'n', file: FILE } },
    ],
    ['the type', '{ thing { __typename: note file } }', { thing: { __typename: '2', file: FILE } }],
    [
      'a key, behind an interface',
      '{ things { id: name ... on Thing { file } } }',
      { things: [{ id: 'n', file: FILE }] },
    ],
    [
      'a key, in a fragment',
      '{ thing { ...F file } } fragment F on Thing { id: note }',
      { thing: { id: '2', file: FILE } },
    ],
  ])('an alias that is the name of %s changes no entity', async (_name, query, expected) => {
    const { ask, sent } = federate({ things, notes, files })
    expect(await ask(query)).toEqual({ data: expected })
    const named = sent.flatMap(({ variables }) => Object.values(variables).flat())
    expect(named.length).toBeGreaterThan(0)
    for (const one of named) expect(one).toMatchObject({ __typename: 'Thing', id: '1' })
  })

  test('shows an error at the place that the client named', async () => {
    const { ask } = federate({
      things,
      notes: { ...notes, resolvers: { Thing: { __resolveReference: () => new Error('gone') } } },
      files,
    })
    const { data, errors } = await ask('{ id: thing { name: note } }')
    expect(data).toEqual({ id: { name: null } })
    expect(errors).toMatchObject([{ path: ['id', 'name'] }])
  })

  test.each([
    ['{ id: thing { name } }', { id: { name: 'n' } }],
    [
      '{ thing { id: id t: __typename file } }',
      { thing: { id: '1', t: 'Thing', file: 'file of 1, 2' } },
    ],
    ['{ thing { other: id name: note } }', { thing: { other: '1', name: '2' } }],
  ])('answers %s', async (query, expected) => {
    const { ask } = federate({ things, notes, files })
    expect(await ask(query)).toEqual({ data: expected })
  })

  test('an alias may be a name that every object inherits', async () => {
    const { ask } = federate({ things, notes, files })
    const { data, errors } = await ask(
      '{ constructor: none { name } toString: thing { __proto__: note valueOf: file } __proto__: thing { name } }',
    )
    expect(errors).toBeUndefined()
    expect(Object.entries(data ?? {})).toEqual([
      ['constructor', null],
      ['toString', JSON.parse('{"__proto__":"2","valueOf":"file of 1, 2"}')],
      ['__proto__', { name: 'n' }],
    ])
  })

  test('so may a variable that was not given', async () => {
    const { ask } = federate({ things, notes, files })
    const query = 'query ($constructor: String) { echo(text: $constructor) }'
    expect(await ask(query)).toEqual({ data: { echo: 'nothing' } })
  })
})
