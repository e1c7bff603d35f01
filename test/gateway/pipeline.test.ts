import { parse } from 'graphql'
import { expect, test } from 'vitest'

import type { Filtered } from '../../gateway/auth/access.ts'
import { ONE_ANSWER, type Parts, stagesOf, type Work } from '../../gateway/pipeline.ts'
import type { PlanOperation } from '../../gateway/plan/plan-operation.ts'
import { NOTHING, type PlanNode } from '../../gateway/plan/plan.ts'
import { ANONYMOUS } from '../../schema/caller.ts'
import { invariant } from '../../schema/errors.ts'

const unused = (): never => {
  throw new Error('nothing but planning is asked')
}
const FILTERED: Filtered = {
  document: parse('{ a }'),
  key: 'k',
  rights: '',
  mayChallenge: false,
  wantsCase: false,
  denied: () => undefined,
  refused: () => ({ fields: [], isAll: false }),
}

function planning(plan: PlanOperation, signal: AbortSignal) {
  const parts: Parts = {
    check: unused,
    coerce: unused,
    access: unused,
    levels: [],
    findCase: unused,
    plan,
    execute: unused,
    subscribe: unused,
    mayIntrospect: () => false,
    documentsOnly: () => false,
  }
  const context = { requestId: 'r', traceparent: '', caller: ANONYMOUS, signal, provenance: false }
  const work: Work = {
    request: { query: '{ a }' },
    context: { ...context, ask: unused },
    trusted: false,
    readOnly: false,
    accepts: ONE_ANSWER,
    filtered: FILTERED,
  }
  const stage = stagesOf(parts).find(({ name }) => name === 'plan')
  invariant(stage, 'there is a stage that plans')
  return { work, done: Promise.resolve(stage.run(work)) }
}

test('a request waits for its plan no longer than it lives', async () => {
  const life = new AbortController()
  const { work, done } = planning(() => new Promise(() => {}), life.signal)
  life.abort(new DOMException('late', 'TimeoutError'))
  await expect(done).rejects.toMatchObject({ code: 'SYSTEM_TIMEOUT', system: 'gateway' })
  expect(work.plan).toBeUndefined()
})

test('a request that has ended before waits for no plan', async () => {
  const { done } = planning(() => new Promise(() => {}), AbortSignal.abort())
  await expect(done).rejects.toMatchObject({ code: 'SYSTEM_TIMEOUT' })
})

test.each<[string, PlanNode | Promise<PlanNode>]>([
  ['is known', NOTHING],
  ['comes', Promise.resolve(NOTHING)],
])('a plan that %s in time is taken', async (_, plan) => {
  const { work, done } = planning(() => plan, new AbortController().signal)
  await done
  expect(work.plan).toBe(NOTHING)
})
