import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const people = {
  sdl: `
    type Query { me: Person, people: [Person!]! }
    type Person @key(fields: "id") { id: ID!, name: String }`,
  resolvers: {
    Query: { me: () => ({ id: '1', name: 'Sara' }), people: () => [{ id: '1' }, { id: '2' }] },
  },
}

const cars = {
  sdl: `
    type Person @key(fields: "id") { id: ID!, cars(first: Int = 5): [Car!] }
    type Car { plate: String!, owner: Person! }`,
  resolvers: {
    Person: {
      __resolveReference: (reference: { id: string }) => reference,
      cars: ({ id }: { id: string }, { first }: { first: number }) =>
        Array.from({ length: Math.min(first, 2) }, (_, index) => ({
          plate: `${id}-${index}`,
          owner: { id },
        })),
    },
  },
}

onBothEngines((federate) => {
  test('joins the fields of an entity from two subgraphs in one call each', async () => {
    const { ask, sent } = federate({ people, cars })
    const { data, errors } = await ask('{ me { name cars { plate owner { name } } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      me: {
        name: 'Sara',
        cars: [
          { plate: '1-0', owner: { name: null } },
          { plate: '1-1', owner: { name: null } },
        ],
      },
    })
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['people', 'cars', 'people'])
  })

  test('asks for all objects of a list at once and keeps their order', async () => {
    const { ask, sent } = federate({ people, cars })
    const { data } = await ask('{ people { cars(first: 1) { plate } id } }')
    expect(data).toEqual({
      people: [
        { cars: [{ plate: '1-0' }], id: '1' },
        { cars: [{ plate: '2-0' }], id: '2' },
      ],
    })
    expect(sent[1]?.variables['representations']).toEqual([
      { __typename: 'Person', id: '1' },
      { __typename: 'Person', id: '2' },
    ])
  })

  test('passes the variables a call uses and no others', async () => {
    const { ask, sent } = federate({ people, cars })
    const { data } = await ask('query Q($n: Int!) { me { cars(first: $n) { plate } } }', {
      variables: { n: 1 },
    })
    expect(data).toEqual({ me: { cars: [{ plate: '1-0' }] } })
    expect(sent.map(({ variables }) => Object.keys(variables).toSorted())).toEqual([
      [],
      ['n', 'representations'],
    ])
  })

  test('answers aliases and fragments in the order of the document', async () => {
    const { ask } = federate({ people, cars })
    const { data } = await ask(`
    query { a: me { ...Both } b: me { z: cars(first: 1) { p: plate } __typename } }
    fragment Both on Person { who: name, cars(first: 1) { plate }, name }`)
    expect(JSON.stringify(data)).toBe(
      '{"a":{"who":"Sara","cars":[{"plate":"1-0"}],"name":"Sara"},"b":{"z":[{"p":"1-0"}],"__typename":"Person"}}',
    )
  })
})
