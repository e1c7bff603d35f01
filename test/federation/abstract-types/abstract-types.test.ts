import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const registry = {
  sdl: `
    type Query { holders: [Holder!]!, things: [Thing] }
    interface Holder { id: ID!, name: String }
    type Person implements Holder @key(fields: "id") { id: ID!, name: String }
    type Company implements Holder @key(fields: "id") { id: ID!, name: String, founded: Int }
    union Thing = Person | Stone
    type Stone { weight: Int! }`,
  resolvers: {
    Query: {
      holders: () => [
        { __typename: 'Person', id: '1', name: 'Sara' },
        { __typename: 'Company', id: '2', name: 'Sanat', founded: 1380 },
      ],
      things: () => [{ __typename: 'Stone', weight: 4 }, null, { __typename: 'Person', id: '1' }],
    },
  },
}

const debts = {
  sdl: `
    type Person @key(fields: "id") { id: ID!, debt: Int }
    type Company @key(fields: "id") { id: ID!, debt: Int }`,
  resolvers: {
    Person: { __resolveReference: (one: object) => one, debt: () => 10 },
    Company: { __resolveReference: (one: object) => one, debt: () => 20 },
  },
}

onBothEngines((federate) => {
  test('answers an interface by what each object is', async () => {
    const { ask } = federate({ registry, debts })
    const { data, errors } = await ask(`{
    holders { __typename name ... on Company { founded debt } ... on Person { owed: debt } } }`)
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      holders: [
        { __typename: 'Person', name: 'Sara', owed: 10 },
        { __typename: 'Company', name: 'Sanat', founded: 1380, debt: 20 },
      ],
    })
  })

  test('answers a union with nulls in it and shows no type name that was not asked for', async () => {
    const { ask } = federate({ registry, debts })
    const { data } = await ask('{ things { ... on Stone { weight } ... on Person { debt } } }')
    expect(data).toEqual({ things: [{ weight: 4 }, null, { debt: 10 }] })
  })

  test('answers an interface object by the type that another subgraph knows', async () => {
    const { ask } = federate({
      registry: {
        sdl: `
        type Query { media: [Media] }
        interface Media @key(fields: "id") { id: ID!, title: String }
        type Book implements Media @key(fields: "id") { id: ID!, title: String }`,
        resolvers: {
          Query: { media: () => [{ __typename: 'Book', id: 'b', title: 'Divan' }] },
          Media: {
            __resolveReference: (one: object) => ({ ...one, __typename: 'Book', title: 'Divan' }),
          },
          Book: { __resolveReference: (one: object) => ({ title: 'Divan', ...one }) },
        },
      },
      ratings: {
        sdl: `
        type Query { best: Media }
        type Media @key(fields: "id") @interfaceObject { id: ID!, stars: Int }`,
        resolvers: {
          Query: { best: () => ({ id: 'b' }) },
          Media: { __resolveReference: (one: object) => one, stars: () => 5 },
        },
      },
    })
    const { data, errors } = await ask(
      '{ media { title stars } best { __typename stars ... on Book { title } } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      media: [{ title: 'Divan', stars: 5 }],
      best: { __typename: 'Book', stars: 5, title: 'Divan' },
    })
  })

  test('answers an interface object whose type nobody asks by the fields of its interface', async () => {
    const { ask } = federate({
      catalogue: {
        sdl: `
        type Query { media: [Media] }
        interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: { media: () => [] },
          Media: { __resolveReference: () => null },
          Book: { __resolveReference: () => null },
        },
      },
      shelf: {
        sdl: `
        type Query { shelf: [Media!]! }
        type Media @key(fields: "id") @interfaceObject { id: ID!, place: String }`,
        resolvers: { Query: { shelf: () => [{ id: '1', place: 'A4' }] } },
      },
    })
    const { data, errors } = await ask('{ shelf { id place ... on Media { again: place } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ shelf: [{ id: '1', place: 'A4', again: 'A4' }] })
  })
})
