// Every way to sign in, against every way to fail, with a system that says back all that it was sent: nothing of a credential,
// a token or a person may be in an answer, a log line or a system's health.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parse } from 'graphql'
import { generate } from 'selfsigned'
import { beforeAll, expect, onTestFinished, test } from 'vitest'

import type { AuthSettings } from '../../adapters/settings.ts'
import { ANONYMOUS } from '../../schema/caller.ts'
import { loadSystem } from '../../subgraphs/load.ts'
import {
  type Received,
  serve,
  systemSettings,
  type Wire,
  type WireAnswer,
} from '../adapters/wire.ts'

const USER = 'us3r'
const PASSWORD = 'S3cr3t p%&ss'
const KEY = 'k3yk3yk3yk3yk3y'
const TOKEN = 't0k3n.t0k3n'
const PERSON = '0012345679'
const SECRETS: Readonly<Record<string, string>> = { USER, PASSWORD, KEY, TOKEN }

/** As they stand in a body, a URL, a form, a header of Basic, and the halves of each. */
const TRACES = [USER, PASSWORD, KEY, TOKEN, PERSON, 'S3cr3t'].flatMap((text) => [
  text,
  encodeURIComponent(text),
  encodeURIComponent(text).replaceAll('%20', '+'),
  Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
])
const BASIC = Buffer.from(`${USER}:${PASSWORD}`).toString('base64')

const OPEN_API = JSON.stringify({
  openapi: '3.0.3',
  paths: {
    '/persons/{id}': {
      post: {
        operationId: 'person',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  user: { type: 'string' },
                  token: { type: 'string' },
                  signature: { type: 'string' },
                },
              },
            },
          },
        },
        responses: {
          200: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['name'],
                  properties: { name: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    },
  },
})

