// The whole gateway over sockets; what stands in a stream is told in the tests of the door.

import { setTimeout as after } from 'node:timers/promises'

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'

import { Lifetime } from '../../../gateway/http/lifetime.ts'
import { streamOf } from '../../../gateway/http/stream-of.ts'
import { ONE_ANSWER, type Work } from '../../../gateway/pipeline.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import type { Answer, LaterPart, RequestContext } from '../../../schema/context.ts'
import type { SubgraphSource } from '../support/federation.ts'
import { open, type Opened } from '../support/open.ts'

const aborted: string[] = []
let slow = Promise.withResolvers<string>()

const PEOPLE: SubgraphSource = {
  sdl: `type Query { me: Person } type Subscription { arrived: Person }
    type Person @key(fields: "id") { id: ID! name: String }`,
  resolvers: { Query: { me: () => ({ id: '1', name: 'Sara' }) } },
  subscribe: async function* (): AsyncGenerator<Answer> {
    for (const id of ['1', '2']) {
      await Promise.resolve()
      yield { data: { arrived: { id, name: `n${id}`, __typename: 'Person' } } }
    }
  },
}

const GRADES: SubgraphSource = {
  sdl: 'type Person @key(fields: "id") { id: ID! grade: String }',
  resolvers: {
    Person: {
      __resolveReference: (reference: object) => reference,
      grade: (_: unknown, __: unknown, { signal }: RequestContext) => {
        signal.addEventListener('abort', () => aborted.push(String(signal.reason)))
        return slow.promise
      },
    },
  },
}

let gateway: Opened
beforeAll(async () => {
  gateway = await open({ people: PEOPLE, grades: GRADES })
})
afterAll(() => gateway.close())

const WORK: Work = {
  request: { query: '{ a }' },
  context: {
    requestId: 'r',
    traceparent: '',
    caller: ANONYMOUS,
    signal: new AbortController().signal,
    provenance: false,
    ask: () => Promise.resolve({}),
  },
  trusted: false,
  readOnly: false,
  accepts: ONE_ANSWER,
}

const DEFERRED = '{ me { name ... @defer(label: "late") { grade } } }'
const MULTIPART = { accept: 'multipart/mixed;deferSpec=20220824, application/json' }
const EVENTS = { accept: 'text/event-stream' }

async function firstOf(response: Response): Promise<string> {
  const reader = response.body!.getReader()
  const { value } = await reader.read()
  reader.releaseLock()
  return new TextDecoder().decode(value)
}

test('sends the first part before the slow subgraph has answered', async () => {
  slow = Promise.withResolvers()
  const response = await gateway.post({ query: DEFERRED }, MULTIPART)
  expect(await firstOf(response)).toContain('{"data":{"me":{"name":"Sara"}},"hasNext":true}')
  slow.resolve('A')
  const rest = Buffer.concat(await Array.fromAsync(response.body!)).toString()
  expect(JSON.parse(/^\{.*\}$/m.exec(rest)?.[0] ?? '')).toEqual({
    incremental: [{ path: ['me'], label: 'late', data: { grade: 'A' } }],
    hasNext: false,
  })
  await expect
    .poll(() => gateway.lines.filter(({ message }) => message === 'request'))
    .toMatchObject([{ facts: { status: 200 } }])
})

test('sends the whole answer to those who read no parts', async () => {
  slow = Promise.withResolvers()
  slow.resolve('B')
  const response = await gateway.post({ query: DEFERRED })
  expect(await response.json()).toEqual({ data: { me: { name: 'Sara', grade: 'B' } } })
})

test('tells of a part that failed, and of one that came too late', async () => {
  // Sockets have timers of their own.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  slow = Promise.withResolvers()
  const response = await gateway.post({ query: DEFERRED }, MULTIPART)
  expect(await firstOf(response)).toContain('"hasNext":true')
  vi.advanceTimersByTime(15_000)
  const body = Buffer.concat(await Array.fromAsync(response.body!)).toString()
  expect(body).toContain('SYSTEM_TIMEOUT')
  expect(body.endsWith('"hasNext":false}\r\n-----\r\n')).toBe(true)
})

test('lets a slow subgraph know that the client has gone', async () => {
  slow = Promise.withResolvers()
  aborted.length = 0
  const gone = new AbortController()
  const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(DEFERRED)}`, {
    headers: MULTIPART,
    signal: gone.signal,
  })
  await firstOf(response)
  gone.abort()
  await expect.poll(() => aborted).toEqual([expect.stringContaining('gone')])
})

test.each(['GET', 'POST'])('streams a subscription by %s', async (method) => {
  const query = 'subscription { arrived { name grade } }'
  slow = Promise.withResolvers()
  slow.resolve('C')
  const response = await (method === 'POST'
    ? gateway.post({ query }, EVENTS)
    : fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, { headers: EVENTS }))
  expect(await response.text()).toBe(
    'event: next\ndata: {"data":{"arrived":{"name":"n1","grade":"C"}}}\n\n' +
      'event: next\ndata: {"data":{"arrived":{"name":"n2","grade":"C"}}}\n\n' +
      'event: complete\ndata:\n\n',
  )
})

test('refuses a subscription to those who read no events, and says what to accept', async () => {
  const response = await gateway.post({ query: 'subscription { arrived { name } }' })
  expect(response.status).toBe(406)
  expect(await response.json()).toMatchObject({
    errors: [{ message: expect.stringContaining('text/event-stream') }],
  })
})

test('changes nothing over GET, whatever is accepted', async () => {
  const changing = await open({ a: { sdl: 'type Query { a: Int } type Mutation { change: Int }' } })
  const query = encodeURIComponent('mutation { change }')
  const response = await fetch(`${changing.url}/graphql?query=${query}`, { headers: EVENTS })
  expect(response.status).toBe(405)
  await changing.close()
})

test('the limit is of bytes, whatever letters the parts are of', async () => {
  const text = 'ب'.repeat(1000)
  async function* later(): AsyncGenerator<LaterPart> {
    for (const index of [0, 1, 2]) {
      yield { path: ['list', index], label: undefined, data: { text } }
      await after(1)
    }
  }
  const work = { answer: { data: {} }, later: later() }
  const wanted = { whole: undefined, parts: 'events', events: true } as const
  const told = { errors: [] }
  const limits = { requestId: 'r', answerLimit: 5000 }
  const streamed = streamOf({ ...WORK, ...work }, { wanted, life: new Lifetime(), told, ...limits })
  const frames = await Array.fromAsync(streamed?.frames ?? [])
  expect(frames.map(({ json }) => json.includes('"limit":"answer"'))).toEqual([
    false,
    false,
    false,
    true,
  ])
})

async function* failing(): AsyncGenerator<Answer> {
  yield { data: null, errors: Array.from({ length: 200_000 }, () => ({ message: 'x' })) }
}

test('of the errors of a stream only so many are kept for the log', async () => {
  const wanted = { whole: undefined, parts: undefined, events: true } as const
  const told = { errors: [] }
  const limits = { requestId: 'r', answerLimit: 5000 }
  const streaming = { wanted, life: new Lifetime(), told, ...limits }
  const streamed = streamOf({ ...WORK, events: failing() }, streaming)
  const frames = await Array.fromAsync(streamed?.frames ?? [])
  expect(frames.map(({ json }) => json.includes('"limit":"answer"'))).toEqual([true])
  expect(told).toMatchObject({ errors: { length: 100 } })
  expect(told).not.toHaveProperty('bug')
})
