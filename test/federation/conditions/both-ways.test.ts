import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const people = {
  sdl: `
    type Query { me: Person, any: Being, list: [Person!] }
    interface Being { id: ID! }
    type Person implements Being @key(fields: "id") { id: ID!, name: String, home: Home }
    type Home { city: String }`,
  resolvers: {
    Query: {
      me: () => ME,
      any: () => ({ __typename: 'Person', ...ME }),
      list: () => [ME],
    },
    Person: { __resolveReference: () => ME },
  },
}

const ME = { id: '1', name: 'Sara', home: { city: 'Yazd' } }
const debts = {
  sdl: 'type Person @key(fields: "id") { id: ID!, debt: Int, pal: Person }',
  resolvers: {
    Person: { __resolveReference: (one: object) => one, debt: () => 5, pal: () => ({ id: '1' }) },
  },
}

type Expected = readonly [object, object]

/** With $a false, then true, over one engine: the second answer comes from the plan that the first one made. */
const CASES: readonly (readonly [string, string, ...Expected])[] = [
  [
    'a field of another subgraph',
    'me { name debt @include(if: $a) }',
    { me: { name: 'Sara' } },
    { me: { name: 'Sara', debt: 5 } },
  ],
  [
    'a fragment over two subgraphs',
    'me { ... @include(if: $a) { name debt } id }',
    { me: { id: '1' } },
    { me: { name: 'Sara', debt: 5, id: '1' } },
  ],
  [
    'a named fragment',
    'me { id ...F @skip(if: $a) }',
    { me: { id: '1', debt: 5 } },
    { me: { id: '1' } },
  ],
  [
    'all that is asked of an object',
    'me { debt @include(if: $a) }',
    { me: {} },
    { me: { debt: 5 } },
  ],
  [
    'all that is asked of an object in a list',
    'list { ... @include(if: $a) { pal { name } } }',
    { list: [{}] },
    { list: [{ pal: { name: 'Sara' } }] },
  ],
  [
    'a fragment of one type, and only that',
    'any { ... on Person @include(if: $a) { debt } }',
    { any: {} },
    { any: { debt: 5 } },
  ],
  [
    'a root field',
    'me @include(if: $a) { debt } list { id }',
    { list: [{ id: '1' }] },
    { me: { debt: 5 }, list: [{ id: '1' }] },
  ],
  ['every root field', 'me @include(if: $a) { name }', {}, { me: { name: 'Sara' } }],
  [
    'the same field twice, once always',
    'me { debt debt @include(if: $a) }',
    { me: { debt: 5 } },
    { me: { debt: 5 } },
  ],
  [
    'the same field under each of both',
    'me { debt @skip(if: $a) debt @include(if: $a) }',
    { me: { debt: 5 } },
    { me: { debt: 5 } },
  ],
  [
    'the same object with other fields',
    'me { pal @skip(if: $a) { id } pal @include(if: $a) { debt } pal { name } }',
    { me: { pal: { id: '1', name: 'Sara' } } },
    { me: { pal: { debt: 5, name: 'Sara' } } },
  ],
  [
    'a field with both conditions',
    'me { name debt @skip(if: $a) @include(if: $a) }',
    { me: { name: 'Sara' } },
    { me: { name: 'Sara' } },
  ],
  [
    'fragments inside each other',
    'me { ... @include(if: $a) { ... @skip(if: $a) { debt } name } }',
    { me: {} },
    { me: { name: 'Sara' } },
  ],
  [
    'two variables inside each other',
    'me { ... @include(if: $a) { ... @skip(if: $b) { debt } name } }',
    { me: {} },
    { me: { debt: 5, name: 'Sara' } },
  ],
  [
    'the step to another subgraph',
    'me { pal @include(if: $a) { pal { home { city @skip(if: $b) } } } }',
    { me: {} },
    { me: { pal: { pal: { home: { city: 'Yazd' } } } } },
  ],
  [
    'a literal',
    'me { debt @include(if: false) name @skip(if: false) ... @skip(if: true) { home { city } } }',
    { me: { name: 'Sara' } },
    { me: { name: 'Sara' } },
  ],
  ['a literal on all there is', 'me @skip(if: true) { debt }', {}, {}],
  [
    'the type name',
    'any { __typename @include(if: $a) t: __typename @skip(if: $a) } __typename @skip(if: $a)',
    { any: { t: 'Person' }, __typename: 'Query' },
    { any: { __typename: 'Person' } },
  ],
]

onBothEngines((federate) => {
  test.each(CASES)('a condition on %s', async (_name, selections, without, withIt) => {
    const { ask } = federate({ people, debts })
    const used = selections.includes('$b') ? ', $b: Boolean! = false' : ''
    const declared = selections.includes('$a') ? `($a: Boolean!${used})` : ''
    const query = `query ${declared} { ${selections} }${selections.includes('...F') ? ' fragment F on Person { debt }' : ''}`
    for (const a of [false, true, false]) {
      const variables = declared === '' ? {} : { a }
      expect(JSON.stringify(await ask(query, { variables }))).toBe(
        JSON.stringify({ data: a ? withIt : without }),
      )
    }
  })

  test('does not call a subgraph for what is not wanted', async () => {
    const { ask, sent } = federate({ people, debts })
    const query = 'query ($a: Boolean!) { me { name ... @include(if: $a) { debt pal { name } } } }'
    await ask(query, { variables: { a: false } })
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['people'])
  })
})
