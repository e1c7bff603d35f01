import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect } from 'node:net'

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'

import { readConfig } from '../../gateway/config.ts'
import { openGateway } from '../../gateway/open-gateway.ts'
import type { RequestContext } from '../../schema/context.ts'
import { CallerError } from '../../schema/errors.ts'
import { livedTime } from '../support/lived-time.ts'
import { serve } from './support/federation.ts'
import { open, type Opened } from './support/open.ts'
import { CITIZEN, type Issuer, openIssuer } from './support/sign-on.ts'

const aborted: string[] = []
let isAsked = Promise.withResolvers<void>()
const source = {
  sdl: `type Query { hello: String, me: String @policy(policies: [["citizen"]]), slow: String, bad: String }
    type Mutation { change: Int }`,
  resolvers: {
    Query: {
      hello: () => 'salam',
      me: (_: unknown, __: unknown, { caller }: { caller: { kind: string } }) => caller.kind,
      slow: (_: unknown, __: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve) => {
          isAsked.resolve()
          signal.addEventListener('abort', () => {
            aborted.push('slow')
            resolve('late')
          })
        }),
      bad: () => {
        throw new CallerError('NOT_FOUND', 'Not here.')
      },
    },
    Mutation: { change: () => 1 },
  },
}

let signOn: Issuer
let gateway: Opened
beforeAll(async () => {
  signOn = await openIssuer()
  gateway = await open({ a: source }, { PANJAREH_ISSUER: signOn.issuer })
})
afterAll(async () => {
  await gateway.close()
  await signOn.close()
})

const body = (response: Response): Promise<unknown> => response.json()
const NEW = { accept: 'application/graphql-response+json' }

test.each([
  ['nobody', ['aud'], {}],
  ['another', [], { aud: 'account' }],
])(
  'takes no token that is meant for %s: any client of the issuer could have got it',
  async (...[, without, claims]) => {
    const authorization = `Bearer ${await signOn.sign({ ...CITIZEN, ...claims }, {}, without)}`
    expect((await gateway.post({ query: '{ me }' }, { authorization })).status).toBe(401)
  },
)

test('answers a citizen by token and an anonymous caller without', async () => {
  const authorization = `Bearer ${await signOn.sign(CITIZEN)}`
  const known = await gateway.post({ query: '{ me }' }, { authorization })
  expect(await body(known)).toEqual({ data: { me: 'citizen' } })
  const unknown = await gateway.post({ query: '{ me hello }' })
  expect(unknown.status).toBe(200)
  expect(await body(unknown)).toMatchObject({
    data: { me: null, hello: 'salam' },
    errors: [{ path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }],
  })
})

test('refuses a bad token with 401 and a challenge before anything is asked', async () => {
  const response = await gateway.post({ query: '{ hello }' }, { authorization: 'Bearer x.y.z' })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(await body(response)).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
})

test.each<[string, RequestInit, number, string]>([
  [
    'a form',
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'query=x',
    },
    415,
    'BAD_REQUEST',
  ],
  [
    'plain text',
    { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{hello}"}' },
    415,
    'BAD_REQUEST',
  ],
  ['a batch', json([{ query: '{ hello }' }]), 400, 'BAD_REQUEST'],
  [
    'a body above the limit',
    json({ query: `{ hello } #${'x'.repeat(262_144)}` }),
    413,
    'BAD_REQUEST',
  ],
  [
    'a page of another site',
    json({ query: '{ hello }' }, { 'sec-fetch-site': 'cross-site' }),
    403,
    'FORBIDDEN',
  ],
  ['a wish for XML', json({ query: '{ hello }' }, { accept: 'text/xml' }), 406, 'BAD_REQUEST'],
  ['PUT', { method: 'PUT' }, 405, 'BAD_REQUEST'],
  [
    'a document that is too costly',
    json({ query: `{ ${'hello '.repeat(11)} }` }, NEW),
    400,
    'OPERATION_TOO_COSTLY',
  ],
])('refuses %s', async (_, init, status, code) => {
  const response = await fetch(`${gateway.url}/graphql`, init)
  expect(response.status).toBe(status)
  expect(await body(response)).toMatchObject({ errors: [{ extensions: { code } }] })
})

test('lets a page of another site ask after a preflight', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'x-panjareh-preflight': '1' }
  expect((await gateway.post({ query: '{ hello }' }, headers)).status).toBe(200)
})

