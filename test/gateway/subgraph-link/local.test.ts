import { expect, test } from 'vitest'

import { openLocalLink } from '../../../gateway/subgraph-link/local.ts'
import type { Answer } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import type { Subgraph } from '../../../schema/subgraph.ts'
import { call } from '../support/remote.ts'

type Execute = () => Promise<Answer>

function subgraph(execute: Execute): Subgraph {
  return { name: 'a', sdl: '', execute, health: () => undefined, close: async () => {} }
}

async function send(execute: Execute, signal = new AbortController().signal) {
  const lines: { facts: Readonly<Record<string, unknown>>; message: string }[] = []
  const write = (facts: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ facts, message })
  const link = openLocalLink(subgraph(execute), { info: write, warn: write, error: write })
  const answer = await link.send(call('{ a }', { signal }))
  return { answer, lines }
}

test('a bug is an answer with INTERNAL, and its place without its message is in the log', async () => {
  const { answer, lines } = await send(() => Promise.reject(new TypeError('1234567890')))
  expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL' } }] })
  expect(lines).toHaveLength(1)
  expect(lines[0]?.facts).toMatchObject({
    requestId: 'r1',
    subgraph: 'a',
    stack: expect.arrayContaining([expect.stringContaining('local.test.ts')]),
  })
  expect(JSON.stringify(lines)).not.toContain('1234567890')
})

test('a failing system is an answer with its code and no bug', async () => {
  const { answer, lines } = await send(() => Promise.reject(new SystemError('SYSTEM_BUSY', 'x')))
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'SYSTEM_BUSY', system: 'x' })
  expect(lines).toEqual([])
})

test('asks nothing for a request that has ended', async () => {
  let asked = 0
  const execute = async () => {
    asked += 1
    return {}
  }
  const { answer } = await send(execute, AbortSignal.abort())
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'SYSTEM_TIMEOUT', system: 'a' })
  expect(asked).toBe(0)
})

test.each([
  ['{ a }', 'SYSTEM_TIMEOUT'],
  ['mutation { a }', 'SYSTEM_OUTCOME_UNKNOWN'],
])('%s that is under way when the request ends is %s', async (document, code) => {
  const ending = new AbortController()
  const execute = () => {
    setImmediate(() => ending.abort())
    return new Promise<Answer>(() => {})
  }
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const link = openLocalLink(subgraph(execute), log)
  const answer = await link.send(call(document, { signal: ending.signal }))
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code, system: 'a' })
})

async function subscribe(events: () => AsyncIterable<Answer>, signal: AbortSignal) {
  const source: Subgraph = { ...subgraph(async () => ({})), subscribe: events }
  const taken: Answer[] = []
  const request = call('subscription { a }', { signal })
  for await (const event of openLocalLink(source).subscribe?.(request) ?? []) taken.push(event)
  return taken
}

async function* failing(): AsyncGenerator<Answer> {
  yield { data: { n: 1 } }
  throw new SystemError('SYSTEM_BUSY', 'x')
}

test('gives the events of a subscription; a failure is the last of them', async () => {
  expect(await subscribe(failing, new AbortController().signal)).toMatchObject([
    { data: { n: 1 } },
    { errors: [{ extensions: { code: 'SYSTEM_BUSY' } }] },
  ])
})

test('a subscription ends with its request, whatever the subgraph does', async () => {
  const request = new AbortController()
  async function* events(): AsyncGenerator<Answer> {
    yield { data: { n: 1 } }
    setTimeout(() => request.abort(), 10)
    await new Promise(() => {})
  }
  expect(await subscribe(events, request.signal)).toEqual([{ data: { n: 1 } }])
  expect(await subscribe(events, request.signal)).toEqual([])
})

test('a subgraph without subscriptions has a link without them', () => {
  expect(openLocalLink(subgraph(async () => ({})))).not.toHaveProperty('subscribe')
})
