// What is asked, how often at once, and what must come back: one entry per table.

import { isDeepStrictEqual } from 'node:util'

import { invariant } from '../../schema/errors.ts'
import { AGENCIES, TWELVE } from './agencies.ts'
import { type Kind, KINDS, UNSHARED, WORKERS } from './kinds.ts'
import type { LoadRequest } from './load.ts'
import { type Message, sameBytes, textOf } from './message-reader.ts'
import { FAILING_BLOCK, SHOP } from './shop.ts'
import { type Arguments, buildAnswers, type StaticAnswer } from './static-answers.ts'
import type { World } from './world.ts'

export interface Variant {
  readonly name: string
  readonly title: string
  readonly world: World
  readonly concurrency: number
  /** Of every subgraph's answer. */
  readonly delayMs?: number
  /** Requests before the first window is measured. */
  readonly warmUp?: number
  readonly kinds: readonly Kind[]
  /** One of its requests, for the floors: whose calls, whose answer. */
  readonly sample: Sample
  /** For one gateway. `different` is told once if answers are right but for the order of their keys. */
  requests(different: () => void): () => LoadRequest
}

interface Sample {
  readonly body: string
  readonly answer: StaticAnswer
}

const monoliths = new Map([SHOP, AGENCIES].map((world) => [world, buildAnswers(world.monolith)]))

function sampleOf(world: World, query: string, variables: Arguments = {}): Sample {
  const answer = monoliths.get(world)?.(query, variables)
  invariant(answer, `there is a monolith of ${world.name}`)
  return { body: JSON.stringify({ query, variables }), answer }
}

// --- Checks

/** Right values: data as the monolith has it; errors where it has some, in whatever words. */
function isRight(text: string, expected: StaticAnswer, different: () => void): boolean {
  const { data, errors } = JSON.parse(text)
  if ((errors?.length ?? 0) > 0 !== (expected.errors !== undefined)) return false
  if (JSON.stringify(data) === JSON.stringify(expected.data)) return true
  if (!isDeepStrictEqual(data, JSON.parse(JSON.stringify(expected.data)))) return false
  different()
  return true
}

const OK = /^HTTP\/1\.1 200/
const REMEMBERED = 8

/** Bytes that were found right once are right again. */
function checkSame(expected: StaticAnswer, different: () => void): (message: Message) => boolean {
  const right: Buffer[] = []
  return ({ head, pieces }) => {
    if (!OK.test(head)) return false
    if (right.some((bytes) => sameBytes(pieces, bytes))) return true
    if (!isRight(textOf(pieces), expected, different)) return false
    if (right.length < REMEMBERED) right.push(Buffer.concat(pieces))
    return true
  }
}

/** As `checkSame` for requests that differ by one word, which is put back before the comparison. */
function checkAlike(
  expected: StaticAnswer,
  different: () => void,
): (message: Message, word: string, by: string) => boolean {
  const right: string[] = []
  return ({ head, pieces }, word, by) => {
    if (!OK.test(head)) return false
    const text = textOf(pieces).replaceAll(word, by)
    if (right.includes(text)) return true
    if (!isRight(text, expected, different)) return false
    if (right.length < REMEMBERED) right.push(text)
    return true
  }
}

function identical({ body, answer }: Sample): Variant['requests'] {
  return (different) => {
    const request = { body: Buffer.from(body), check: checkSame(answer, different) }
    return () => request
  }
}

// --- Queries

const FRAGMENTS = `
fragment U on User { id username name }
fragment R on Review { id body }
fragment P on Product { inStock name price shippingEstimate upc weight }
`
/** The public gateways benchmark's query. */
const SHOP_WINDOW = `{
  users {
    ...U
    reviews { ...R product { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } } }
  }
  topProducts {
    ...P
    reviews { ...R author { ...U reviews { ...R product { ...P } } } }
  }
}${FRAGMENTS}`

const SHOP_WINDOW_OF_BLOCK = SHOP_WINDOW.replace('{', 'query Window($block: Int!) {')
  .replace('users {', 'users(block: $block) {')
  .replace('topProducts {', 'topProducts(block: $block) {')

const FIRST = `query List($first: Int!) {
  topProducts(first: $first) { upc name price weight inStock shippingEstimate }
}`

const NESTED = `{
  me {
    username
    reviews { product { reviews { author { reviews { product { reviews { author { reviews { body } } } } } } } } }
  }
}`

/** Asked for by no request before. */
let blocks = 1000
let words = 0

