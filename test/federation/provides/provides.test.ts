import { expect, test } from 'vitest'

import { onBothEngines } from '../on-both-engines.ts'

const same = (one: object) => one

const books = {
  sdl: `
    type Book @key(fields: "isbn") { isbn: ID!, title: String @shareable, author: Author @shareable, pages: Int }
    type Author @key(fields: "id") { id: ID!, name: String @shareable, born: Int }
    interface Held { isbn: ID! }
    type Map implements Held @key(fields: "isbn") { isbn: ID!, title: String @shareable }`,
  resolvers: {
    Book: {
      __resolveReference: same,
      title: () => 'from books',
      author: () => ({ id: 'a1' }),
      pages: () => 90,
    },
    Author: { __resolveReference: same, name: () => 'from books', born: () => 1207 },
    Map: { __resolveReference: same, title: () => 'from books' },
  },
}
const library = {
  sdl: `
    type Query {
      loan: Loan
      plain: Book
      held: [Held!]! @provides(fields: "... on Book { title }")
    }
    type Loan { book: Book @provides(fields: "title author { name }") }
    interface Held { isbn: ID! }
    type Book implements Held @key(fields: "isbn") { isbn: ID!, title: String @external, author: Author @external }
    type Map implements Held @key(fields: "isbn") { isbn: ID! }
    type Author @key(fields: "id") { id: ID!, name: String @external }`,
  resolvers: {
    Query: {
      loan: () => ({ book: BOOK }),
      plain: () => BOOK,
      held: () => [
        { __typename: 'Book', ...BOOK },
        { __typename: 'Map', isbn: '2' },
      ],
    },
  },
}
const BOOK = { isbn: '1', title: 'provided', author: { id: 'a1', name: 'provided' } }

onBothEngines((federate) => {
  test('takes provided fields of objects inside from the provider and the rest from their owner', async () => {
    const { ask, sent } = federate({ books, library })
    const { data, errors } = await ask('{ loan { book { title author { name } } } }')
    expect(errors).toBeUndefined()
    expect(data).toEqual({ loan: { book: { title: 'provided', author: { name: 'provided' } } } })
    expect(sent).toHaveLength(1)
    const more = await ask('{ loan { book { pages author { born } } } }')
    expect(more.data).toEqual({ loan: { book: { pages: 90, author: { born: 1207 } } } })
  })

  test('provides only on the field that says so', async () => {
    const { ask } = federate({ books, library })
    const { data } = await ask('{ plain { title author { name } } }')
    expect(data).toEqual({ plain: { title: 'from books', author: { name: 'from books' } } })
  })

  test('provides for one type of an interface', async () => {
    const { ask } = federate({ books, library })
    const { data, errors } = await ask(
      '{ held { isbn ... on Book { title } ... on Map { title } } }',
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      held: [
        { isbn: '1', title: 'provided' },
        { isbn: '2', title: 'from books' },
      ],
    })
  })
})
