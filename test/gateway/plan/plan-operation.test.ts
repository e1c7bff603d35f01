import { buildSchema, type DocumentNode, parse, print } from 'graphql'
import { expect, onTestFinished, test, vi } from 'vitest'

import { buildPlanOperation, type PlanOptions } from '../../../gateway/plan/plan-operation.ts'
import {
  NO_OVERRIDES,
  NOTHING,
  type Overrides,
  type Planner,
  type PlanningOptions,
  type PlanNode,
} from '../../../gateway/plan/plan.ts'
import { SystemError } from '../../../schema/errors.ts'

const schema = buildSchema(`
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { a: Int, b: Int }
  type Mutation { a: M, b: M }
  type M { a: Int, m: M }`)

interface Recorded extends Planner {
  readonly planned: string[]
  readonly followed: Overrides[]
}

/** Gives a sequence of nothing for every document, unless told what. */
function planner(percentages: readonly number[] = [], plan: PlanNode = NOTHING): Recorded {
  const planned: string[] = []
  const followed: Overrides[] = []
  return {
    planned,
    followed,
    percentages,
    ready: Promise.resolve(),
    plan: (document: DocumentNode, { overrides = NO_OVERRIDES }: PlanningOptions = {}) => {
      planned.push(print(document).replaceAll(/\s+/g, ' '))
      followed.push(overrides)
      return Promise.resolve(plan)
    },
    close: () => {},
  }
}

function build(engine: Planner, options: Partial<PlanOptions> = {}) {
  return buildPlanOperation({ planner: engine, schema, remembered: 10, ...options })
}

test('plans once per key, also when there is nothing to fetch', async () => {
  const engine = planner()
  const plan = build(engine)
  const document = parse('{ a }')
  for (const key of ['k', 'k', 'other', 'k']) await plan(document, key)
  expect(engine.planned).toHaveLength(2)
})

test('gives a known plan at once', async () => {
  const plan = build(planner())
  const first = plan(parse('{ a }'), 'k')
  expect(first).toBeInstanceOf(Promise)
  expect(plan(parse('{ a }'), 'k')).toBe(first)
  await first
  expect(plan(parse('{ a }'), 'k')).toBe(NOTHING)
})

test('forgets plans beyond its bound', async () => {
  const engine = planner()
  const plan = build(engine, { remembered: 1 })
  for (const key of ['a', 'b', 'a']) await plan(parse('{ a }'), key)
  expect(engine.planned).toHaveLength(3)
})

test('a long plan takes the place of several', async () => {
  const long = { ...FETCH, text: 'x'.repeat(20_000) }
  const engine = planner([], { kind: 'sequence', nodes: [long] })
  const plan = build(engine, { remembered: 6 })
  for (const key of ['a', 'b', 'b', 'c', 'a']) await plan(parse('{ a }'), key)
  expect(engine.planned).toHaveLength(4)
})

test('remembers for half a minute that a plan failed', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let asked = 0
  const plan = build({
    ...planner(),
    plan: () => {
      asked += 1
      return Promise.reject(new Error('no plan'))
    },
  })
  const attempt = () => expect(plan(parse('{ a }'), 'k')).rejects.toThrow('no plan')
  await attempt()
  await attempt()
  expect(asked).toBe(1)
  vi.advanceTimersByTime(30_000)
  await attempt()
  expect(asked).toBe(2)
})

test('that there was no time for a document is not remembered', async () => {
  let asked = 0
  const plan = build({
    ...planner(),
    plan: () => {
      asked += 1
      return Promise.reject(new SystemError('SYSTEM_BUSY', 'gateway'))
    },
  })
  for (const _ of [1, 2]) {
    await expect(plan(parse('{ a }'), 'k')).rejects.toMatchObject({ code: 'SYSTEM_BUSY' })
  }
  expect(asked).toBe(2)
})

test('a plan is wanted while one of those who asked for it is still there', async () => {
  const { promise, resolve } = Promise.withResolvers<PlanNode>()
  let isWanted: (() => boolean) | undefined
  const plan = build({
    ...planner(),
    plan: (_, options) => {
      isWanted = options?.isWanted
      return promise
    },
  })
  const [first, second] = [new AbortController(), new AbortController()]
  const plans = [first, second].map(({ signal }) => plan(parse('{ a }'), 'k', signal))
  const wanted = [isWanted?.()]
  first.abort()
  wanted.push(isWanted?.())
  second.abort()
  wanted.push(isWanted?.())
  expect(wanted).toEqual([true, true, false])
  resolve(NOTHING)
  expect(plans[1]).toBe(plans[0])
  expect(await plans[1]).toBe(NOTHING)
})

test.each([
  ['{ __schema { types { name } } a }', ['{ a }']],
  ['{ ... on Query { __type(name: "A") { name } } b }', ['{ b }']],
  ['{ __schema { types { name } } __typename }', []],
  ['{ ... F } fragment F on Query { ... { __typename } }', []],
  ['{ a @include(if: false) }', []],
])('plans only what subgraphs must answer: %s', async (text, planned) => {
  const engine = planner()
  await build(engine)(parse(text), 'k')
  expect(engine.planned).toEqual(planned)
})

test('a mutation of several fields is planned field by field', async () => {
  const engine = planner()
  const text =
    'mutation ($x: Boolean!, $y: Boolean!) { a { a } ... @include(if: $x) { b { a } a @skip(if: $y) { m { a } } } }'
  expect(await build(engine)(parse(text), 'k')).toEqual({
    kind: 'sequence',
    nodes: [NOTHING, NOTHING],
  })
  expect(engine.planned.slice(1)).toEqual([
    'mutation ($x: Boolean!, $y: Boolean!) { a { a } ... @include(if: $x) { a @skip(if: $y) { m { a } } } }',
    'mutation ($x: Boolean!, $y: Boolean!) { ... @include(if: $x) { b { a } } }',
  ])
})

test.each([
  ['one call does all of it', 'mutation { a { a } b { a } }', 'fetch'],
  ['parts of it are deferred', 'mutation { a { a ... @defer { m { a } } } b { a } }', 'sequence'],
] as const)('a mutation is planned as a whole where %s', async (_, text, kind) => {
  const engine = planner([], kind === 'fetch' ? FETCH : NOTHING)
  await build(engine)(parse(text), 'k')
  expect(engine.planned).toHaveLength(1)
})

const FETCH: PlanNode = {
  kind: 'fetch',
  subgraph: 's',
  document: parse('{ a }'),
  text: '{ a }',
  operationName: undefined,
  mutates: true,
  variables: [],
  id: undefined,
  outputRewrites: [],
  fills: [],
}

test('follows an override for the share of requests that it names, one plan per share', async () => {
  const engine = planner([50, 10, 50])
  let drawn = 0
  const plan = build(engine, { labels: ['new'], draw: () => drawn })
  for (drawn of [3, 10, 49.9, 50, 99, 9.9]) await plan(parse('{ a }'), 'k')
  expect(engine.followed.map(({ percent }) => percent)).toEqual([0, 10, 50])
  expect(engine.followed[0]?.labels).toEqual(new Set(['new']))
})

test('draws nothing where there is no share', async () => {
  const engine = planner()
  await build(engine, { draw: expect.unreachable, labels: ['new'] })(parse('{ a }'), 'k')
  expect(engine.followed).toEqual([{ ...NO_OVERRIDES, labels: new Set(['new']) }])
})
