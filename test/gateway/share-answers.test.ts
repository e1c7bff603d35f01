import { Kind, parse } from 'graphql'
import { expect, test, vi } from 'vitest'

import { ONE_ANSWER, type Stage, type Work } from '../../gateway/pipeline.ts'
import { buildShareAnswers } from '../../gateway/share-answers.ts'
import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import type { RequestContext } from '../../schema/context.ts'
import { callerWith } from './support/federation.ts'

interface Asked extends Partial<RequestContext> {
  readonly query?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly later?: boolean
  readonly text?: string
}

/** The first stage knows the operation; the second answers when it is let. */
function sharing() {
  const executed: Work[] = []
  const gates: PromiseWithResolvers<void>[] = []
  const stages: Stage[] = [
    { name: 'operation', run: checkStage },
    {
      name: 'execute',
      run: async (work) => {
        const gate = Promise.withResolvers<void>()
        executed.push(work)
        gates.push(gate)
        work.context.signal.addEventListener('abort', () => gate.resolve())
        await gate.promise
        const { caller, signal, requestId } = work.context
        work.answer = { data: { subject: caller.subject, cut: signal.aborted, requestId } }
      },
    },
  ]
  const { run, join } = buildShareAnswers(stages)
  let asked = 0
  return {
    executed,
    gates,
    land: () => gates.forEach(({ resolve }) => resolve()),
    ask: (one: Asked = {}) => {
      asked += 1
      return run(workOf({ requestId: `r${asked}`, ...one }))
    },
    /** By the text alone. */
    join: (text: string, one: Asked = {}) => {
      asked += 1
      return join(text, workOf({ requestId: `r${asked}`, ...one }))
    },
  }
}

function workOf({ query = '{ a }', variables, later = false, text, ...context }: Asked): Work {
  return {
    request: { query, variables, text },
    context: {
      requestId: 'r',
      traceparent: '',
      caller: ANONYMOUS,
      signal: new AbortController().signal,
      provenance: false,
      ask: () => Promise.resolve({}),
      ...context,
    },
    trusted: false,
    readOnly: false,
    accepts: { ...ONE_ANSWER, later },
  }
}

function checkStage(work: Work): void {
  const document = parse(work.request.query ?? '')
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)
  const hash = work.request.query ?? ''
  work.operation = {
    document,
    operation: operation!,
    fragments: [],
    hash,
    provenance: false,
    selections: 1,
  }
  work.variables = work.request.variables ?? {}
}