const WSDL = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t" xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
<types><x:schema targetNamespace="urn:t" elementFormDefault="qualified">
${['person', 'personResponse', 'login', 'loginResponse'].map((name) => `<x:element name="${name}"><x:complexType><x:sequence>${FIELDS(name)}</x:sequence></x:complexType></x:element>`).join('')}
</x:schema></types>
${['person', 'login'].map((name) => `<message name="${name}In"><part name="p" element="t:${name}"/></message><message name="${name}Out"><part name="p" element="t:${name}Response"/></message>`).join('')}
<portType name="P">${['person', 'login'].map((name) => `<operation name="${name}"><input message="t:${name}In"/><output message="t:${name}Out"/></operation>`).join('')}</portType>
<binding name="B" type="t:P"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/>${['person', 'login'].map((name) => `<operation name="${name}"><s:operation soapAction="${name}"/><input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation>`).join('')}</binding>
<service name="S"><port name="P" binding="t:B"><s:address location="http://system.invalid/"/></port></service></definitions>`

function FIELDS(name: string): string {
  const fields: Readonly<Record<string, readonly string[]>> = {
    person: ['id', 'user', 'token'],
    personResponse: ['name'],
    login: ['user', 'pass'],
    loginResponse: ['token'],
  }
  return (fields[name] ?? [])
    .map(
      (field) =>
        `<x:element name="${field}" type="x:string" minOccurs="${field === 'name' ? 1 : 0}"/>`,
    )
    .join('')
}

const SCHEMA = (operation: string): string => `type Query {
  person(id: String!): Person @call(operation: "person", input: [{ to: "${operation}", from: "id" }])
}
type Person { name: String }
`

type Scheme = readonly [name: string, protocol: 'rest' | 'soap', auth: AuthSettings]
const NO_TOKEN = { lifetime: '20m' } as const
const SCHEMES: readonly Scheme[] = [
  ['basic', 'rest', { scheme: 'basic', user: 'USER', password: 'PASSWORD' }],
  ['digest', 'rest', { scheme: 'digest', user: 'USER', password: 'PASSWORD' }],
  ['bearer', 'rest', { scheme: 'bearer', token: 'TOKEN' }],
  ['key in a header', 'rest', { scheme: 'api-key', header: 'x-key', key: 'KEY' }],
  ['key in the query', 'rest', { scheme: 'api-key', query: 'key', key: 'KEY' }],
  ['query', 'rest', { scheme: 'query', values: { user: 'USER', pass: 'PASSWORD' } }],
  ['body', 'rest', { scheme: 'input', values: { 'body.user': 'USER', 'body.token': 'PASSWORD' } }],
  [
    'signature',
    'rest',
    { scheme: 'body-signature', field: 'body.signature', over: ['id'], secret: 'KEY' },
  ],
  ['oauth2', 'rest', { scheme: 'oauth2', tokenPath: '/token', client: 'USER', secret: 'PASSWORD' }],
  [
    'oauth2 by body',
    'rest',
    {
      scheme: 'oauth2',
      tokenPath: '/token',
      client: 'USER',
      secret: 'PASSWORD',
      credentials: 'body',
    },
  ],
  [
    'login by json',
    'rest',
    {
      scheme: 'login',
      path: '/token',
      json: { user: 'USER', pass: 'PASSWORD' },
      token: 'access_token',
      send: { header: 'authorization', prefix: 'Bearer ' },
      ...NO_TOKEN,
    },
  ],
  [
    'login by query',
    'rest',
    {
      scheme: 'login',
      path: '/token',
      query: { user: 'USER', pass: 'PASSWORD' },
      token: 'access_token',
      send: { query: 'token' },
      ...NO_TOKEN,
    },
  ],
  [
    'login into the body',
    'rest',
    {
      scheme: 'login',
      path: '/token',
      form: { user: 'USER', pass: 'PASSWORD' },
      token: 'access_token',
      send: { input: 'body.token' },
      ...NO_TOKEN,
    },
  ],
  [
    'login by cookie',
    'rest',
    {
      scheme: 'login',
      path: '/token',
      form: { user: 'USER', pass: 'PASSWORD' },
      cookie: 'SID',
      ...NO_TOKEN,
    },
  ],
  [
    'user name token',
    'soap',
    { scheme: 'username-token', user: 'USER', password: 'PASSWORD', type: 'text' },
  ],
  [
    'user name token by digest',
    'soap',
    {
      scheme: 'username-token',
      user: 'USER',
      password: 'PASSWORD',
      type: 'digest',
      timestamp: true,
    },
  ],
  [
    'header',
    'soap',
    {
      scheme: 'soap-header',
      element: '{urn:t}Auth',
      values: { User: 'USER', Password: 'PASSWORD' },
    },
  ],
  [
    'soap login',
    'soap',
    {
      scheme: 'soap-login',
      operation: 'login',
      input: { user: 'USER', pass: 'PASSWORD' },
      token: 'token',
      send: { 'soap-header': '{urn:t}Session/Token' },
      ...NO_TOKEN,
    },
  ],
  [
    'soap login into the body',
    'soap',
    {
      scheme: 'soap-login',
      operation: 'login',
      input: { user: 'USER', pass: 'PASSWORD' },
      token: 'token',
      send: { input: 'token' },
      ...NO_TOKEN,
    },
  ],
]

const echo = ({ url, headers, body }: Received): string =>
  `${url} ${JSON.stringify(headers)} ${body} ${TOKEN}`
const header = (text: string): string => text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 2_000)

/** What a system does that fails and cannot keep anything for itself. */
const FAILURES: Readonly<Record<string, (request: Received) => WireAnswer>> = {
  'refuses (401)': (request) => ({
    status: 401,
    headers: {
      'www-authenticate': `Basic realm="x", x-sent="${header(echo(request)).replaceAll('"', '')}"`,
    },
    body: echo(request),
  }),
  'fails (500)': (request) => ({ status: 500, body: echo(request) }),
  'finds nothing (404)': (request) => ({ status: 404, body: echo(request) }),
  'is busy (503)': (request) => ({
    status: 503,
    headers: { 'retry-after': '1' },
    body: echo(request),
  }),
  'shows a page': (request) => ({
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><p>${echo(request)}`,
  }),
  'sends elsewhere': (request) => ({
    status: 302,
    headers: { location: `http://system.invalid/?${header(echo(request))}` },
  }),
  'says nonsense': (request) => ({
    headers: { 'content-type': 'application/json' },
    body: `{"${echo(request)}`,
  }),
  'says what it should not': (request) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: { [echo(request)]: echo(request) } }),
  }),
  'answers with a fault': (request) => ({
    status: 500,
    headers: { 'content-type': 'text/xml' },
    body: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Server</faultcode><faultstring><![CDATA[${echo(request)}]]></faultstring><detail><t>${TOKEN}</t></detail></e:Fault></e:Body></e:Envelope>`,
  }),
  'answers with another element': () => ({
    headers: { 'content-type': 'text/xml' },
    body: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><personResponse xmlns="urn:t"><x>${PERSON} ${TOKEN}</x></personResponse></e:Body></e:Envelope>`,
  }),
}

let tls: { key: string; cert: string }
beforeAll(async () => {
  const { private: key, cert } = await generate([
    { name: 'commonName', value: 'elsewhere.invalid' },
  ])
  tls = { key, cert }
})

