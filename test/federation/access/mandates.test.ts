// What goes on after its request was let in, under a mandate that ends meanwhile.

import { expect, test } from 'vitest'

import { ONE_ANSWER } from '../../../gateway/pipeline.ts'
import type { Caller } from '../../../schema/caller.ts'
import type { FindMandate, FoundMandate } from '../../../schema/mandate.ts'
import { callerWith, contextOf } from '../../gateway/support/federation.ts'
import { onBothEngines } from '../on-both-engines.ts'

const mandate = { id: 'm', kind: 'GUARDIAN', expiresAtMs: Infinity } as const
const FOUND: FoundMandate = {
  ...mandate,
  actorSubject: 'father',
  sinceMs: 0,
  principal: { nationalId: '0012345679' },
}
const child: Caller = {
  ...callerWith(['citizen']),
  actor: { subject: 'father', clientId: 'portal', kind: 'citizen', mandate },
}
const ticking = {
  sdl: 'type Query { open: String } type Subscription { ticks: Int }',
  subscribe: async function* () {
    for (let ticks = 1; ticks <= 3; ticks += 1) yield { data: { ticks } }
  },
}

const broken: FindMandate = () => Promise.reject(new TypeError('connect'))

const tick = (ticks: number) => ({ data: { ticks } })

onBothEngines((make) => {
  const eventsOf = async (caller: Caller, findMandate?: FindMandate) => {
    const { engine } = make({ ticking }, findMandate ? { findMandate } : {})
    const context = contextOf(engine, caller)
    const query = 'subscription { ticks }'
    const work = await engine.run({ query }, context, false, { ...ONE_ANSWER, events: true })
    return Array.fromAsync(work.events ?? [])
  }
  const ended = { errors: [{ extensions: { code: 'FORBIDDEN' } }] }

  test('a subscription goes on as long as the mandate holds', async () => {
    expect(await eventsOf(child, async () => FOUND)).toEqual([tick(1), tick(2), tick(3)])
  })

  test('a subscription ends with the mandate, before the next event', async () => {
    const asked: string[] = []
    const find: FindMandate = async (id) => (asked.push(id) > 1 ? undefined : FOUND)
    expect(await eventsOf(child, find)).toMatchObject([tick(1), ended])
    expect(asked).toEqual(['m', 'm'])
  })

  test('where there are no mandates a caller of one is told nothing', async () => {
    expect(await eventsOf(child)).toMatchObject([ended])
  })

  test('nobody is asked about those who act for themselves', async () => {
    expect(await eventsOf(callerWith(['citizen']), broken)).toHaveLength(3)
  })

  test('a database that cannot tell ends it as our trouble', async () => {
    await expect(eventsOf(child, broken)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
  })
})
