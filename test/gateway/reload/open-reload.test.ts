// Reloads while requests flow, over real sockets: the bare gateway before two subgraphs that give different answers.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request as send } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { readConfig } from '../../../gateway/config.ts'
import { startBare } from '../../../gateway/start-bare.ts'
import { compose } from '../../../schema/compose/compose.ts'
import { serve } from '../support/federation.ts'
import { json, type Served, serveHttp } from '../support/remote.ts'

let one: Served
let two: Served
let file: string
beforeAll(async () => {
  one = await serveHttp(({ response }) => json(response, { data: { who: 'one' } }))
  two = await serveHttp(({ response }) => json(response, { data: { who: 'two', more: 1 } }))
  file = path.join(await mkdtemp(path.join(tmpdir(), 'reload-')), 'supergraph.graphql')
})
afterAll(async () => {
  await one.close()
  await two.close()
})

function supergraphAt(url: string, sdl = 'type Query { who: String }'): string {
  const { supergraph } = compose([serve('a', { sdl })])
  return (supergraph ?? '').replace(/(@join__graph\(name: "a", url: )"[^"]*"/, `$1"${url}"`)
}

const silent = { info: () => {}, warn: () => {}, error: () => {} }

async function open(environment: Readonly<Record<string, string>> = {}) {
  await writeFile(file, supergraphAt(one.url))
  const settings = { PANJAREH_PORT: '0', PANJAREH_SUPERGRAPH: file, ...environment }
  return startBare(readConfig(settings), { log: silent })
}

interface Replied {
  readonly status: number
  readonly body: string
}

const BODY = JSON.stringify({ query: 'query Who { who }' })

function ask(url: string, agent: Agent): Promise<Replied> {
  const { promise, resolve, reject } = Promise.withResolvers<Replied>()
  const headers = {
    'content-type': 'application/json',
    'content-length': BODY.length,
    'graphql-client-name': 'portal',
  }
  const request = send(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
  })
  request.once('error', reject)
  request.end(BODY)
  return promise
}

test('twenty reloads under load drop no request, and the answers switch over', async () => {
  const gateway = await open()
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const failures: string[] = []
  const answers = { one: 0, two: 0 }
  const over = new AbortController()
  const client = async () => {
    while (!over.signal.aborted) {
      try {
        const { status, body } = await ask(gateway.url, agent)
        if (status === 200 && body === '{"data":{"who":"one"}}') answers.one += 1
        else if (status === 200 && body === '{"data":{"who":"two"}}') answers.two += 1
        else failures.push(`${status} ${body}`)
      } catch (error) {
        failures.push(String(error))
      }
    }
  }
  const clients = Array.from({ length: 20 }, client)
  const enough = async (count: number) => {
    const until = answers.one + answers.two + count
    await expect.poll(() => answers.one + answers.two).toBeGreaterThan(until)
  }
  await enough(100)
  for (let round = 0; round < 20; round += 1) {
    const isTwo = round % 2 === 0
    const { url } = isTwo ? two : one
    await writeFile(file, supergraphAt(url))
    expect(await gateway.reload()).toBe('accepted')
    const before = { ...answers }
    await enough(100)
    const grown = isTwo ? answers.two - before.two : answers.one - before.one
    // What was under way when it switched may be of the other one: as many as there are clients.
    expect(grown).toBeGreaterThan(70)
  }
  over.abort()
  await Promise.all(clients)
  agent.destroy()
  expect(failures).toEqual([])
  expect(answers.one + answers.two).toBeGreaterThan(2000)
  await gateway.close()
})

test('a supergraph that breaks what clients ask is refused, and health says what, for whom', async () => {
  const gateway = await open({
    PANJAREH_METRICS_PORT: '0',
    PANJAREH_INTROSPECTION: 'everyone',
  })
  const agent = new Agent()
  await ask(gateway.url, agent)
  await writeFile(file, supergraphAt(two.url, 'type Query { more: Int }'))
  expect(await gateway.reload()).toBe('refused')
  expect((await ask(gateway.url, agent)).body).toBe('{"data":{"who":"one"}}')
  const health = await fetch(`${gateway.url}/health`)
  expect(health.status).toBe(200)
  expect(await health.json()).toMatchObject({
    ready: true,
    supergraph: {
      refused: { findings: [{ field: 'Query.who', operation: 'Who', clients: ['portal'] }] },
    },
  })
  const metrics = await (await fetch(gateway.metricsUrl ?? '')).text()
  expect(metrics).toContain('panjareh_reloads_total{outcome="refused"} 1\n')
  await gateway.close()
})

test('where not everybody may see the schema, only operators are told what would break', async () => {
  const gateway = await open({ PANJAREH_INTROSPECTION: 'nobody', PANJAREH_METRICS_PORT: '0' })
  const agent = new Agent()
  await ask(gateway.url, agent)
  await writeFile(file, supergraphAt(two.url, 'type Query { more: Int }'))
  expect(await gateway.reload()).toBe('refused')
  const shown = await (await fetch(`${gateway.url}/health`)).text()
  expect(shown).toContain('"findings":[{"message"')
  expect(shown).not.toMatch(/portal|Query/)
  const own = await (await fetch(new URL('/health', gateway.metricsUrl))).json()
  expect(own).toMatchObject({
    supergraph: { refused: { findings: [{ field: 'Query.who', clients: ['portal'] }] } },
  })
  await gateway.close()
})

test('looks at the file by itself where that is wanted', async () => {
  const gateway = await open({ PANJAREH_RELOAD: '20ms' })
  const agent = new Agent()
  await writeFile(file, supergraphAt(two.url))
  await expect.poll(async () => (await ask(gateway.url, agent)).body).toBe('{"data":{"who":"two"}}')
  await gateway.close()
})

test('a file that is gone or cut off changes nothing', async () => {
  const gateway = await open()
  const agent = new Agent()
  await writeFile(file, supergraphAt(two.url).slice(0, 200))
  expect(await gateway.reload()).toBe('failed')
  await rm(file)
  expect(await gateway.reload()).toBe('failed')
  expect((await ask(gateway.url, agent)).body).toBe('{"data":{"who":"one"}}')
  await gateway.close()
})
