import { expect, test } from 'vitest'

import { NO_OVERRIDES } from '../../../gateway/plan/plan.ts'
import { type PlanOutcome, PlannerProcess } from '../../../gateway/plan/planner-process.ts'

const program = new URL('./program.ts', import.meta.url)

function open(longestMs = 20_000) {
  const process = new PlannerProcess({ engine: 'hive', longestMs, program })
  const supergraph = process.open('S')
  const plan = async (text: string, of = supergraph) =>
    toText(await process.plan(of, text, NO_OVERRIDES))
  return { process, supergraph, plan }
}

function toText({ plan, failure }: PlanOutcome): string {
  return failure ?? (plan?.kind === 'condition' ? plan.variable : 'nothing')
}

test('plans in order, each by its supergraph', async () => {
  const { process, plan } = open()
  const other = process.open('T')
  const plans = [plan('a'), plan('b', other), plan('fail'), plan('c')]
  expect(await Promise.all(plans)).toEqual(['a of S', 'b of T', 'unplanned', 'c of S'])
})

test('a document that ends the process has no plan; those that wait have theirs', async () => {
  const { plan } = open()
  const plans = [plan('a'), plan('die'), plan('b'), plan('die'), plan('c')]
  expect(await Promise.all(plans)).toEqual(['a of S', 'lost', 'b of S', 'lost', 'c of S'])
  expect(await plan('d')).toBe('d of S')
})

test('a document that takes too long has no plan; those that wait have theirs', async () => {
  const { plan } = open(1500)
  await plan('a')
  expect(await Promise.all([plan('sleep'), plan('b')])).toEqual(['late', 'b of S'])
})

test('forgets a supergraph that is closed', async () => {
  const { process, supergraph, plan } = open()
  await plan('a')
  process.close(supergraph)
  expect(await plan('b')).toBe('b of unknown')
})
