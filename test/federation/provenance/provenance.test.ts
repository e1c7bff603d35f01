import { expect, test } from 'vitest'

import type { SubgraphRequest } from '../../../schema/subgraph.ts'
import { contextOf } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const entry = {
  system: 'nocr-person',
  operation: 'read',
  fetchedAt: '2026-01-01T00:00:00Z',
  normalisations: ['PERSIAN_TEXT'],
}
const people = {
  sdl: `
    type Query { me: Person, all: [Person] }
    type Person @key(fields: "id") { id: ID! }`,
  resolvers: { Query: { me: () => ({ id: '1' }), all: () => [{ id: '1' }, { id: '1' }] } },
}
const names = {
  sdl: 'type Person @key(fields: "id") { id: ID!, name: String, hidden: String }',
  resolvers: { Person: { __resolveReference: (one: object) => one, name: () => 'Sara' } },
  provenance: ({ context }: SubgraphRequest) =>
    context.provenance
      ? [
          { ...entry, path: ['_entities', 0, '_p_who'] },
          { ...entry, path: ['_entities', 0, 'hidden'] },
        ]
      : [],
}

onBothEngines((federate) => {
  test('says on request where each value of the answer came from, and of no other', async () => {
    const { ask } = federate({ people, names })
    const { data, extensions } = await ask('query @provenance { all { who: name } }')
    expect(data).toEqual({ all: [{ who: 'Sara' }, { who: 'Sara' }] })
    expect(extensions).toEqual({
      provenance: [
        { ...entry, path: ['all', 0, 'who'] },
        { ...entry, path: ['all', 1, 'who'] },
      ],
    })
  })

  test('says nothing of origins when not asked', async () => {
    const { ask } = federate({ people, names })
    expect(await ask('{ me { who: name } }')).toEqual({ data: { me: { who: 'Sara' } } })
  })

  test('an inner question of a subgraph is asked as the same caller, with provenance', async () => {
    const { engine } = federate({ people, names })
    const document = 'query Prefill { me { who: name } }'
    const { data, extensions } = await engine.ask(document, {}, contextOf(engine))
    expect(data).toEqual({ me: { who: 'Sara' } })
    expect(extensions?.provenance).toEqual([{ ...entry, path: ['me', 'who'] }])
  })
})
