// The public gateways benchmark's four subgraphs, written anew: the same fields, the same numbers of users, products and
// reviews and texts of the same lengths, so that its query is answered by as many bytes. Beyond it there are copies of
// all data under other ids ("blocks"), for requests that have nothing in common, and products enough for long lists.

import { type Field, isSource, type Source, type Types } from './static-answers.ts'
import type { World } from './world.ts'

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@provides", "@shareable"])
`

const ACCOUNTS = `${LINK}
type Query {
  me: User
  user(id: ID!): User
  users(block: Int = 0): [User]
}
type User @key(fields: "id") {
  id: ID!
  name: String
  username: String @shareable
  birthday: Int
}
`

const PRODUCTS = `${LINK}
type Query {
  topProducts(first: Int = 5, block: Int = 0): [Product]
}
type Product @key(fields: "upc") {
  upc: String!
  name: String
  price: Int
  weight: Int
}
`

const INVENTORY = `${LINK}
type Product @key(fields: "upc") {
  upc: String!
  weight: Int @external
  price: Int @external
  inStock: Boolean
  shippingEstimate: Int @requires(fields: "price weight")
}
`

const REVIEWS = `${LINK}
type Review @key(fields: "id") {
  id: ID!
  body: String
  author: User @provides(fields: "username")
  product: Product
}
type User @key(fields: "id") {
  id: ID!
  username: String @external
  reviews: [Review]
}
type Product @key(fields: "upc") {
  upc: String!
  reviews: [Review]
}
`

// --- Data

const WORDS =
  'a good buy for any office it came in time and does what it should the price is fair we would order this again without a second thought'.split(
    ' ',
  )

/** Text of exactly so many letters. */
function passage(length: number): string {
  let text = ''
  for (let n = 0; text.length < length; n += 1) text += `${WORDS[n % WORDS.length]} `
  return `${text.slice(0, length - 1)}.`
}

const USERS = [
  ['Shirin Farhadi', 'shiri'],
  ['Dara Simiai', 'darasimiai'],
  ['Kaveh Kiarazm', 'kavehkiarazm'],
  ['Ava Tavakolian', 'avatava'],
  ['Omid Gordan', 'omidgordan'],
  ['Laleh Queisi', 'lalehq'],
].map(([name, username]) => ({ name, username }))

const PRODUCTS_OF_BLOCK = [
  ['Table', 899, 100],
  ['Couch', 1299, 1000],
  ['Glass', 15, 20],
  ['Chair', 499, 100],
  ['TV', 1299, 1000],
  ['Lamp', 6999, 300],
  ['Grill', 3999, 2000],
  ['Stove', 100_000, 6000],
  ['Sofa', 9999, 800],
] as const
const OUT_OF_STOCK = new Set([2, 3, 4, 8])

/** By review: the product and the length of the text. */
const REVIEWS_OF_BLOCK = [
  [1, 446],
  [1, 290],
  [1, 276],
  [1, 144],
  [2, 446],
  [2, 290],
  [2, 276],
  [2, 144],
  [3, 144],
  [4, 144],
  [4, 845],
] as const
const BODIES = REVIEWS_OF_BLOCK.map(([, length]) => passage(length))

/** The inventory of this block fails for every product. */
export const FAILING_BLOCK = 13

interface Id {
  readonly block: number
  readonly number: number
}

/** Block 0 has the benchmark's own plain ids. */
function toId(block: number, number: number): string {
  return block === 0 ? String(number) : `${block}:${number}`
}

function idOf(text: unknown): Id {
  const [first = '', second] = String(text).split(':')
  return second === undefined
    ? { block: 0, number: Number(first) }
    : { block: Number(first), number: Number(second) }
}

function productOf({ upc }: Source): { name: string; price: number; weight: number } {
  const { number } = idOf(upc)
  const known = PRODUCTS_OF_BLOCK[number - 1]
  if (known !== undefined) return { name: known[0], price: known[1], weight: known[2] }
  return { name: `Item ${number}`, price: (number * 7) % 2000, weight: (number * 13) % 3000 }
}

function toProduct(block: number, number: number): Source {
  return { __typename: 'Product', upc: toId(block, number) }
}

function toUser(block: number, number: number): Source {
  return { __typename: 'User', id: toId(block, number) }
}

function toReview(block: number, number: number): Source {
  return { __typename: 'Review', id: toId(block, number) }
}

function upTo<T>(count: number, make: (number: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1))
}

const read =
  (name: string): Field =>
  (source) =>
    source[name]

const userFields = {
  id: read('id'),
  name: ({ id }: Source) => USERS[idOf(id).number - 1]?.name,
  username: ({ id }: Source) => USERS[idOf(id).number - 1]?.username,
  birthday: () => 1_234_567_890,
}

const accountsQuery: Readonly<Record<string, Field>> = {
  me: () => toUser(0, 1),
  user: (_, { id }) => ({ __typename: 'User', id }),
  users: (_, { block }) => upTo(USERS.length, (n) => toUser(Number(block ?? 0), n)),
}

const productFields = {
  upc: read('upc'),
  name: (product: Source) => productOf(product).name,
  price: (product: Source) => productOf(product).price,
  weight: (product: Source) => productOf(product).weight,
}

const productsQuery: Readonly<Record<string, Field>> = {
  topProducts: (_, { first, block }) =>
    upTo(Number(first ?? 5), (n) => toProduct(Number(block ?? 0), n)),
}

function inStock({ upc }: Source): boolean {
  const { block, number } = idOf(upc)
  if (block === FAILING_BLOCK) throw new RangeError('the stock list cannot be read')
  return !OUT_OF_STOCK.has(number)
}

function shippingEstimate(price: number, weight: number): number {
  return price > 1000 ? 0 : Math.trunc(weight / 2)
}

const reviewFields: Readonly<Record<string, Field>> = {
  id: read('id'),
  body: ({ id }) => BODIES[idOf(id).number - 1],
  author: ({ id }) => toUser(idOf(id).block, 1),
  product: ({ id }) => {
    const { block, number } = idOf(id)
    return toProduct(block, REVIEWS_OF_BLOCK[number - 1]?.[0] ?? 1)
  },
}

/** As in the original, everyone has the first two reviews. */
const reviewsOfUser: Field = ({ id }) => upTo(2, (n) => toReview(idOf(id).block, n))
const reviewsOfProduct: Field = ({ upc }) => {
  const { block, number } = idOf(upc)
  return REVIEWS_OF_BLOCK.flatMap(([of], index) =>
    of === number ? [toReview(block, index + 1)] : [],
  )
}

const entities: Field = (_, { representations }) =>
  Array.isArray(representations) ? representations.filter(isSource) : []

const ACCOUNTS_TYPES: Types = {
  Query: { ...accountsQuery, _entities: entities },
  User: userFields,
}
const PRODUCTS_TYPES: Types = {
  Query: { ...productsQuery, _entities: entities },
  Product: productFields,
}
const INVENTORY_TYPES: Types = {
  Query: { _entities: entities },
  Product: {
    upc: read('upc'),
    inStock,
    // Of what was sent, so that a gateway that leaves it out is found.
    shippingEstimate: ({ price, weight }) => shippingEstimate(Number(price), Number(weight)),
  },
}
const REVIEWS_TYPES: Types = {
  Query: { _entities: entities },
  Review: reviewFields,
  User: { id: read('id'), username: userFields.username, reviews: reviewsOfUser },
  Product: { upc: read('upc'), reviews: reviewsOfProduct },
}
const MONOLITH: Types = {
  Query: { ...accountsQuery, ...productsQuery },
  User: { ...userFields, reviews: reviewsOfUser },
  Product: {
    ...productFields,
    inStock,
    shippingEstimate: (product) => {
      const { price, weight } = productOf(product)
      return shippingEstimate(price, weight)
    },
    reviews: reviewsOfProduct,
  },
  Review: reviewFields,
}

export const SHOP: World = {
  name: 'shop',
  subgraphs: [
    { name: 'accounts', sdl: ACCOUNTS, types: ACCOUNTS_TYPES },
    { name: 'inventory', sdl: INVENTORY, types: INVENTORY_TYPES },
    { name: 'products', sdl: PRODUCTS, types: PRODUCTS_TYPES },
    { name: 'reviews', sdl: REVIEWS, types: REVIEWS_TYPES },
  ],
  monolith: MONOLITH,
}
