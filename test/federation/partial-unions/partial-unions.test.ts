import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

/** Each subgraph knows some members of the union and some types of the interface. */
const letters = {
  sdl: `
    type Query { inbox: [Message], post: Message, first: Sendable }
    union Message = Letter | Parcel
    interface Sendable { id: ID!, weight: Int }
    type Letter implements Sendable @key(fields: "id") { id: ID!, weight: Int, text: String }
    type Parcel implements Sendable @key(fields: "id") { id: ID!, weight: Int }`,
  resolvers: {
    Query: {
      inbox: () => [LETTER, null, { __typename: 'Parcel', id: 'p', weight: 9 }],
      post: () => ({ __typename: 'Parcel', id: 'p', weight: 9 }),
      first: () => LETTER,
    },
    Letter: { __resolveReference: same },
    Parcel: { __resolveReference: same },
  },
}
const LETTER = { __typename: 'Letter', id: 'l', weight: 1, text: 'hello' }
const mails = {
  sdl: `
    type Query { sent: [Message!] }
    union Message = Mail | Parcel
    interface Traced { trace: String }
    type Mail { subject: String, about: Message }
    type Parcel implements Traced @key(fields: "id") { id: ID!, trace: String, inside: [Message] }
    type Letter implements Traced @key(fields: "id") { id: ID!, trace: String }`,
  resolvers: {
    Query: {
      sent: () => [
        { __typename: 'Mail', subject: 's', about: { __typename: 'Parcel', id: 'p' } },
        { __typename: 'Parcel', id: 'q' },
      ],
    },
    Parcel: {
      __resolveReference: same,
      trace: ({ id }: { id: string }) => `trace of ${id}`,
      inside: () => [{ __typename: 'Mail', subject: 'inner' }],
    },
    Letter: { __resolveReference: same, trace: ({ id }: { id: string }) => `trace of ${id}` },
  },
}

onBothEngines((federate) => {
  test('answers a union by members that only the other subgraph knows, too', async () => {
    const { ask } = federate({ letters, mails })
    const query = `
      { inbox { ...M } sent { ...M } post { ...M } }
      fragment M on Message {
        __typename
        ... on Letter { text trace }
        ... on Mail { subject about { ... on Parcel { weight } } }
        ... on Parcel { trace inside { ... on Mail { subject } ... on Letter { text } } }
      }`
    const inside = [{ subject: 'inner' }]
    const { data, errors } = await ask(query)
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      inbox: [
        { __typename: 'Letter', text: 'hello', trace: 'trace of l' },
        null,
        { __typename: 'Parcel', trace: 'trace of p', inside },
      ],
      sent: [
        { __typename: 'Mail', subject: 's', about: { weight: null } },
        { __typename: 'Parcel', trace: 'trace of q', inside },
      ],
      post: { __typename: 'Parcel', trace: 'trace of p', inside },
    })
  })

  test('meets a fragment on an interface that the first subgraph does not know', async () => {
    const { ask } = federate({ letters, mails })
    const { data, errors } = await ask(
      '{ inbox { ... on Traced { trace } ... on Sendable { weight } } first { ... on Traced { trace } id } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      inbox: [{ trace: 'trace of l', weight: 1 }, null, { trace: 'trace of p', weight: 9 }],
      first: { trace: 'trace of l', id: 'l' },
    })
  })

  test('one response name may be different fields for different types', async () => {
    const { ask } = federate({ letters, mails })
    const { data, errors } = await ask(
      '{ inbox { ... on Letter { text: trace what: text } ... on Parcel { what: trace text: trace } } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      inbox: [
        { text: 'trace of l', what: 'hello' },
        null,
        { what: 'trace of p', text: 'trace of p' },
      ],
    })
  })

  test.each([
    [
      'inside itself',
      '{ inbox { ... on Letter { ... on Letter { ... on Sendable { id } } } } }',
      'l',
    ],
    [
      'that exclude each other',
      '{ inbox { ... on Letter { ... on Sendable { ... on Parcel { weight } ... on Letter { id } } } } }',
      'l',
    ],
  ])('answers fragments %s', async (_name, query, id) => {
    const { ask } = federate({ letters, mails })
    const { data, errors } = await ask(query)
    expect(errors).toBeUndefined()
    expect(data).toEqual({ inbox: [{ id }, null, {}] })
  })
})
