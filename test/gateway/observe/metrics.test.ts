// What a scrape tells of a gateway on real sockets.

import { afterAll, beforeAll, expect, test } from 'vitest'

import { CallerError, SystemError } from '../../../schema/errors.ts'
import { open, type Opened } from '../support/open.ts'

const source = {
  sdl: 'type Query { hello: String, broken: String, late: String } type Mutation { change: Int }',
  resolvers: {
    Query: {
      hello: () => 'salam',
      late: () => {
        throw new SystemError('SYSTEM_TIMEOUT', 'a')
      },
      broken: () => {
        throw new CallerError('NOT_FOUND', 'no')
      },
    },
    Mutation: { change: () => 1 },
  },
}

let gateway: Opened
beforeAll(async () => {
  gateway = await open({ a: source }, { PANJAREH_METRICS_PORT: '0', PANJAREH_DEPTH: '2' })
})
afterAll(() => gateway.close())

async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(gateway.metricsUrl ?? '')
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await response.text()).split('\n').filter((line) => /^[a-z]/.test(line))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}

/** What came between two scrapes, without what grows by itself. */
async function grown(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = await scrape()
  await work()
  const after = await scrape()
  const counts = [...after].filter(
    ([name]) => /_total|_count/.test(name) && !name.startsWith('process'),
  )
  return Object.fromEntries(
    counts
      .map(([name, value]): [string, number] => [name, value - (before.get(name) ?? 0)])
      .filter(([, value]) => value !== 0),
  )
}

const ask = () => gateway.post({ query: '{ hello }' })

test('an answered request is counted with its stages, its fetch and its caches', async () => {
  expect(await grown(ask)).toEqual({
    'panjareh_requests_total{kind="query",status="200",outcome="ok"}': 1,
    'panjareh_request_duration_seconds_count{kind="query"}': 1,
    'panjareh_stage_duration_seconds_count{stage="operation"}': 1,
    'panjareh_stage_duration_seconds_count{stage="access"}': 1,
    'panjareh_stage_duration_seconds_count{stage="plan"}': 1,
    'panjareh_stage_duration_seconds_count{stage="execute"}': 1,
    'panjareh_subgraph_fetches_total{subgraph="a",code="OK"}': 1,
    'panjareh_subgraph_fetch_duration_seconds_count{subgraph="a"}': 1,
    'panjareh_cache_lookups_total{cache="operation",result="miss"}': 1,
    'panjareh_cache_lookups_total{cache="plan",result="miss"}': 1,
  })
  expect(await grown(ask)).toMatchObject({
    'panjareh_cache_lookups_total{cache="operation",result="hit"}': 1,
    'panjareh_cache_lookups_total{cache="plan",result="hit"}': 1,
  })
})

test.each<[string, string, Readonly<Record<string, number>>]>([
  [
    'a field that failed',
    '{ hello late }',
    {
      'panjareh_requests_total{kind="query",status="200",outcome="partial"}': 1,
      'panjareh_subgraph_fetches_total{subgraph="a",code="SYSTEM_TIMEOUT"}': 1,
    },
  ],
  [
    'a mutation',
    'mutation { change }',
    { 'panjareh_requests_total{kind="mutation",status="200",outcome="ok"}': 1 },
  ],
  [
    'a refusal by a limit',
    '{ a { b { c { d } } } }',
    {
      'panjareh_requests_total{kind="none",status="200",outcome="refused"}': 1,
      'panjareh_refusals_total{reason="depth"}': 1,
    },
  ],
  ['a refusal by the schema', '{ nothing }', { 'panjareh_refusals_total{reason="invalid"}': 1 }],
])('counts %s', async (_, query, expected) => {
  expect(await grown(() => gateway.post({ query }))).toMatchObject(expected)
})

test('labels hold nothing of what a client wrote', async () => {
  const headers = { 'graphql-client-name': 'Mallory' }
  await gateway.post({ query: 'query Name0012345679 { hello }' }, headers)
  const text = await (await fetch(gateway.metricsUrl ?? '')).text()
  expect(text).not.toMatch(/Mallory|Name0012345679|hello/)
})

test('tells of the process and of the supergraph', async () => {
  const told = await scrape()
  expect(told.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(told.get('process_cpu_seconds_total{mode="user"}')).toBeGreaterThan(0)
  expect(told.get('panjareh_requests_in_flight')).toBe(0)
  expect(told.get('panjareh_subgraph_fetches_in_flight{subgraph="a"}')).toBe(0)
  const { hash } = gateway.health().supergraph ?? {}
  expect(told.get(`panjareh_supergraph_info{hash="${hash}"}`)).toBe(1)
  expect(told.has('panjareh_event_loop_delay_seconds{quantile="0.99"}')).toBe(true)
})

test('nothing else is on its port, and nothing of it on the public one', async () => {
  const { origin } = new URL(gateway.metricsUrl ?? '')
  expect((await fetch(`${origin}/graphql?query={hello}`)).status).toBe(404)
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404)
})

test('without a port for it nothing listens, and a taken one is named', async () => {
  const quiet = await open({ a: source })
  expect(quiet.metricsUrl).toBeUndefined()
  await quiet.close()
  const { port } = new URL(gateway.metricsUrl ?? '')
  await expect(open({ a: source }, { PANJAREH_METRICS_PORT: port })).rejects.toMatchObject({
    findings: [expect.stringMatching(/^PANJAREH_METRICS_PORT: .* is taken by another process$/)],
  })
})
