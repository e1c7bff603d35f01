import { expect, test } from 'vitest'

import type { LaterPart } from '../../../schema/context.ts'
import { CallerError } from '../../../schema/errors.ts'
import {
  callerWith,
  contextOf,
  federate,
  type SubgraphSource,
} from '../../gateway/support/federation.ts'
import { askLater } from './ask-later.ts'

const AMIR = { __typename: 'Person', id: '2', name: 'Amir' }
const SARA = { __typename: 'Person', id: '1', name: 'Sara', friend: AMIR }

const people: SubgraphSource = {
  sdl: `
    type Query { me: Person, people: [Person!], gone: Person, owner: Owner }
    union Owner = Person | Firm
    type Firm { name: String }
    type Person @key(fields: "id") { id: ID!, name: String, friend: Person }`,
  resolvers: {
    Query: {
      me: () => SARA,
      people: () => [SARA, AMIR],
      gone: () => null,
      owner: () => SARA,
    },
    Person: { __resolveReference: ({ id }: { id: string }) => (id === '1' ? SARA : AMIR) },
  },
}

/** The fields of each fail for the person 2. */
function slow(name: string, gate: Promise<void> = Promise.resolve()): SubgraphSource {
  const wait = async ({ id }: { id: string }) => {
    await gate
    if (id === '2') throw new CallerError('NOT_FOUND', `No ${name}.`)
    return `${name} of ${id}`
  }
  return {
    sdl: `
      type Query { ${name}Now: String }
      type Person @key(fields: "id") { id: ID!, ${name}: String, ${name}Must: String!, ${name}Secret: String @policy(policies: [["staff"]]) }`,
    resolvers: {
      Query: { [`${name}Now`]: async () => (await gate, 'now') },
      Person: {
        __resolveReference: (one: object) => one,
        [name]: wait,
        [`${name}Must`]: wait,
        [`${name}Secret`]: wait,
      },
    },
  }
}

const graph = () => federate({ people, deeds: slow('deeds'), taxes: slow('taxes') }, 'apollo')

const withoutErrors = ({ path, label, data }: LaterPart) => ({ path, label, data })
const codes = ({ errors = [] }: LaterPart) =>
  errors.map(({ path, extensions }) => [path, extensions?.['code']])

test('the answer comes without what is deferred, which follows', async () => {
  const { answer, parts } = await askLater(
    graph(),
    '{ me { name ... @defer(label: "d") { deeds } } }',
  )
  expect(answer).toEqual({ data: { me: { name: 'Sara' } } })
  expect(parts).toEqual([{ path: ['me'], label: 'd', data: { deeds: 'deeds of 1' } }])
})

test('parts come in the order in which their subgraphs answer', async () => {
  const gate = Promise.withResolvers<void>()
  const deeds = slow('deeds', gate.promise)
  const { engine } = federate({ people, deeds, taxes: slow('taxes') }, 'apollo')
  const query = `{ me {
    ... @defer(label: "slow") { deeds }
    ... @defer(label: "fast") { taxes }
    name } }`
  const accepts = { later: true, events: false }
  const work = await engine.run({ query }, contextOf(engine), false, accepts)
  expect(work.answer).toEqual({ data: { me: { name: 'Sara' } } })
  const order: (string | undefined)[] = []
  for await (const { label } of work.later ?? []) {
    order.push(label)
    // Only now may the slow one answer.
    gate.resolve()
  }
  expect(order).toEqual(['fast', 'slow'])
})

test('a subgraph that fails as a whole is told at the fields of each part', async () => {
  const deeds = { ...slow('deeds'), execute: async () => ({}) }
  const { answer, parts } = await askLater(
    federate({ people, deeds }, 'apollo'),
    '{ people { id ... @defer { deeds } } }',
  )
  expect(answer.errors).toBeUndefined()
  expect(parts.map(codes)).toEqual([
    [[['people', 0, 'deeds'], 'SYSTEM_REPLY_INVALID']],
    [[['people', 1, 'deeds'], 'SYSTEM_REPLY_INVALID']],
  ])
})

test('each object of a list is told of by its place', async () => {
  const { answer, parts } = await askLater(
    graph(),
    '{ people { id ...D @defer } } fragment D on Person { deeds }',
  )
  expect(answer).toEqual({ data: { people: [{ id: '1' }, { id: '2' }] } })
  expect(parts.map(withoutErrors)).toEqual([
    { path: ['people', 0], label: undefined, data: { deeds: 'deeds of 1' } },
    { path: ['people', 1], label: undefined, data: { deeds: null } },
  ])
  expect(parts.map(codes)).toEqual([[], [[['people', 1, 'deeds'], 'NOT_FOUND']]])
})

