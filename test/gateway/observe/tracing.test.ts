// From a client's socket to a collector's, through two systems that answer with bytes of their samples.

import { cp, mkdtemp, readFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { readConfig } from '../../../gateway/config.ts'
import { type Running, start } from '../../../gateway/main.ts'
import { openTracing } from '../../../gateway/observe/tracing.ts'
import type { RequestContext } from '../../../schema/context.ts'
import { livedTime } from '../../support/lived-time.ts'
import { type Collector, openCollector, type Received } from '../support/collector.ts'
import { contextOf, federate } from '../support/federation.ts'
import { type Issuer, openIssuer } from '../support/sign-on.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const NATIONAL_ID = '9954167552'
const MOBILE = '09120000000'
const CITIZEN = {
  sub: 'u1',
  azp: 'portal',
  national_id: NATIONAL_ID,
  phone_number: MOBILE,
  realm_access: { roles: ['citizen'] },
}
const QUERY = `query Mine($mobile: MobileNumber!) {
  me { conscription { status } ownsMobile(mobile: $mobile) }
}`

interface World {
  readonly url: string
  /** Headers of each call by its path. */
  readonly calls: { readonly path: string; readonly headers: IncomingHttpHeaders }[]
  close(): void
}

/** Answers the conscription system's question; of the other's it knows nothing. */
async function openWorld(): Promise<World> {
  const sample = path.join(ROOT, 'subgraphs/vazife-status/samples/serving/response.csv')
  const rows = await readFile(sample)
  const calls: World['calls'] = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://world')
    calls.push({ path: pathname, headers: request.headers })
    if (pathname !== '/status.csv') return response.writeHead(503).end()
    return response.writeHead(200, { 'content-type': 'text/csv' }).end(rows)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, calls, close: () => void server.close() }
}

let world: World
let signOn: Issuer
let subgraphs: string
beforeAll(async () => {
  world = await openWorld()
  signOn = await openIssuer()
  subgraphs = await mkdtemp(path.join(tmpdir(), 'subgraphs-'))
  for (const name of ['catalogue', 'vazife-status', 'cra-shahkar']) {
    await cp(path.join(ROOT, 'subgraphs', name), path.join(subgraphs, name), { recursive: true })
  }
})
afterAll(async () => {
  world.close()
  await signOn.close()
})

