// The bare gateway before a subgraph behind a network: what a client is told whose token, purpose or sign-in is not enough,
// and what reaches the subgraph.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, parse } from 'graphql'
import type { JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'

import { readConfig } from '../../../gateway/config.ts'
import { buildEngine } from '../../../gateway/engine.ts'
import type { Running } from '../../../gateway/open-gateway.ts'
import { startBare } from '../../../gateway/start-bare.ts'
import { graphsOf } from '../../../gateway/subgraph-link/graphs-of.ts'
import { openRemoteLink } from '../../../gateway/subgraph-link/remote.ts'
import type { FindCase } from '../../../schema/case.ts'
import { compose } from '../../../schema/compose/compose.ts'
import type { Log } from '../../../schema/log.ts'
import { callerWith, contextOf, LIMITS } from '../../gateway/support/federation.ts'
import { json, serveHttp, type Served } from '../../gateway/support/remote.ts'
import { CITIZEN, type Issuer, openIssuer } from '../../gateway/support/sign-on.ts'

const OWN = '0012345679'
const OTHER = '0499370899'
const SDL = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@composeDirective"])
    @link(url: "https://specs.panjareh.example/access/v0.1", import: ["@subject", "@purpose", "@assurance"])
    @composeDirective(name: "@subject") @composeDirective(name: "@purpose") @composeDirective(name: "@assurance")
  directive @subject(field: String!, others: String = "anyone") repeatable on OBJECT | FIELD_DEFINITION
  directive @purpose(codes: [String!]!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
  directive @assurance(acr: String!, maxAge: Int) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
  type Query { open: String, tax: String @assurance(acr: "substantial", maxAge: 300), board: [Person], person(nationalId: ID!): Person }
  type Mutation { note: String, move: String @assurance(acr: "substantial") }
`
const SOURCES = {
  register: `${SDL} type Person @key(fields: "nationalId") @subject(field: "nationalId") { nationalId: ID! }`,
  homes: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@composeDirective"])
    @link(url: "https://specs.panjareh.example/access/v0.1", import: ["@purpose", "@subject"])
    @composeDirective(name: "@purpose") @composeDirective(name: "@subject")
    directive @subject(field: String!, others: String = "anyone") repeatable on OBJECT | FIELD_DEFINITION
    directive @purpose(codes: [String!]!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
    type Person @key(fields: "nationalId") { nationalId: ID!, home: String, wages: Int @subject(field: "nationalId", others: "case"),
      army: String @purpose(codes: ["conscription"]), deed: String @policy(policies: [["inquiry:deed"]]) }`,
} as const
const RESOLVERS = {
  Query: {
    open: () => 'o',
    tax: () => 't',
    board: () => [{ nationalId: OWN }, { nationalId: OTHER }],
    person: (_: unknown, { nationalId }: { nationalId: string }) => ({ nationalId }),
  },
  Mutation: { note: () => 'n', move: () => 'm' },
}
const HOMES = {
  Person: {
    __resolveReference: (one: object) => one,
    home: () => 'h',
    wages: () => 7,
    army: () => 'a',
    deed: () => 'd',
  },
}

const quiet = () => {}

const open: Running[] = []
const served = new Map<string, Served>()
let folder: string
let signOn: Issuer

async function serveSubgraph(name: keyof typeof SOURCES, resolvers: object): Promise<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- resolvers of a test name what their own SDL gives them
  const named = resolvers as never
  const schema = buildSubgraphSchema([{ typeDefs: parse(SOURCES[name]), resolvers: named }])
  const one = await serveHttp(({ body, response }) => {
    const { query, variables: variableValues } = JSON.parse(body)
    void Promise.resolve(execute({ schema, document: parse(query), variableValues })).then(
      (result) => json(response, result),
    )
  })
  served.set(name, one)
  return one.url
}

beforeAll(async () => {
  signOn = await openIssuer()
  folder = await mkdtemp(path.join(tmpdir(), 'access-'))
  const urls = [await serveSubgraph('register', RESOLVERS), await serveSubgraph('homes', HOMES)]
  const { supergraph, findings } = compose(
    Object.entries(SOURCES).map(([name, sdl]) => ({ name, sdl })),
  )
  expect(findings).toBeUndefined()
  const [register = '', homes = ''] = urls
  const placed = (supergraph ?? '')
    .replace('name: "register", url: ""', `name: "register", url: "${register}"`)
    .replace('name: "homes", url: ""', `name: "homes", url: "${homes}"`)
  await writeFile(path.join(folder, 'supergraph.graphql'), placed)
})
afterEach(() => Promise.all(open.splice(0).map((running) => running.close())))
afterAll(async () => {
  await Promise.all([...served.values()].map((one) => one.close()))
  await signOn.close()
  await rm(folder, { recursive: true })
})

