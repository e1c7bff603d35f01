import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, parse } from 'graphql'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { invariant } from '../../schema/errors.ts'
import { type Command, run } from './support/command.ts'
import { json, type Received, serveHttp, type Served } from './support/remote.ts'

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`
const SOURCES = {
  people: {
    sdl: `${HEAD} type Query { person(id: ID!): Person, slow: Int, who: String }
      type Person @key(fields: "id") { id: ID!, name: String }`,
    resolvers: {
      Query: {
        person: (_: unknown, { id }: { id: string }) => ({ id, name: `name ${id}` }),
        slow: () => new Promise((resolve) => setTimeout(() => resolve(1), 400)),
        who: (_: unknown, __: unknown, { headers }: Received) => JSON.stringify(headers),
      },
    },
  },
  plots: {
    sdl: `${HEAD} type Query { plots: [Plot] } type Plot { area: Int }
      type Person @key(fields: "id") { id: ID!, plots: [Plot] }`,
    resolvers: {
      Person: { plots: ({ id }: { id: string }) => [{ area: Number(id) }] },
    },
  },
}

const subgraphs: Served[] = []
const commands: Command[] = []
let folder: string
let file: string

async function serveSubgraph(source: { readonly sdl: string; readonly resolvers: object }) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- resolvers of a test name what their own SDL gives them
  const resolvers = source.resolvers as never
  const schema = buildSubgraphSchema([{ typeDefs: parse(source.sdl), resolvers }])
  return serveHttp((received) => {
    const { query, variables: variableValues } = JSON.parse(received.body)
    const options = { schema, document: parse(query), variableValues, contextValue: received }
    void Promise.resolve(execute(options)).then((result) => json(received.response, result))
  })
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bare-'))
  file = path.join(folder, 'supergraph.graphql')
  const people = await serveSubgraph(SOURCES.people)
  const plots = await serveSubgraph(SOURCES.plots)
  subgraphs.push(people, plots)
  const { supergraphSdl } = composeServices([
    { name: 'people', typeDefs: parse(SOURCES.people.sdl), url: people.url },
    { name: 'plots', typeDefs: parse(SOURCES.plots.sdl), url: plots.url },
  ])
  invariant(supergraphSdl, 'they compose')
  await writeFile(file, supergraphSdl)
})
afterEach(async () => {
  for (const { child } of commands) child.kill('SIGKILL')
  await Promise.all(commands.splice(0).map(({ ended }) => ended))
})
afterAll(async () => {
  await Promise.all(subgraphs.map((served) => served.close()))
  await rm(folder, { recursive: true })
})

function gateway(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const command = run('gateway/bare.ts', args, environment)
  commands.push(command)
  return command
}

async function ready(
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
) {
  const command = gateway(['--supergraph', file, '--port', '0', ...args], environment)
  const { url } = await command.said('ready')
  const ask = async (query: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    })
    const answer: { data: Record<string, unknown>; errors?: unknown } = JSON.parse(
      await response.text(),
    )
    return answer
  }
  const health = () => fetch(new URL('/health', String(url)))
  return { ...command, ask, health }
}

const WHOLE = '{ person(id: 7) { name plots { area } } }'
const ANSWER = { data: { person: { name: 'name 7', plots: [{ area: 7 }] } } }

test('answers from remote subgraphs, and ends when it is told to, after open requests', async () => {
  const { ask, health, child, ended } = await ready()
  expect((await health()).status).toBe(200)
  expect(await ask(WHOLE)).toEqual(ANSWER)
  const open = ask('{ slow }')
  await subgraphs[0]?.arrived(2)
  child.kill('SIGTERM')
  expect(await open).toEqual({ data: { slow: 1 } })
  expect((await ended).code).toBe(0)
})

test('without an issuer a token is nobody’s, and goes on only where it is to', async () => {
  const { ask } = await ready([], { PANJAREH_FORWARD: 'authorization,x-tenant' })
  const headers = { authorization: 'Bearer x', 'x-tenant': 'shiraz', 'x-other': '1' }
  const seen: unknown = JSON.parse(String((await ask('{ who }', headers)).data['who']))
  expect(seen).toMatchObject({ authorization: 'Bearer x', 'x-tenant': 'shiraz' })
  expect(seen).not.toHaveProperty('x-other')
  const silent = await ready()
  const kept: unknown = JSON.parse(String((await silent.ask('{ who }', headers)).data['who']))
  expect(kept).not.toHaveProperty('authorization')
})

test('limits apply as they do everywhere', async () => {
  const { ask } = await ready([], { PANJAREH_DEPTH: '2' })
  expect(await ask(WHOLE)).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] })
})

test('tells how it is used', async () => {
  const { code, output } = await gateway(['--help']).ended
  expect(code).toBe(0)
  for (const flag of ['--supergraph', '--port', '--host', '--workers'])
    expect(output).toContain(flag)
})

const GRAPH = (name: string, url: string) => `A @join__graph(name: "${name}", url: "${url}")`

test.each<[string, string | undefined, readonly string[], readonly RegExp[]]>([
  [
    'an unknown flag',
    undefined,
    ['--prot', '1'],
    [/^--prot is not a flag; did you mean --port\?$/],
  ],
  ['a bad port', undefined, ['--port', 'x'], [/^--port is not valid: Port to listen on/]],
  ['no supergraph', undefined, [], [/^--supergraph FILE is missing$/]],
  [
    'a file that is not there',
    undefined,
    ['--supergraph', '/nowhere/x'],
    [/^--supergraph: \/nowhere\/x cannot be read$/],
  ],
  ['a schema that is no supergraph', 'type Query { a: Int }', [], [/not a supergraph/]],
  ['text', 'hello', [], [/line 1, column 1: Syntax Error/]],
  [
    'an address that is missing',
    `enum join__Graph { ${GRAPH('a', '')} }`,
    [],
    [/subgraph "a" has no URL$/],
  ],
  [
    'half a supergraph',
    `enum join__Graph { ${GRAPH('a', 'http://x')} } type Query { a: X }`,
    [],
    [/: Unknown directive "@join__graph"\.$/, /: Unknown type "X"\.$/],
  ],
])('refuses %s with a line and exit code 1', async (...[, sdl, args, lines]) => {
  const { code, errors } = await gateway(sdl === undefined ? args : await written(sdl)).ended
  expect(code).toBe(1)
  expect(errors.trimEnd().split('\n')).toEqual(lines.map((line) => expect.stringMatching(line)))
})

async function written(sdl: string): Promise<readonly string[]> {
  const bad = path.join(folder, 'bad.graphql')
  await writeFile(bad, sdl)
  return ['--supergraph', bad]
}

test('several workers say once what is wrong', async () => {
  const { code, errors } = await gateway([...(await written('hello')), '--workers', '3']).ended
  expect(code).toBe(1)
  expect(errors.trimEnd().split('\n')).toEqual([expect.stringMatching(/line 1, column 1/)])
})

const PATIENT = { timeout: 15_000 }

test('several workers are ready together, one that dies is replaced, and all end', async () => {
  const { ask, health, child, said, ended, lines } = await ready(['--workers', '2'])
  expect((await health()).status).toBe(200)
  await Promise.all(Array.from({ length: 20 }, () => ask(WHOLE)))
  const served = () =>
    new Set(lines.filter(({ msg }) => msg === 'request').map(({ worker }) => worker))
  await expect.poll(() => served().size, PATIENT).toBe(2)
  const { pid } = await said('a worker listens')
  process.kill(Number(pid), 'SIGKILL')
  await said('a worker died')
  await expect
    .poll(() => lines.filter(({ msg }) => msg === 'a worker listens').length, PATIENT)
    .toBe(3)
  expect(await ask(WHOLE)).toEqual(ANSWER)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})