interface Opened extends Running {
  readonly warnings: string[]
  ask(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

async function open(environment: Readonly<Record<string, string>>): Promise<Opened> {
  const config = readConfig({
    PANJAREH_PORT: '0',
    PANJAREH_SUBGRAPHS: subgraphs,
    PANJAREH_ISSUER: signOn.issuer,
    ...environment,
  })
  const warnings: string[] = []
  const log = {
    info: () => {},
    warn: (_: unknown, message: string) => void warnings.push(message),
    error: () => {},
  }
  const running = await start(config, { secret: addressOrPassword, log })
  return {
    ...running,
    warnings,
    ask: async (body, headers = {}) =>
      fetch(`${running.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  }
}

function addressOrPassword(name: string): string {
  return name.endsWith('_URL') ? world.url : 'hunter2'
}

async function traced(
  run: (gateway: Opened) => Promise<unknown>,
): Promise<{ readonly collector: Collector; readonly root: Received }> {
  const collector = await openCollector()
  const gateway = await open({ PANJAREH_OTLP: collector.url })
  await run(gateway)
  await gateway.close()
  await collector.close()
  const root = collector.spans.find(({ kind }) => kind === 2)
  if (root === undefined) throw new Error('no span of the request came')
  return { collector, root }
}

test('one query is one tree, from the caller to the systems', async () => {
  world.calls.length = 0
  const authorization = `Bearer ${await signOn.sign(CITIZEN)}`
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
  let reference: string | null = null
  const { collector, root } = await traced(async (gateway) => {
    const body = { query: QUERY, variables: { mobile: MOBILE } }
    const response = await gateway.ask(body, { authorization, traceparent })
    reference = response.headers.get('x-request-id')
    expect(await response.json()).toMatchObject({
      data: { me: { conscription: { status: 'SERVING' }, ownsMobile: null } },
      errors: [{ extensions: { code: 'SYSTEM_UNAVAILABLE', reference } }],
    })
  })
  expect(root).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Mine',
      'panjareh.request_id': reference,
      'panjareh.caller': 'citizen',
      'panjareh.client': 'portal',
      'panjareh.codes': ['SYSTEM_UNAVAILABLE cra-shahkar'],
    },
  })
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1)
  // The call that may be retried once was.
  const shahkar = ['3 cra-shahkar matchMobile !', '3 cra-shahkar matchMobile !']
  expect(treeOf(collector.spans, root)).toEqual([
    '2 query Mine !',
    [
      '1 access',
      '1 execute',
      [
        '3 fetch cra-shahkar !',
        shahkar,
        '3 fetch person',
        '3 fetch vazife-status',
        ['3 vazife-status status'],
      ],
      '1 operation',
      '1 plan',
    ],
  ])
  const calls = collector.spans.filter((span) => span.attributes['panjareh.system'] !== undefined)
  const outcomes = calls.map(({ attributes }) => String(attributes['panjareh.outcome']))
  expect(outcomes.toSorted()).toEqual(['OK', 'SYSTEM_UNAVAILABLE', 'SYSTEM_UNAVAILABLE'])
  const sent = world.calls.map(({ headers }) => String(headers['traceparent']))
  const made = calls.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)
  expect(sent.toSorted()).toEqual(made.toSorted())
})

test('nothing that belongs to a person, a secret or an address leaves in a span', async () => {
  const token = await signOn.sign(CITIZEN)
  const { collector } = await traced(async (gateway) => {
    const query = QUERY.replace('Mine', `Mine${NATIONAL_ID}`)
    const body = { query, variables: { mobile: MOBILE } }
    const known = await gateway.ask(body, { authorization: `Bearer ${token}` })
    expect(await known.json()).toMatchObject({ data: { me: {} } })
    await gateway.ask({ query: `{ me(a: "${MOBILE}") { x } }` }, { authorization: 'Bearer x.y.z' })
  })
  const sent = collector.bodies.join()
  expect(sent).toContain('vazife-status')
  for (const secret of [
    NATIONAL_ID,
    MOBILE.slice(1),
    token,
    'x.y.z',
    'hunter2',
    'u1"',
    'SERVING',
    '127.0.0.1',
  ]) {
    expect(sent).not.toContain(secret)
  }
})

test('what the caller can mend is told by its code and is no error', async () => {
  const { root } = await traced((gateway) =>
    gateway.ask({ query: '{ me { nationalId } }' }, { authorization: 'Bearer x.y.z' }),
  )
  expect(root).toMatchObject({ name: 'POST /graphql', status: 0 })
  expect(root.parentSpanId ?? '').toBe('')
  expect(root.attributes).toMatchObject({
    'http.response.status_code': 401,
    'panjareh.codes': ['UNAUTHENTICATED'],
  })
})

test('a collector that is not there costs a warning and no request', async () => {
  const gone = await openCollector()
  await gone.close()
  const gateway = await open({ PANJAREH_OTLP: gone.url, PANJAREH_DRAIN: '1s' })
  for (let count = 0; count < 3; count += 1) {
    const response = await gateway.ask({ query: '{ __typename }' })
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } })
  }
  const lived = livedTime()
  await gateway.close()
  expect(lived()).toBeLessThan(1900)
  const told = () => gateway.warnings.filter((message) => message === 'traces were not taken')
  await expect.poll(told).toHaveLength(1)
})

test('a collector that never answers does not hold the end', async () => {
  const deaf = await openCollector(() => {})
  const gateway = await open({ PANJAREH_OTLP: deaf.url, PANJAREH_DRAIN: '600ms' })
  await gateway.ask({ query: '{ __typename }' })
  const lived = livedTime()
  await gateway.close()
  expect(lived()).toBeLessThan(1500)
  expect(deaf.spans.length).toBeGreaterThan(0)
  await deaf.close()
})

test.each<[string, 'end' | 'return']>([
  ['is over', 'end'],
  ['is left', 'return'],
])('a subscription has one span, until it %s', async (_, how) => {
  const collector = await openCollector()
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const tracing = openTracing({ endpoint: collector.url, log })
  const failed = { data: null, errors: [{ message: 'x', extensions: { code: 'SYSTEM_TIMEOUT' } }] }
  const seen: string[] = []
  const link = tracing.link({
    name: 'a',
    send: () => Promise.resolve({}),
    async *subscribe({ context }: { readonly context: RequestContext }) {
      seen.push(context.traceparent)
      yield { data: { a: 1 } }
      yield failed
    },
  })
  const traceparent = tracing.begin(undefined, 'POST')
  const { engine } = federate({ a: { sdl: 'type Query { a: Int }' } })
  const context = { ...contextOf(engine), traceparent }
  let events = 0
  for await (const event of link.subscribe({ context })) {
    events += 1
    if (how === 'return' && event === failed) break
  }
  tracing.finish({ requestId: 'r', traceparent, startedAtMs: 0, status: 200 })
  await tracing.close(1000)
  await collector.close()
  expect(events).toBe(2)
  const root = collector.spans.find(({ kind }) => kind === 2)
  const span = collector.spans.find(({ name }) => name === 'fetch a')
  expect(collector.spans).toHaveLength(2)
  expect(span).toMatchObject({
    parentSpanId: root?.spanId,
    attributes: { 'panjareh.codes': ['SYSTEM_TIMEOUT'] },
    status: 2,
  })
  expect(seen).toEqual([`00-${span?.traceId}-${span?.spanId}-01`])
})

type Tree = (string | Tree)[]

/** Kind, name and whether it failed, each followed by what is below it. */
function treeOf(spans: readonly Received[], span: Received): Tree {
  const below = spans
    .filter(({ parentSpanId }) => parentSpanId === span.spanId)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((child) => treeOf(spans, child))
  const own = `${span.kind} ${span.name}${span.status === 2 ? ' !' : ''}`
  return below.length === 0 ? [own] : [own, below]
}