async function gateway(
  environment: Readonly<Record<string, string>> = {},
  log: Log = { info: quiet, warn: quiet, error: quiet },
) {
  const config = readConfig({
    PANJAREH_PORT: '0',
    PANJAREH_ISSUER: signOn.issuer,
    PANJAREH_SUPERGRAPH: path.join(folder, 'supergraph.graphql'),
    ...environment,
  })

  const running = await startBare(config, { log })
  open.push(running)
  return async (query: string, claims?: JWTPayload, headers: Record<string, string> = {}) => {
    const token = claims && `Bearer ${await signOn.sign(claims)}`
    const response = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: token }),
        ...headers,
      },
      body: JSON.stringify({ query }),
    })
    const { status } = response
    const answer: Record<string, unknown> = JSON.parse(await response.text())
    return { status, challenge: response.headers.get('www-authenticate'), ...answer }
  }
}

const now = () => Math.floor(Date.now() / 1000)
const low = (): JWTPayload => ({ ...CITIZEN, sid: 's', acr: 'low', auth_time: now() })
const sure = (): JWTPayload => ({ ...low(), acr: 'substantial' })
const agency = (...roles: string[]): JWTPayload => ({
  sub: 'bank',
  azp: 'bank',
  client_id: 'bank',
  realm_access: { roles: ['agency', ...roles] },
})
const CHALLENGE =
  'Bearer error="insufficient_user_authentication", acr_values="substantial", max_age="300"'
const asked = (name: string) => (served.get(name)?.received ?? []).map(({ body }) => body)

test('a sign-in that is not enough is challenged: 200 beside a part, 401 beside nothing', async () => {
  const ask = await gateway()
  const part = await ask('{ open tax }', low())
  expect(part).toMatchObject({ status: 200, challenge: CHALLENGE, data: { open: 'o', tax: null } })
  expect(part).toMatchObject({
    errors: [{ path: ['tax'], extensions: { acrValues: 'substantial', maxAge: 300 } }],
  })
  expect(await ask('{ tax }', low())).toMatchObject({
    status: 401,
    challenge: CHALLENGE,
    data: { tax: null },
  })
  const enough = await ask('{ open tax }', sure())
  expect(enough).toEqual({ status: 200, challenge: null, data: { open: 'o', tax: 't' } })
})

test('a mutation is all done or challenged', async () => {
  const ask = await gateway()
  const before = asked('register').length
  const refused = await ask('mutation { note move }', low())
  expect(refused).toMatchObject({
    status: 401,
    challenge: 'Bearer error="insufficient_user_authentication", acr_values="substantial"',
    errors: [{ path: ['move'], extensions: { code: 'INSUFFICIENT_AUTHENTICATION' } }],
  })
  expect(asked('register')).toHaveLength(before)
  expect(await ask('mutation { note move }', sure())).toMatchObject({ data: { move: 'm' } })
})

test('another citizen’s key never leaves the gateway', async () => {
  const ask = await gateway()
  const before = asked('homes').length
  const answer = await ask('{ board { home } }', low())
  expect(answer).toMatchObject({
    data: { board: [{ home: 'h' }, { home: null }] },
    errors: [{ path: ['board', 1, 'home'], extensions: { code: 'FORBIDDEN' } }],
  })
  const sent = asked('homes').slice(before).join('\n')
  expect(sent).toContain(OWN)
  expect(sent).not.toContain(OTHER)
  const named = await ask(`{ person(nationalId: "${OTHER}") { home } }`, low())
  expect(named).toMatchObject({ data: { person: null } })
  expect(asked('register').join('\n')).not.toContain(OTHER)
})

test('an agency names its purpose in a header', async () => {
  const ask = await gateway()
  const query = `{ person(nationalId: "${OTHER}") { army deed } }`
  const bank = agency('inquiry:conscription', 'inquiry:deed')
  const read = (headers?: Record<string, string>) => ask(query, bank, headers)
  expect(await read()).toMatchObject({
    data: { person: { army: null, deed: 'd' } },
    errors: [{ extensions: { code: 'PURPOSE_REQUIRED' } }],
  })
  expect(await read({ 'panjareh-purpose': 'conscription' })).toMatchObject({
    data: { person: { army: 'a', deed: null } },
  })
  expect(await read({ 'panjareh-purpose': 'gossip' })).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: 'BAD_REQUEST' } }],
  })
})

