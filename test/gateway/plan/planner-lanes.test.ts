import { setTimeout as after } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { NO_OVERRIDES } from '../../../gateway/plan/plan.ts'
import {
  type LanesOptions,
  PlannerLanes,
  type PlanOutcome,
} from '../../../gateway/plan/planner-lanes.ts'

const program = new URL('./program.ts', import.meta.url)

function open(options: Partial<LanesOptions> = {}) {
  const waits = { longestMs: 20_000, quickMs: 10_000, idleMs: 60_000, freeLosses: 3 }
  const lanes = new PlannerLanes({ engine: 'hive', program, ...waits, ...options })
  const { supergraph, opened } = lanes.open('S')
  const plan = async (text: string, of = supergraph, isWanted = () => true) =>
    toText(await lanes.plan(of, text, { overrides: NO_OVERRIDES, isWanted }))
  return { lanes, supergraph, opened, plan }
}

function toText({ plan, failure }: PlanOutcome): string {
  return failure ?? (plan?.kind === 'condition' ? plan.variable : 'nothing')
}

test('plans each by its supergraph', async () => {
  const { lanes, plan } = open()
  const { supergraph: other } = lanes.open('T')
  const plans = [plan('a'), plan('b', other), plan('fail'), plan('c')]
  expect(await Promise.all(plans)).toEqual(['a of S', 'b of T', 'unplanned', 'c of S'])
})

test('a document that ends the process has no plan; those that wait have theirs', async () => {
  const { plan } = open()
  const plans = [plan('die'), plan('bbb'), plan('die'), plan('ccc')]
  expect(await Promise.all(plans)).toEqual(['lost', 'bbb of S', 'lost', 'ccc of S'])
  expect(await plan('d')).toBe('d of S')
})

test('an engine that ends again and again is not asked for a while', async () => {
  const { plan } = open()
  const plans = Array.from({ length: 6 }, () => plan('die'))
  expect(await Promise.all(plans)).toEqual([...Array(4).fill('lost'), 'resting', 'resting'])
  expect(await plan('a')).toBe('resting')
  await after(250)
  expect(await plan('a')).toBe('a of S')
})

test('a document that takes too long has no plan; those that wait have theirs', async () => {
  const { plan } = open({ longestMs: 500, quickMs: 400 })
  expect(await plan('sleep')).toBe('late')
  expect(await plan('b')).toBe('b of S')
})

test('what takes longer than a moment holds up nobody, and is planned all the same', async () => {
  const { plan } = open({ quickMs: 50 })
  const order: string[] = []
  const told = (text: string) => plan(text).then((made) => order.push(made))
  await Promise.all([told('spin 1'), told('spin 2'), told('spin longer'), told('a'), told('b')])
  expect(order).toEqual(['a of S', 'b of S', 'spin 1 of S', 'spin 2 of S', 'spin longer of S'])
})

test('a short document that is slow gives way, too, while the slow lane is taken', async () => {
  const { plan } = open({ quickMs: 50, longestMs: 1000 })
  const long = plan('sleep for long')
  await after(300)
  const plans = [plan('a'), plan('spin'), after(100).then(() => plan('b'))]
  expect(await Promise.all(plans)).toEqual(['a of S', 'spin of S', 'b of S'])
  expect(await long).toBe('late')
})

test('of two processes that which has nothing to do ends', async () => {
  const { plan } = open({ quickMs: 20, idleMs: 50 })
  const pid = Number(await plan('pid'))
  expect(process.kill(pid, 0)).toBe(true)
  expect(await Promise.all([plan('spin'), plan('a')])).toEqual(['spin of S', 'a of S'])
  await after(300)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(await Promise.all([plan('spin'), plan('a')])).toEqual(['spin of S', 'a of S'])
})

test('nothing is planned for nobody', async () => {
  const { plan } = open()
  const plans = [plan('spin'), plan('gone', undefined, () => false), plan('here')]
  expect(await Promise.all(plans)).toEqual(['spin of S', 'busy', 'here of S'])
})

test('refuses what would wait behind too many, unless some of them have gone', async () => {
  const { plan } = open()
  let isWanted = true
  const plans = Array.from({ length: 1001 }, () => plan('a', undefined, () => isWanted))
  expect(await plan('b')).toBe('busy')
  isWanted = false
  expect(await plan('b')).toBe('b of S')
  expect(new Set(await Promise.all(plans))).toEqual(new Set(['a of S', 'busy']))
})

test('tells when a supergraph is opened, or that the process ended of it', async () => {
  const { lanes, opened } = open()
  expect(await opened).toBeUndefined()
  expect(await lanes.open('die').opened).toBe('lost')
})

test('knows nothing of a supergraph that is closed', async () => {
  const { lanes, supergraph, plan } = open()
  await plan('a')
  lanes.close(supergraph)
  expect(await plan('b')).toBe('unplanned')
})