/** All that leaves the subgraph, and what reached the system. */
async function run([, protocol, scheme]: Scheme, address: string, timeout = '2s') {
  const root = await mkdtemp(join(tmpdir(), 'leaks-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const folder = join(root, 'sys')
  await mkdir(folder)
  const contract = protocol === 'soap' ? 'c.wsdl' : 'c.json'
  const operations = { person: { kind: 'query' as const } }
  const limits = { timeout, concurrency: 4, queue: 4, reply: '64KB' }
  const settings = systemSettings({
    protocol,
    contract,
    auth: [scheme],
    operations,
    limits,
    address: 'ADDRESS',
  })
  await writeFile(join(folder, 'system.json'), JSON.stringify(settings))
  await writeFile(join(folder, 'schema.graphql'), SCHEMA('id'))
  await writeFile(join(folder, contract), protocol === 'soap' ? WSDL : OPEN_API)
  const lines: string[] = []
  const write = (facts: unknown, message: string): void =>
    void lines.push(`${JSON.stringify(facts)} ${message}`)
  const subgraph = await loadSystem(folder, {
    secret: (name) => (name === 'ADDRESS' ? address : (SECRETS[name] ?? '')),
    log: { info: write, warn: write, error: write },
  })
  onTestFinished(() => subgraph.close())
  const ask = () =>
    subgraph.execute({
      document: parse(`{ person(id: "${PERSON}") { name } }`),
      variables: {},
      context: {
        requestId: 'r-1',
        traceparent: '',
        caller: { ...ANONYMOUS, kind: 'agency' },
        signal: AbortSignal.timeout(3_000),
        provenance: true,
        ask: async () => ({}),
      },
    })
  const answers = [await ask(), await ask()]
  const left = JSON.stringify([answers, lines, subgraph.health()])
  return { answers, lines, left }
}

function expectNothingOf(left: string): void {
  for (const trace of [...TRACES, BASIC, BASIC.slice(0, 10)]) expect(left).not.toContain(trace)
}

/** A system that signs everybody in, and fails then. */
function failing(answer: (request: Received) => WireAnswer): Promise<Wire> {
  return serve((request) => {
    if (request.url.includes('/token')) {
      const headers = { 'content-type': 'application/json', 'set-cookie': `SID=${TOKEN}` }
      return { headers, body: JSON.stringify({ access_token: TOKEN, expires_in: 300 }) }
    }
    if (request.headers['soapaction']?.toString().includes('login') === true) {
      const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><loginResponse xmlns="urn:t"><token>${TOKEN}</token></loginResponse></e:Body></e:Envelope>`
      return { headers: { 'content-type': 'text/xml' }, body }
    }
    const isDigest = request.headers.authorization === undefined
    if (isDigest && request.url.includes('persons')) {
      const challenge = `Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256`
      return { status: 401, headers: { 'www-authenticate': challenge }, body: echo(request) }
    }
    return answer(request)
  })
}

const NAMED = SCHEMES.map((scheme) => [scheme[0], scheme] as const)
const CASES = SCHEMES.flatMap((scheme) =>
  Object.keys(FAILURES).map((failure) => [scheme[0], failure, scheme] as const),
)

test.each(CASES)('%s: a system that %s keeps it to itself', async (_name, failure, scheme) => {
  const fail = FAILURES[failure] ?? (() => ({}))
  const isDigest = scheme[0] === 'digest'
  const wire = await (isDigest ? failing(fail) : failing((request) => fail(request)))
  const { answers, lines, left } = await run(scheme, wire.address)
  for (const { errors } of answers) expect(errors?.[0]?.extensions?.['code']).toMatch(/^SYSTEM_/)
  expect(lines.length).toBeGreaterThan(0)
  // The system was told, so that there was something to keep.
  expect(() => expectNothingOf(JSON.stringify(wire.received))).toThrow()
  expectNothingOf(left)
})

test.each(NAMED)('%s: a login that fails keeps it to itself', async (_name, scheme) => {
  const wire = await serve((request) => ({
    status: 403,
    headers: { 'set-cookie': `SID=;x=${TOKEN}` },
    body: echo(request),
  }))
  const { answers, left } = await run(scheme, wire.address)
  for (const { errors } of answers) expect(errors?.[0]?.extensions?.['code']).toMatch(/^SYSTEM_/)
  expectNothingOf(left)
})

test.each(NAMED)(
  '%s: a server of another certificate gets nothing, and nothing is told',
  async (_name, scheme) => {
    const wire = await serve(() => ({}), tls)
    const { answers, left } = await run(scheme, wire.address)
    for (const { errors } of answers)
      expect(errors?.[0]?.extensions?.['code']).toBe('SYSTEM_UNAVAILABLE')
    expect(wire.received).toEqual([])
    expectNothingOf(left)
  },
)

test.each(NAMED)(
  '%s: a system that never answers, or hangs up, keeps it to itself',
  async (_name, scheme) => {
    let seen = 0
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', () => {
        seen += 1
        if (seen % 2 === 0) socket.end(`HTTP/1.1 200 ${PASSWORD}\r\nx: ${TOKEN}\r\n y\r\n\r\n`)
      })
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
    onTestFinished(() => void server.close())
    const address = server.address()
    const { answers, left } = await run(
      scheme,
      `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
      '100ms',
    )
    for (const { errors } of answers) expect(errors?.[0]?.extensions?.['code']).toMatch(/^SYSTEM_/)
    expectNothingOf(left)
    // A login goes on for others when its call is over.
    for (const socket of sockets) socket.destroy()
  },
)