function distinctBlocks(different: () => void): () => LoadRequest {
  const template = 1
  const { answer } = sampleOf(SHOP, SHOP_WINDOW_OF_BLOCK, { block: template })
  const check = checkAlike(answer, different)
  const head = `{"query":${JSON.stringify(SHOP_WINDOW_OF_BLOCK)},"variables":{"block":`
  return () => {
    blocks += 1
    const word = `"${blocks}:`
    return {
      body: `${head}${blocks}}}`,
      check: (message) => check(message, word, `"${template}:`),
    }
  }
}

function shopWindowWith(word: string): string {
  return SHOP_WINDOW.replace(
    'topProducts {\n    ...P',
    `top_${word}: topProducts {\n    ...P title_${word}: name`,
  )
}

function newDocuments(different: () => void): () => LoadRequest {
  const { answer } = sampleOf(SHOP, shopWindowWith('template'))
  const check = checkAlike(answer, different)
  return () => {
    words += 1
    const word = `w${words}w`
    return {
      body: JSON.stringify({ query: shopWindowWith(word) }),
      check: (message) => check(message, word, 'template'),
    }
  }
}

function everySecondFails(different: () => void): () => LoadRequest {
  const pair = [1, FAILING_BLOCK].map((block) => {
    const { body, answer } = sampleOf(SHOP, SHOP_WINDOW_OF_BLOCK, { block })
    return { body: Buffer.from(body), check: checkSame(answer, different) }
  })
  let turn = 0
  return () => pair[(turn += 1) % 2]!
}

// --- The tables

const MAIN = sampleOf(SHOP, SHOP_WINDOW)

function list(first: number, concurrency: number): Variant {
  const sample = sampleOf(SHOP, FIRST, { first })
  return {
    name: `list-${first}`,
    title: `Lists of ${first.toLocaleString('en')} entities, ${concurrency} at once`,
    world: SHOP,
    concurrency,
    warmUp: 10,
    kinds: UNSHARED,
    sample,
    requests: identical(sample),
  }
}

/** Dear for the gateway and cheap for the load, which works on the same cores. */
const LONG = sampleOf(SHOP, FIRST, { first: 10_000 })
const NEST = sampleOf(SHOP, NESTED)
const TWELVE_SAMPLE = sampleOf(AGENCIES, TWELVE, { id: '0012345679' })
const FAILING = sampleOf(SHOP, SHOP_WINDOW_OF_BLOCK, { block: FAILING_BLOCK })

export const VARIANTS: readonly Variant[] = [
  {
    name: 'main',
    title: 'The public benchmark’s query, 50 identical requests at once',
    world: SHOP,
    concurrency: 50,
    kinds: KINDS,
    sample: MAIN,
    requests: identical(MAIN),
  },
  {
    name: 'distinct',
    title: 'The same query, every request with variables of its own, 50 at once',
    world: SHOP,
    concurrency: 50,
    kinds: KINDS,
    sample: sampleOf(SHOP, SHOP_WINDOW_OF_BLOCK, { block: 1 }),
    requests: distinctBlocks,
  },
  {
    name: 'cold',
    title: 'The same query, every document new, 10 at once',
    world: SHOP,
    concurrency: 10,
    warmUp: 40,
    kinds: UNSHARED,
    sample: MAIN,
    requests: newDocuments,
  },
  {
    name: 'errors',
    title: 'The same query, errors in every second answer, 50 at once',
    world: SHOP,
    concurrency: 50,
    kinds: UNSHARED,
    sample: FAILING,
    requests: everySecondFails,
  },
  list(100, 20),
  list(1000, 10),
  list(10_000, 4),
  {
    name: 'nested',
    title: 'Eleven levels, 50 at once',
    world: SHOP,
    concurrency: 50,
    kinds: UNSHARED,
    sample: NEST,
    requests: identical(NEST),
  },
  {
    name: 'slow',
    title: 'Subgraphs that take 200 ms, 1,000 identical requests at once',
    world: SHOP,
    concurrency: 1000,
    delayMs: 200,
    warmUp: 1000,
    kinds: UNSHARED,
    sample: MAIN,
    requests: identical(MAIN),
  },
  {
    name: 'workers',
    title: 'Two workers beside one, both cores shared with load and subgraphs, lists, 8 at once',
    world: SHOP,
    concurrency: 8,
    warmUp: 40,
    kinds: WORKERS,
    sample: LONG,
    requests: identical(LONG),
  },
  {
    name: 'agencies',
    title: 'Forty subgraphs, twelve of them touched, 50 at once',
    world: AGENCIES,
    concurrency: 50,
    kinds: UNSHARED,
    sample: TWELVE_SAMPLE,
    requests: identical(TWELVE_SAMPLE),
  },
]
