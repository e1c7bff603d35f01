// What the layers between a mapping and a system cost a call (`node bench/resilience-overhead.ts`): the same adapter, which
// answers at once, bare and with each layer that can be declared. Prints a table; ends by itself.

import type { Adapter, CallContext } from '../adapters/adapter.ts'
import { withRate } from '../adapters/resilience/paced.ts'
import { withResilience } from '../adapters/resilience/resilience.ts'
import type { SystemSettings } from '../adapters/settings.ts'
import { spreadText, tableOf } from './figures.ts'

type Limits = Partial<SystemSettings['limits']>
type Operation = SystemSettings['operations'][string]

const SYSTEM = 'bench'
const CALLS = 50_000
const ROUNDS = 5
const VALUE = { person: { firstName: 'نام', lastName: 'نام', birthDate: '13640131' } }

const bare: Adapter = { call: async () => ({ value: VALUE, at: Date.now() }) }

const CASES: readonly (readonly [name: string, adapter: Adapter, differs: boolean])[] = [
  ['bare adapter', bare, true],
  ['mutation', stacked({ kind: 'mutation' }), true],
  ['query', stacked({ kind: 'query' }), true],
  ['query with hedge', stacked({ kind: 'query', hedgeAfter: '1s' }), true],
  ['query, answer kept', stacked({ kind: 'query', freshness: '10m' }), true],
  ['query, kept answer given', stacked({ kind: 'query', freshness: '10m' }), false],
  ['query, paced', stacked({ kind: 'query' }, { rate: { calls: 10_000, per: '1ms' } }), true],
]

const figures = new Map(CASES.map(([name]): [string, number[]] => [name, []]))
for (let round = 0; round < ROUNDS + 1; round += 1) {
  for (const [name, adapter, differs] of CASES) {
    const took = await measure(adapter, differs)
    // The first round warms up.
    if (round > 0) figures.get(name)?.push(took)
  }
}
const rows = [...figures].map(([name, took]) => [name, spreadText(took)])
process.stdout.write(`${tableOf([['call', 'µs, median (least–most)'], ...rows])}\n`)

function stacked(operation: Operation, limits: Limits = {}): Adapter {
  const settings: SystemSettings = {
    name: { fa: '', en: '' },
    agency: { code: '', fa: '', en: '' },
    protocol: 'rest',
    contract: '',
    address: 'BENCH_URL',
    auth: [],
    quirks: {},
    limits: { timeout: '4s', concurrency: 8, queue: 100, reply: '64KB', ...limits },
    breaker: { failures: 8, halfOpenAfter: '10s' },
    retries: 1,
    maintenance: [{ from: '01:00', to: '05:00', zone: 'Asia/Tehran' }],
    operations: { ask: operation },
  }
  const paced = withRate(bare, settings.limits, { system: SYSTEM, now: Date.now })
  return withResilience(paced, settings, { system: SYSTEM })
}

async function measure(adapter: Adapter, differs: boolean): Promise<number> {
  const context: CallContext = {
    requestId: 'r',
    traceparent: '',
    signal: new AbortController().signal,
    authority: 'a',
  }
  const from = performance.now()
  for (let n = 0; n < CALLS; n += 1) {
    await adapter.call('ask', { body: { nationalId: differs ? `${n}` : '0' } }, context)
  }
  return ((performance.now() - from) / CALLS) * 1_000
}
