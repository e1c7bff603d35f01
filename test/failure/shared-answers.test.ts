// What requests, and copies of a gateway, have of each other: answers, with all that must be told of them.

import { expect, onTestFinished, test } from 'vitest'

import { openValkey } from '../../adapters/resilience/shared/valkey-store.ts'
import { eventually } from '../support/eventually.ts'
import { startValkey } from '../support/valkey.ts'
import { type Change, type Copy, openSystems, told } from './two-systems.ts'

const SYSTEM = 'post-gnaf'
const QUESTION = { type: 'Address', key: { postCode: '1593601044' }, fields: 'city' } as const
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

function declaring(freshness: string): Change {
  return (settings) => ({
    ...settings,
    retries: 0,
    breaker: { failures: 3, halfOpenAfter: '1m' },
    operations: Object.fromEntries(
      Object.entries(settings.operations).map(([name, operation]) => [
        name,
        { ...operation, freshness, stale: '1h' },
      ]),
    ),
  })
}

async function provenanceOf(
  copy: Copy,
  key: { readonly postCode: string } = QUESTION.key,
): Promise<unknown> {
  const { extensions } = await copy.ask(SYSTEM, { ...QUESTION, key })
  return extensions?.provenance?.[0]
}

test('provenance tells an answer that was kept, and one that is stale', async () => {
  const { estate, copy } = await openSystems([SYSTEM], declaring('1s'))
  let now = Date.now()
  const gateway = await copy({ now: () => now })
  const first = await provenanceOf(gateway)
  expect(first).toMatchObject({ system: SYSTEM, fetchedAt: expect.any(String) })
  expect(first).not.toHaveProperty('via')
  expect(await provenanceOf(gateway)).toEqual({ ...Object(first), via: 'cache' })
  estate.set(SYSTEM, { down: true })
  now += 5_000
  expect(await provenanceOf(gateway)).toEqual({ ...Object(first), via: 'cache', stale: true })
  now += 2 * 3_600_000
  expect(told(await gateway.ask(SYSTEM, QUESTION))).toBe('SYSTEM_UNAVAILABLE')
})

test('each of several joined requests has an inquiry of its own, and provenance says which were joined', async () => {
  const { estate, copy } = await openSystems([SYSTEM])
  const inquiries: string[] = []
  const calls: string[] = []
  const gateway = await copy({
    observeQuestions: (_, adapter) => ({
      async call(operation, input, context) {
        const reply = await adapter.call(operation, input, context)
        inquiries.push(reply.via ?? 'own')
        return reply
      },
    }),
    observeCalls: (_, adapter) => ({
      call(operation, input, context) {
        calls.push(operation)
        return adapter.call(operation, input, context)
      },
    }),
  })
  estate.set(SYSTEM, { latency: 200 })
  const provenance = await Promise.all([1, 2, 3].map(() => provenanceOf(gateway)))
  expect(calls).toHaveLength(1)
  expect(inquiries).toEqual(['own', 'joined', 'joined'])
  expect(provenance.filter((each) => Object(each)['via'] === 'joined')).toHaveLength(2)
})

test('copies share answers and news, and each goes on alone when the store is gone', async () => {
  const valkey = await startValkey()
  onTestFinished(() => valkey.close())
  const { estate, copy } = await openSystems([SYSTEM], declaring('1h'))
  const open = async (): Promise<Copy> => {
    const shared = openValkey({
      url: valkey.url,
      secret: new Uint8Array(32).fill(5),
      log: SILENT,
      withinMs: 20_000,
    })
    onTestFinished(() => shared.close())
    return copy({ shared })
  }
  const [one, two] = [await open(), await open()]
  // Another postcode each time: what a copy has kept by itself it does not look for. Until both have found the store.
  let postCode = 1_111_111_111
  await eventually(async () => {
    const key = { postCode: String((postCode += 1)) }
    const calls = estate.calls()[SYSTEM] ?? 0
    const first = await provenanceOf(one, key)
    expect(await provenanceOf(two, key)).toEqual({ ...Object(first), via: 'cache' })
    expect(estate.calls()[SYSTEM]).toBe(calls + 1)
  })

  await valkey.close()
  const other = { ...QUESTION, key: { postCode: '5166601058' } }
  for (const each of [one, two]) {
    expect(told(await each.ask(SYSTEM, other))).toEqual({ city: expect.any(String) })
  }
})

test('a copy that hears of trouble stops at its own first failure', async () => {
  const valkey = await startValkey()
  onTestFinished(() => valkey.close())
  const { estate, copy } = await openSystems([SYSTEM], (settings) => ({
    ...settings,
    retries: 0,
    breaker: { failures: 3, halfOpenAfter: '1m' },
  }))
  const open = async (): Promise<Copy> => {
    const secret = new Uint8Array(32).fill(5)
    const shared = openValkey({ url: valkey.url, secret, log: SILENT, withinMs: 200 })
    onTestFinished(() => shared.close())
    return copy({ shared })
  }
  const stateOf = (each: Copy) => each.subgraphs.get(SYSTEM)?.health()?.state
  estate.set(SYSTEM, { down: true })
  await eventually(async () => {
    const [one, two] = [await open(), await open()]
    await new Promise((resolve) => setTimeout(resolve, 200))
    for (let n = 0; n < 3; n += 1) await one.ask(SYSTEM, QUESTION)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await two.ask(SYSTEM, QUESTION)
    expect([stateOf(one), stateOf(two)]).toEqual(['open', 'open'])
  })
})
