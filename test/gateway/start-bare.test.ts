import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { readConfig } from '../../gateway/config.ts'
import type { Running } from '../../gateway/open-gateway.ts'
import { startBare } from '../../gateway/start-bare.ts'
import { invariant } from '../../schema/errors.ts'
import { json, type Received, type Served, serveHttp } from './support/remote.ts'

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`
const PERSONS = `${HEAD} scalar JSON
  type Query { me(x: JSON): Person } type Person @key(fields: "id") { id: ID!, who: String, given: String }`
const DEEDS = `${HEAD} type Person @key(fields: "id") { id: ID!, deeds: String }`

/** Those who ask are told apart by headers passed on, of which some may be absent. */
const identity = ({ headers }: Received) =>
  JSON.stringify([headers['authorization'], headers['x-user']])
const later = (answer: () => void) => setTimeout(answer, Math.random() * 15)

let folder: string
let persons: Served
let deeds: Served
let gateway: Running

beforeAll(async () => {
  persons = await serveHttp((received) => {
    const { query, variables } = JSON.parse(received.body)
    const [key = ''] = /_p_me|me/.exec(query) ?? []
    const given = JSON.stringify(variables)
    const me = { __typename: 'Person', id: '1', who: identity(received), given }
    later(() => json(received.response, { data: { [key]: me } }))
  })
  deeds = await serveHttp((received) => {
    later(() => json(received.response, { data: { _entities: [{ deeds: identity(received) }] } }))
  })
  const { supergraphSdl } = composeServices([
    { name: 'persons', typeDefs: parse(PERSONS), url: persons.url },
    { name: 'deeds', typeDefs: parse(DEEDS), url: deeds.url },
  ])
  invariant(supergraphSdl, 'they compose')
  folder = await mkdtemp(path.join(tmpdir(), 'start-bare-'))
  const file = path.join(folder, 'supergraph.graphql')
  await writeFile(file, supergraphSdl)
  const config = readConfig({
    PANJAREH_PORT: '0',
    PANJAREH_SUPERGRAPH: file,
    PANJAREH_FORWARD: 'authorization,x-user',
  })
  gateway = await startBare(config, { log: { info() {}, warn() {}, error() {} } })
})
afterAll(async () => {
  await gateway.close()
  await Promise.all([persons.close(), deeds.close()])
  await rm(folder, { recursive: true })
})

const one = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)]
  invariant(item !== undefined, 'there is one')
  return item
}

/** Alike, but not the same. */
const VALUES = [
  ['1', '"1"', 'true'],
  ['0', '-0', 'null'],
  ['{"a":1,"b":2}', '{"b":2,"a":1}', '{"a":1}'],
  ['{"__proto__":{"x":1}}', '{"__proto__":{"x":2}}', '{}'],
  ['[]', '[null]', '["null"]'],
]
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { authorization: 'a' },
  { Authorization: 'b' },
  { 'x-user': 'a' },
  { authorization: 'a', 'X-User': 'a' },
]

interface Told {
  readonly wanted: readonly string[]
  readonly answered: readonly unknown[]
}

/** Undefined if it was given up. */
async function ask(values: readonly string[]): Promise<Told | undefined> {
  const headers = one(HEADERS)
  const value = one(values)
  const leaving = new AbortController()
  if (Math.random() < 0.3) setTimeout(() => leaving.abort(), Math.random() * 20)
  try {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: `{"query":"query Q($x: JSON) { me(x: $x) { who given deeds } }","variables":{"x":${value}}}`,
      signal: leaving.signal,
    })
    const { data } = JSON.parse(await response.text())
    const sent = new Headers(headers)
    const who = JSON.stringify([sent.get('authorization'), sent.get('x-user')])
    const given = JSON.stringify({ x: JSON.parse(value) })
    return { wanted: [who, given, who], answered: [data.me.who, data.me.given, data.me.deeds] }
  } catch (error) {
    if (leaving.signal.aborted) return undefined
    throw error
  }
}

test('whoever asks at the same time, leaves or stays gets what is his own', async () => {
  let told = 0
  for (const values of VALUES) {
    for (const answer of await Promise.all(Array.from({ length: 80 }, () => ask(values)))) {
      if (answer === undefined) continue
      told += 1
      expect(answer.answered).toEqual(answer.wanted)
    }
  }
  expect(told).toBeGreaterThan(200)
  // Else nothing was shared, and this test would show nothing.
  expect(persons.received.length).toBeLessThan(told)
})