/** Until all that was asked has come as far as it can. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('executes equal queries of one caller once and says whose answer it is', async () => {
  const { ask, land, executed } = sharing()
  const asked = [ask(), ask(), ask()]
  await settled()
  expect(executed).toHaveLength(1)
  land()
  const works = await Promise.all(asked)
  expect(new Set(works.map(({ answer }) => answer)).size).toBe(1)
  expect(works.map(({ shared }) => shared)).toEqual([true, true, true])
  expect(works.map(({ sharedWith }) => sharedWith)).toEqual([undefined, 'r1', 'r1'])
})

test('keeps nothing: what is asked after the answer is executed again', async () => {
  const { ask, land, executed } = sharing()
  for (const count of [1, 2]) {
    const asked = ask()
    await settled()
    land()
    expect((await asked).shared).toBeUndefined()
    expect(executed).toHaveLength(count)
  }
})

const CITIZEN: Caller = callerWith(['citizen'])

test.each<[string, Asked, Asked]>([
  ['two callers', { caller: CITIZEN }, { caller: { ...CITIZEN, subject: 't' } }],
  ['a caller and nobody', { caller: CITIZEN }, {}],
  ['two tokens of one caller', { caller: CITIZEN }, { caller: { ...CITIZEN } }],
  ['other rights', { caller: CITIZEN }, { caller: { ...CITIZEN, roles: new Set() } }],
  ['two operations', {}, { query: '{ b }' }],
  ['other variables', { variables: { id: 1 } }, { variables: { id: '1' } }],
  ['a number beyond JSON and null', { variables: { a: Infinity } }, { variables: { a: null } }],
  ['variables that are no data', { variables: { a: new Map() } }, { variables: { a: new Map() } }],
  ['other forwarded headers', { headers: { 'x-a': '1' } }, { headers: { 'x-a': '2' } }],
  ['a forwarded header and none', { headers: { 'x-a': '1' } }, {}],
  ['a wish for origins', { provenance: true }, {}],
  ['two purposes', { purpose: 'deed' }, { purpose: 'court' }],
  ['a purpose and none', { purpose: 'deed' }, {}],
  ['two cases', { issue: 'a' }, { issue: 'b' }],
  ['a purpose and a case of one name', { purpose: 'deed' }, { issue: 'deed' }],
  ['mutations', { query: 'mutation { a }' }, { query: 'mutation { a }' }],
  ['subscriptions', { query: 'subscription { a }' }, { query: 'subscription { a }' }],
  [
    'deferred parts',
    { query: '{ ... @defer { a } }', later: true },
    { query: '{ ... @defer { a } }', later: true },
  ],
])('executes twice for %s', async (_, first, second) => {
  const { ask, land, executed } = sharing()
  const asked = [ask(first), ask(second)]
  await settled()
  expect(executed).toHaveLength(2)
  land()
  const [one, two] = await Promise.all(asked)
  expect(one?.answer).not.toBe(two?.answer)
  expect([one?.shared, two?.shared]).toEqual([undefined, undefined])
})

test('gives an answer under way to one who sends the same text, without a look at it', async () => {
  const { ask, join, land, executed } = sharing()
  const first = ask({ text: '{"query":"{ a }"}' })
  await settled()
  const second = join('{"query":"{ a }"}')
  await settled()
  land()
  const [one, two] = await Promise.all([first, second])
  expect(executed).toHaveLength(1)
  expect(two?.answer).toBe(one.answer)
  expect(two).toMatchObject({ shared: true, sharedWith: 'r1', context: { requestId: 'r2' } })
  expect(two?.operation).toBe(one.operation)
  expect(join('{"query":"{ a }"}')).toBeUndefined()
})

const LONG = 'x'.repeat(20_000)

test.each<[string, Asked, string, Asked]>([
  ['of another text', { text: 'a' }, 'b', {}],
  ['of another caller', { text: 'a', caller: CITIZEN }, 'a', { caller: { ...CITIZEN } }],
  ['of a caller, for nobody', { text: 'a', caller: CITIZEN }, 'a', {}],
  [
    'with other forwarded headers',
    { text: 'a', headers: { x: '1' } },
    'a',
    { headers: { x: '2' } },
  ],
  ['for one who takes parts', { text: 'a', query: '{ ... @defer { a } }' }, 'a', { later: true }],
  ['with a wish for origins', { text: 'a' }, 'a', { provenance: true }],
  ['of a text that is long', { text: LONG }, LONG, {}],
  ['that came without a text', {}, 'undefined', {}],
  ['of a mutation', { text: 'a', query: 'mutation { a }' }, 'a', {}],
  ['of a subscription', { text: 'a', query: 'subscription { a }' }, 'a', {}],
])('knows by a text of nothing under way %s', async (_, first, text, second) => {
  const { ask, join, land, executed } = sharing()
  const asked = ask(first)
  await settled()
  expect(join(text, second)).toBeUndefined()
  land()
  await asked
  expect(executed).toHaveLength(1)
})

test('shares a document with @defer among those who take it whole', async () => {
  const { ask, land, executed } = sharing()
  const asked = [ask({ query: '{ ... @defer { a } }' }), ask({ query: '{ ... @defer { a } }' })]
  await settled()
  land()
  await Promise.all(asked)
  expect(executed).toHaveLength(1)
})

test('goes on for the others when the first who asked has gone', async () => {
  const { ask, land, executed } = sharing()
  const gone = new AbortController()
  const first = ask({ signal: gone.signal })
  const second = ask()
  await settled()
  gone.abort()
  const third = ask()
  await settled()
  expect(executed).toHaveLength(1)
  land()
  expect((await second).answer).toMatchObject({ data: { cut: false } })
  expect((await third).answer).toMatchObject({ data: { cut: false } })
  await first
})

test('is given up when all have gone, and nobody joins it any more', async () => {
  const { ask, land, executed } = sharing()
  const gone = [new AbortController(), new AbortController()]
  const asked = gone.map(({ signal }) => ask({ signal }))
  await settled()
  gone[1]?.abort()
  await settled()
  expect(executed[0]?.context.signal.aborted).toBe(false)
  gone[0]?.abort()
  expect(executed[0]?.context.signal.aborted).toBe(true)
  const late = ask()
  await settled()
  expect(executed).toHaveLength(2)
  land()
  expect((await late).answer).toMatchObject({ data: { cut: false } })
  await Promise.all(asked)
})

test('ends for all with the deadline of the first', async () => {
  const { ask } = sharing()
  const asked = [ask({ signal: AbortSignal.timeout(20) }), ask()]
  const answers = await Promise.all(asked)
  expect(answers.map(({ answer }) => answer?.data?.['cut'])).toEqual([true, true])
})

test('is nothing for one who has gone before it begins', async () => {
  const { ask, executed } = sharing()
  const signal = AbortSignal.abort()
  await ask({ signal })
  expect(executed[0]?.context.signal.aborted).toBe(true)
})

test('gives a failure to all, and the next one begins anew', async () => {
  let runs = 0
  const { run } = buildShareAnswers([
    { name: 'operation', run: checkStage },
    {
      name: 'execute',
      run: async () => {
        runs += 1
        await settled()
        throw new TypeError('a bug')
      },
    },
  ])
  const results = await Promise.allSettled([run(workOf({})), run(workOf({}))])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(runs).toBe(1)
  await expect(run(workOf({}))).rejects.toThrow('a bug')
  expect(runs).toBe(2)
})

test('lets nobody join a query that began before a mutation ended', async () => {
  const { ask, join, gates, executed } = sharing()
  const before = ask({ text: 'a' })
  const changing = ask({ query: 'mutation { a }' })
  await settled()
  gates[1]?.resolve()
  await changing
  expect(join('a')).toBeUndefined()
  const after = ask()
  await settled()
  expect(executed).toHaveLength(3)
  gates.forEach(({ resolve }) => resolve())
  const [first, second] = await Promise.all([before, after])
  expect(second.answer).not.toBe(first.answer)
})

test('lets nobody join a query that has used up much of its time', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { ask, join, land, executed } = sharing()
    const early = ask({ text: 'a' })
    await settled()
    vi.advanceTimersByTime(2000)
    expect(join('a')).toBeUndefined()
    const late = ask()
    await settled()
    expect(executed).toHaveLength(2)
    land()
    await Promise.all([early, late])
  } finally {
    vi.useRealTimers()
  }
})