test('refuses a mutation over GET', async () => {
  const response = await fetch(`${gateway.url}/graphql?query=mutation{change}`)
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test('runs a mutation over POST', async () => {
  const response = await gateway.post({ query: 'mutation { change }' })
  expect(await body(response)).toEqual({ data: { change: 1 } })
})

test('gives up a subgraph at the deadline', async () => {
  // Sockets have timers of their own.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  isAsked = Promise.withResolvers()
  const answer = gateway.post({ query: '{ slow hello }' })
  await isAsked.promise
  vi.advanceTimersByTime(15_000)
  const response = await answer
  expect(await body(response)).toMatchObject({
    data: { slow: null, hello: null },
    errors: [
      { path: ['slow'], extensions: { code: 'SYSTEM_TIMEOUT', system: 'a' } },
      { path: ['hello'], extensions: { code: 'SYSTEM_TIMEOUT', system: 'a' } },
    ],
  })
  expect(aborted).toContain('slow')
})

test('tells subgraphs when the client goes away', async () => {
  const patient = await open({ a: source })
  aborted.length = 0
  isAsked = Promise.withResolvers()
  const going = new AbortController()
  const answer = fetch(`${patient.url}/graphql?query={slow}`, { signal: going.signal })
  await isAsked.promise
  going.abort()
  await expect(answer).rejects.toThrow()
  await expect.poll(() => aborted).toEqual(['slow'])
  await expect.poll(() => patient.lines.map(({ facts }) => facts['status'])).toEqual([499])
  await patient.close()
})

test('writes one line per request, without variables and tokens', async () => {
  const before = gateway.lines.length
  const authorization = `Bearer ${await signOn.sign(CITIZEN)}`
  const query = 'query Greeting($x: Boolean = true) { hello @include(if: $x) bad }'
  const response = await gateway.post(
    { query, variables: { x: true, y: '0099999999' } },
    { authorization },
  )
  const lines = gateway.lines.slice(before)
  expect(lines).toHaveLength(1)
  expect(lines[0]?.facts).toMatchObject({
    requestId: response.headers.get('x-request-id'),
    operation: 'Greeting',
    caller: 'citizen',
    client: 'portal',
    status: 200,
    codes: { NOT_FOUND: 1 },
    stages: expect.objectContaining({ operation: expect.any(Number), execute: expect.any(Number) }),
  })
  expect(JSON.stringify(lines)).not.toMatch(/0099999999|0012345679|eyJ/)
})

test.each<[string, object, Readonly<Record<string, string>>]>([
  ['a failing field', { query: '{ bad }' }, {}],
  ['a bad token', { query: '{ hello }' }, { authorization: 'Bearer x.y.z' }],
  ['a refused body', [], {}],
])('gives the id that its log line has with the answer: %s', async (_, asked, headers) => {
  const response = await gateway.post(asked, headers)
  const reference = response.headers.get('x-request-id')
  expect(reference).toMatch(/^[0-9a-f-]{36}$/)
  expect(await body(response)).toMatchObject({ errors: [{ extensions: { reference } }] })
  expect(gateway.lines.at(-1)?.facts['requestId']).toBe(reference)
})

test('says how it does', async () => {
  const response = await fetch(`${gateway.url}/health`)
  expect(response.status).toBe(200)
  expect(await body(response)).toEqual({
    ready: true,
    live: true,
    systems: [],
    supergraph: {
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      loadedAt: expect.any(String),
      ageSeconds: expect.any(Number),
    },
  })
})

test('a body that stops half way is no bug of ours', async () => {
  const before = gateway.lines.length
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    () => socket.destroy(),
  )
  await expect.poll(() => gateway.lines.length).toBe(before + 1)
  expect(gateway.lines.at(-1)?.level).toBe('info')
})

test('waits for a body no longer than the deadline, give or take a second', async () => {
  const hurried = await open({ a: source }, { PANJAREH_DEADLINE: '300ms' })
  const socket = connect(Number(new URL(hurried.url).port), '127.0.0.1')
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
  )
  const lived = livedTime()
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  expect(lived()).toBeLessThan(3000)
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 408/)
  await hurried.close()
})

test('answers a broken request line without falling over', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write('GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 4\d\d/)
  expect((await gateway.post({ query: '{ hello }' })).status).toBe(200)
})

test('leads a browser to the portal, and a program nowhere', async () => {
  const portal = 'https://portal.example/desk'
  const config = readConfig({ PANJAREH_PORT: '0', PANJAREH_PORTAL: portal })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const own = await openGateway(config, { subgraphs: [serve('a', source)], log })
  const visit = (name: string, accept = 'text/html') =>
    fetch(own.url + name, { headers: { accept }, redirect: 'manual' })
  for (const name of ['/', '/graphql', '/graphql?code=1', '//elsewhere.example/']) {
    const led = await visit(name)
    expect([name, led.status, led.headers.get('location')]).toEqual([name, 303, portal])
  }
  expect((await visit('/settings.json')).status).toBe(404)
  // One who asks a question is answered, browser or not.
  const asked = await visit('/graphql?query={hello}', 'text/html,*/*;q=0.8')
  expect(await body(asked)).toEqual({ data: { hello: 'salam' } })
  await own.close()
})

