import { expect, test } from 'vitest'

import { buildEngine, type Engine } from '../../../gateway/engine.ts'
import { CurrentEngine } from '../../../gateway/reload/current-engine.ts'
import { KnownOperations } from '../../../gateway/reload/known-operations.ts'
import { type Outcome, Reload } from '../../../gateway/reload/reload.ts'
import { compose } from '../../../schema/compose/compose.ts'
import type { Log } from '../../../schema/log.ts'
import { contextOf, LIMITS, serve } from '../support/federation.ts'

const A = 'type Query { person: Person } type Person @key(fields: "id") { id: ID! name: String }'
const MORE = A.replace('name: String', 'name: String age: Int')
const LESS = 'type Query { person: Person } type Person @key(fields: "id") { id: ID! }'
const resolvers = { Query: { person: () => ({ id: 1, name: 'x' }) } }

function supergraphOf(sdl: string): string {
  const { supergraph, findings } = compose([serve('a', { sdl })])
  if (supergraph === undefined) throw new Error(JSON.stringify(findings))
  return supergraph
}

function world(breaking: 'refuse' | 'allow' = 'refuse') {
  const released: string[] = []
  const built: string[] = []
  const build = (supergraph: string): Engine => {
    built.push(supergraph)
    return buildEngine({
      supergraph,
      subgraphs: [serve('a', { sdl: A, resolvers })],
      limits: LIMITS,
      mayIntrospect: () => true,
      released: async () => void released.push(supergraph),
    })
  }
  const first = supergraphOf(A)
  const current = new CurrentEngine(build(first), { graceMs: 10 })
  const known = new KnownOperations({ now: () => Date.UTC(2026, 0, 1) })
  const lines: unknown[] = []
  const write = (facts: unknown, message: string) => void lines.push([message, facts])
  const log: Log = { info: write, warn: write, error: write }
  const outcomes: Outcome[] = []
  const reload = new Reload({
    supergraph: first,
    current,
    build,
    known,
    breaking,
    log,
    told: (outcome) => void outcomes.push(outcome),
  })
  const ask = async (query: string, client = 'portal') => {
    const work = await current.run({ query }, contextOf(current.engine), false)
    known.saw(work, client)
    return work
  }
  return { reload, current, known, ask, released, built, lines, outcomes, first }
}

test('a new supergraph answers, and the old engine is let go', async () => {
  const { reload, ask, released, first, outcomes } = world()
  await ask('{ person { name } }')
  expect((await ask('{ person { age } }')).refusal).toBeDefined()
  const before = reload.state().hash
  expect(await reload.reload(supergraphOf(MORE))).toBe('accepted')
  expect((await ask('{ person { age } }')).refusal).toBeUndefined()
  expect(released).toEqual([first])
  expect(reload.state().hash).not.toBe(before)
  expect(outcomes).toEqual(['accepted'])
})

test('one that breaks a known operation is refused, with field, operation and client', async () => {
  const { reload, ask, released, outcomes, lines } = world()
  await ask('query Names { person { name } }', 'portal')
  await ask('query Names { person { name } }', 'app')
  const { hash } = reload.state()
  const broken = supergraphOf(LESS)
  expect(await reload.reload(broken)).toBe('refused')
  expect((await ask('{ person { name } }')).answer).toEqual({ data: { person: { name: 'x' } } })
  expect(released).toEqual([broken])
  const state = reload.state()
  expect(state.hash).toBe(hash)
  expect(state.refused?.findings).toEqual([
    {
      field: 'Person.name',
      message: 'Cannot query field "name" on type "Person".',
      operation: 'Names',
      operationHash: expect.any(String),
      clients: ['portal', 'app'],
      lastSeenAt: '2026-01-01T00:00:00.000Z',
    },
  ])
  expect(JSON.stringify(lines)).toContain('Person.name')
  expect(outcomes).toEqual(['refused'])
})

test('nobody asks for what goes: it is taken', async () => {
  const { reload, ask } = world()
  await ask('{ person { id } }')
  expect(await reload.reload(supergraphOf(LESS))).toBe('accepted')
})

test('a breaking one is taken where that is allowed, and the log tells what it breaks', async () => {
  const { reload, ask, lines } = world('allow')
  await ask('{ person { name } }')
  expect(await reload.reload(supergraphOf(LESS))).toBe('accepted')
  expect(JSON.stringify(lines)).toContain('Person.name')
  expect((await ask('{ person { name } }')).refusal).toBeDefined()
})

test('what is no supergraph changes nothing, and is told until one is taken', async () => {
  const { reload, ask, outcomes } = world()
  expect(await reload.reload('type Query {')).toBe('failed')
  expect(reload.state().refused?.findings[0]?.message).toMatch(/Syntax Error/)
  expect((await ask('{ person { name } }')).answer).toBeDefined()
  expect(await reload.reload(supergraphOf(MORE))).toBe('accepted')
  expect(reload.state()).not.toHaveProperty('refused')
  expect(outcomes).toEqual(['failed', 'accepted'])
})

test('the same supergraph again builds nothing', async () => {
  const { reload, built, first } = world()
  expect(await reload.reload(first)).toBe('unchanged')
  expect(built).toHaveLength(1)
})

test('a request keeps the engine it began with until it is done', async () => {
  const { reload, ask, released, current } = world()
  await ask('{ person { name } }')
  const running = current.run({ query: '{ person { name } }' }, contextOf(current.engine), false)
  const switched = reload.reload(supergraphOf(MORE))
  const old = current.engine
  await running
  await switched
  expect(current.engine).not.toBe(old)
  expect(released).toHaveLength(1)
})

test('reloads come one after the other, the last one stays', async () => {
  const { reload, outcomes } = world()
  const last = supergraphOf(LESS)
  await Promise.all([reload.reload(supergraphOf(MORE)), reload.reload(last)])
  expect(outcomes).toEqual(['accepted', 'accepted'])
  expect(await reload.reload(last)).toBe('unchanged')
})

test('what was prepared and is discarded is let go and told as refused', async () => {
  const { reload, released, ask } = world()
  const next = supergraphOf(MORE)
  const prepared = await reload.prepare(next)
  expect(prepared.outcome).toBe('ready')
  await prepared.discard([{ message: 'worker 2 refuses' }])
  expect(released).toEqual([next])
  expect(reload.state().refused?.findings).toEqual([{ message: 'worker 2 refuses' }])
  expect((await ask('{ person { age } }')).refusal).toBeDefined()
})
