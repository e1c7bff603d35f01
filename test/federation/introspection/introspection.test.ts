import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const sources = {
  people: {
    sdl: `type Query { me: Person, hello: String }
      type Person @key(fields: "id") { id: ID!, secret: String @inaccessible }`,
    resolvers: { Query: { hello: () => 'hi' } },
  },
}

onBothEngines((federate) => {
  test('shows clients a schema without join machinery and inaccessible fields', async () => {
    const { ask } = federate(sources)
    const { data } = await ask(getIntrospectionQuery())
    const schema = buildClientSchema(JSON.parse(JSON.stringify(data)))
    expect(schema.getType('Person')).toBeDefined()
    expect(
      Object.keys(schema.getTypeMap()).filter((name) => /join|link|_Any|_Entity/.test(name)),
    ).toEqual([])
    expect(JSON.stringify(data)).not.toContain('secret')
    expect(schema.getDirective('provenance')).toBeDefined()
  })

  test('answers introspection beside fields of subgraphs', async () => {
    const { ask, sent } = federate(sources)
    const query =
      'query ($n: String!) { hello x: __type(name: $n) { name } __typename ...F } fragment F on Query { __schema { queryType { name } } }'
    const { data } = await ask(query, { variables: { n: 'Person' } })
    expect(data).toEqual({
      hello: 'hi',
      x: { name: 'Person' },
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    })
    expect(sent).toHaveLength(1)
  })

  test('asks no subgraph for introspection alone', async () => {
    const { ask, sent } = federate(sources)
    expect((await ask('{ __typename }')).data).toEqual({ __typename: 'Query' })
    expect(sent).toHaveLength(0)
  })
})