test('names the port that is taken in one line', async () => {
  const config = readConfig({ PANJAREH_PORT: new URL(gateway.url).port })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  await expect(openGateway(config, { subgraphs: [serve('a', source)], log })).rejects.toMatchObject(
    {
      findings: [expect.stringContaining('is taken by another process')],
    },
  )
})

test('names every subgraph that does not compose', async () => {
  const other = { sdl: 'type Query { hello: Int }' }
  await expect(open({ a: source, b: other })).rejects.toMatchObject({
    findings: expect.arrayContaining([expect.stringContaining('hello')]),
  })
})

test('lets open requests finish when it closes', async () => {
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()]
  const hello = () => {
    begun.resolve()
    return gate.promise
  }
  const closing = await open({
    a: { sdl: 'type Query { hello: String }', resolvers: { Query: { hello } } },
  })
  const answer = closing.post({ query: '{ hello }' })
  await begun.promise
  const closed = closing.close()
  expect(closing.health().ready).toBe(false)
  gate.resolve('salam')
  expect(await body(await answer)).toEqual({ data: { hello: 'salam' } })
  await closed
  await expect(closing.post({ query: '{ hello }' })).rejects.toThrow()
})

test('answers equal queries of one caller at once, and no other caller with them', async () => {
  const gate = Promise.withResolvers<void>()
  const executed: string[] = []
  const sharing = await open(
    {
      a: {
        sdl: 'type Query { me: String } type Mutation { change: Int }',
        resolvers: {
          Query: {
            me: async (_: unknown, __: unknown, { caller }: RequestContext) => {
              executed.push(caller.subject)
              await gate.promise
              return caller.subject
            },
          },
          Mutation: { change: () => executed.push('change') },
        },
      },
    },
    { PANJAREH_ISSUER: signOn.issuer },
  )
  const [one, two] = await Promise.all(
    ['u1', 'u2'].map(async (sub) => `Bearer ${await signOn.sign({ ...CITIZEN, sub })}`),
  )
  const me = (authorization = '') => sharing.post({ query: '{ me }' }, { authorization })
  // Tokens that are known are not looked at for long.
  for (const authorization of [one, two])
    await sharing.post({ query: '{ __typename }' }, { authorization: authorization ?? '' })
  let arrived = 0
  const note = () => (arrived += 1)
  subscribe('http.server.request.start', note)
  onTestFinished(() => void unsubscribe('http.server.request.start', note))
  const asked = [me(one), me(one), me(two), me(one), sharing.post({ query: '{ me }' })]
  await expect.poll(() => [arrived, executed.length]).toEqual([5, 3])
  await new Promise((resolve) => setTimeout(resolve, 50))
  gate.resolve()
  const bodies = await Promise.all((await Promise.all(asked)).map(body))
  expect(bodies).toEqual(['u1', 'u1', 'u2', 'u1', ''].map((subject) => ({ data: { me: subject } })))
  expect(executed.toSorted()).toEqual(['', 'u1', 'u2'])
  const lines = sharing.lines.map(({ facts }) => facts)
  const leaders = lines.flatMap(({ sharedWith }) => (sharedWith === undefined ? [] : [sharedWith]))
  expect(leaders).toHaveLength(2)
  expect(lines.map(({ requestId }) => requestId)).toContain(leaders[0])
  const changes = [1, 2].map(() => sharing.post({ query: 'mutation { change }' }))
  await Promise.all(changes)
  expect(executed.filter((what) => what === 'change')).toHaveLength(2)
  await sharing.close()
})

test('shares nothing where that is switched off', async () => {
  let executed = 0
  const gate = Promise.withResolvers<void>()
  const sharing = await open(
    {
      a: {
        sdl: 'type Query { hello: String }',
        resolvers: {
          Query: {
            hello: async () => {
              executed += 1
              await gate.promise
            },
          },
        },
      },
    },
    { PANJAREH_SHARE_QUERIES: 'off' },
  )
  const asked = [1, 2].map(() => sharing.post({ query: '{ hello }' }))
  await expect.poll(() => executed).toBe(2)
  gate.resolve()
  await Promise.all(asked)
  await sharing.close()
})

function json(value: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  }
}
