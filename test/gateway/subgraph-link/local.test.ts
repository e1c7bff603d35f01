import { parse } from 'graphql'
import { expect, test } from 'vitest'

import { openLocalLink } from '../../../gateway/subgraph-link/local.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import type { Answer } from '../../../schema/context.ts'
import { SystemError } from '../../../schema/errors.ts'
import type { Subgraph } from '../../../schema/subgraph.ts'

type Execute = () => Promise<Answer>

function subgraph(execute: Execute): Subgraph {
  return { name: 'a', sdl: '', execute, health: () => undefined, close: async () => {} }
}

async function send(execute: Execute, signal = new AbortController().signal) {
  const lines: { facts: Readonly<Record<string, unknown>>; message: string }[] = []
  const write = (facts: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ facts, message })
  const link = openLocalLink(subgraph(execute), { info: write, warn: write, error: write })
  const answer = await link.send({
    operation: {
      document: parse('{ a }'),
      text: '{ a }',
      operationName: undefined,
      mutates: false,
    },
    variables: {},
    representations: [],
    context: {
      requestId: 'r1',
      traceparent: '',
      caller: ANONYMOUS,
      signal,
      provenance: false,
      ask: async () => ({}),
    },
  })
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