test('a null is passed up no further than its part', async () => {
  const { answer, parts } = await askLater(
    graph(),
    '{ people { id ... @defer { deedsMust taxes } } }',
  )
  expect(answer).toEqual({ data: { people: [{ id: '1' }, { id: '2' }] } })
  expect(parts.map(({ data }) => data)).toEqual([
    { deedsMust: 'deeds of 1', taxes: 'taxes of 1' },
    null,
  ])
})

test('a part within a part follows it', async () => {
  const { answer, parts } = await askLater(
    graph(),
    `{ I: me { ... @defer(label: "outer") { friend { who: name ... @defer(label: "inner") { taxes } } deeds } } }`,
  )
  expect(answer).toEqual({ data: { I: {} } })
  expect(parts.map(withoutErrors)).toEqual([
    { path: ['I'], label: 'outer', data: { friend: { who: 'Amir' }, deeds: 'deeds of 1' } },
    { path: ['I', 'friend'], label: 'inner', data: { taxes: null } },
  ])
  expect(parts.map(codes)).toEqual([[], [[['I', 'friend', 'taxes'], 'NOT_FOUND']]])
})

test('an alias of a deferred object may look like a name of ours', async () => {
  const { parts } = await askLater(graph(), '{ _p_me: me { ... @defer { deeds } } }')
  expect(parts).toEqual([{ path: ['_p_me'], label: undefined, data: { deeds: 'deeds of 1' } }])
})

test('fields of the root may come later', async () => {
  const { answer, parts } = await askLater(
    graph(),
    '{ me { name } ... @defer { deedsNow taxesNow } }',
  )
  expect(answer).toEqual({ data: { me: { name: 'Sara' } } })
  expect(parts).toEqual([
    { path: [], label: undefined, data: { deedsNow: 'now', taxesNow: 'now' } },
  ])
})

test('what nobody may be told of is told in its part', async () => {
  const federation = graph()
  const { answer, parts } = await askLater(
    federation,
    '{ me { name ... @defer { deeds deedsSecret } } }',
    { caller: callerWith(['citizen']) },
  )
  expect(answer).toEqual({ data: { me: { name: 'Sara' } } })
  expect(parts.map(withoutErrors)).toEqual([
    { path: ['me'], label: undefined, data: { deeds: 'deeds of 1', deedsSecret: null } },
  ])
  expect(parts.map(codes)).toEqual([[[['me', 'deedsSecret'], 'FORBIDDEN']]])
})

test.each([
  [true, { name: 'Sara' }, 1],
  [false, { name: 'Sara', deeds: 'deeds of 1' }, 0],
])('a variable that is %s decides', async (later, me, count) => {
  const { answer, parts } = await askLater(
    graph(),
    'query ($later: Boolean!) { me { name ... @defer(if: $later) { deeds } } }',
    { variables: { later } },
  )
  expect(answer).toEqual({ data: { me } })
  expect(parts).toHaveLength(count)
})

test.each([
  ['is null', '{ gone { id ... @defer { deeds } } }', { gone: null }],
  [
    'was not deferred after all',
    '{ me { name ... @defer(if: false) { deeds } } }',
    { me: { name: 'Sara', deeds: 'deeds of 1' } },
  ],
  [
    'has another type',
    '{ owner { __typename ... on Firm @defer { name } } }',
    { owner: { __typename: 'Person' } },
  ],
])('no part comes of an object that %s', async (_, query, data) => {
  expect(await askLater(graph(), query)).toEqual({ answer: { data }, parts: [] })
})

test('what the answer brings anyway is told at once', async () => {
  const { answer, parts } = await askLater(graph(), '{ me { id ... @defer { id name } } }')
  expect(answer).toEqual({ data: { me: { id: '1' } } })
  expect(parts).toEqual([{ path: ['me'], label: undefined, data: { id: '1', name: 'Sara' } }])
})

test('a client that asks for one whole answer gets all at once', async () => {
  const { ask } = graph()
  expect(await ask('{ me { name ... @defer { deeds } } }')).toEqual({
    data: { me: { name: 'Sara', deeds: 'deeds of 1' } },
  })
})

test('no part comes after the end of the request', async () => {
  const end = new AbortController()
  const federation = federate({ people, deeds: slow('deeds', new Promise(() => {})) }, 'apollo')
  const { answer, parts } = await askLater(federation, '{ me { name ... @defer { deeds } } }', {
    signal: end.signal,
    onAnswer: () => end.abort(),
  })
  expect(answer).toEqual({ data: { me: { name: 'Sara' } } })
  expect(parts).toEqual([])
})