test('without applications nobody else reads what is for a case, and the log says so', async () => {
  const warn = vi.fn<Log['warn']>()
  const ask = await gateway({}, { info: quiet, warn, error: quiet })
  expect(warn).toHaveBeenCalledWith(
    { types: ['Person'] },
    expect.stringContaining('no applications'),
  )
  const before = asked('homes').length
  const named = await ask('{ board { wages } }', agency(), { 'x-road-issue': '572000000002' })
  expect(named).toMatchObject({
    status: 200,
    data: { board: [{ wages: null }, { wages: null }] },
    errors: [{ extensions: { code: 'FORBIDDEN' } }, { extensions: { code: 'FORBIDDEN' } }],
  })
  expect(await ask('{ board { wages } }', agency())).toMatchObject({
    errors: [0, 1].map((place) => ({
      path: ['board', place, 'wages'],
      extensions: { code: 'CASE_REQUIRED' },
    })),
  })
  const rejecting = await gateway({ PANJAREH_UNAUTHORIZED: 'reject' })
  expect(await rejecting('{ open board { wages } }', agency())).toMatchObject({
    status: 403,
    errors: [{ extensions: { code: 'CASE_REQUIRED' } }],
  })
  expect(asked('homes')).toHaveLength(before)
  expect(await ask('{ board { wages } }', low())).toMatchObject({
    data: { board: [{ wages: 7 }, { wages: null }] },
  })
})

test('a subgraph is asked about the person of the case only', async () => {
  const { remote: limits, shareReads } = readConfig({})
  const supergraph = await readFile(path.join(folder, 'supergraph.graphql'), 'utf8')
  const links = graphsOf(supergraph).graphs.map(({ name, url }) =>
    openRemoteLink({ name, url, limits, shareReads }),
  )
  const findCase: FindCase = async ({ issue }) => (issue === 'CASE-7' ? OTHER : undefined)
  const engine = buildEngine({
    supergraph,
    subgraphs: [],
    links,
    limits: LIMITS,
    mayIntrospect: () => true,
    findCase,
  })
  onTestFinished(async () => {
    await engine.close()
    await Promise.all(links.map((link) => link.close()))
  })
  const query = '{ board { wages } }'
  const before = asked('homes').length
  const read = async (issue: string) => {
    const context = { ...contextOf(engine, callerWith(['agency'], 'agency')), issue }
    return (await engine.run({ query }, context, false)).answer?.data
  }
  expect(await read('CASE-7')).toEqual({ board: [{ wages: null }, { wages: 7 }] })
  expect(await read('CASE-8')).toEqual({ board: [{ wages: null }, { wages: null }] })
  const sent = asked('homes').slice(before)
  expect(sent).toHaveLength(1)
  expect(sent[0]).toContain(OTHER)
  expect(sent[0]).not.toContain(OWN)
})

test('requests at the same time are not answered for another’s purpose or token', async () => {
  const ask = await gateway()
  const query = `{ person(nationalId: "${OTHER}") { army deed } }`
  const bank = agency('inquiry:conscription', 'inquiry:deed')
  const answers = await Promise.all(
    ['conscription', 'deed', 'conscription', 'deed'].map((purpose) =>
      ask(query, bank, { 'panjareh-purpose': purpose }),
    ),
  )
  const data = [{ person: { army: 'a', deed: null } }, { person: { army: null, deed: 'd' } }]
  expect(answers).toMatchObject([...data, ...data].map((one) => ({ data: one })))
})

test('told to reject, it refuses an operation for one field of it', async () => {
  const ask = await gateway({ PANJAREH_UNAUTHORIZED: 'reject' })
  const before = asked('register').length
  const refused = await ask('{ open tax }', low())
  expect(refused).toMatchObject({ status: 401, challenge: CHALLENGE })
  expect(refused).not.toHaveProperty('data')
  const nobody = await ask('{ open tax }')
  expect(nobody).toMatchObject({ status: 401, challenge: 'Bearer' })
  const query = `{ open person(nationalId: "${OTHER}") { deed } }`
  expect(await ask(query, agency())).toMatchObject({
    status: 403,
    challenge: null,
    errors: [{ path: ['person', 'deed'], extensions: { code: 'FORBIDDEN' } }],
  })
  expect(asked('register')).toHaveLength(before)
})

test('levels are those of the configuration', async () => {
  const other = gateway({ PANJAREH_ASSURANCE_LEVELS: 'bronze,silver' })
  await expect(other).rejects.toMatchObject({
    findings: expect.arrayContaining([expect.stringContaining('Query.tax')]),
  })
})
