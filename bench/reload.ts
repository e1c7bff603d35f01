// What a reload costs those who ask in the meantime: the bare gateway as a process of its own before 40 subgraphs, 20 clients
// that keep their connections, without reloads and with one a second.
// `node bench/reload.ts [seconds of each half] [workers]`

import { spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { Agent, createServer, request as send } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

import { compose } from '../schema/compose/compose.ts'

const SUBGRAPHS = 40
const TYPES = 10
const TOUCHED = 12
const CLIENTS = 20
const [seconds = 10, workers = 1] = process.argv.slice(2).map(Number)

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'

function sdlOf(index: number): string {
  const types = Array.from({ length: TYPES }, (_, one) => {
    const fields = ['a', 'b', 'c', 'd'].map((name) => `${name}${one}: String`).join(' ')
    return `type T${index}x${one} @key(fields: "id") { id: ID! ${fields} next: T${(index + 1) % SUBGRAPHS}x${one} }
      type T${(index + 1) % SUBGRAPHS}x${one} @key(fields: "id", resolvable: false) { id: ID! }`
  })
  return `${LINK} type Query { f${index}: T${index}x0 } ${types.join('\n')}`
}

function supergraphAt(url: string): string {
  const schemas = Array.from({ length: SUBGRAPHS }, (_, index) => ({
    name: `s${index}`,
    sdl: sdlOf(index),
  }))
  const { supergraph, findings } = compose(schemas)
  if (supergraph === undefined) throw new RangeError(JSON.stringify(findings))
  return supergraph.replaceAll(/(@join__graph\(name: "(s\d+)", url: )""/g, `$1"${url}/$2"`)
}

async function openSubgraphs(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => {
      const field = `f${(request.url ?? '').slice(2)}`
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ data: { [field]: { id: '1', a0: 'x', b0: 'y' } } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

interface Line {
  readonly msg: string
  readonly url?: string
  readonly tookMs?: number
}

async function openGateway(file: string, told: (line: Line) => void) {
  const flags = ['--supergraph', file, '--port', '0', '--workers', String(workers)]
  const env = { PATH: process.env['PATH'], PANJAREH_LOG: 'info', PANJAREH_ROOT_FIELDS: '20' }
  const child = spawn(process.execPath, ['gateway/bare.ts', ...flags], {
    cwd: path.join(import.meta.dirname, '..'),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { promise, resolve } = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (entry) => {
    if (entry.includes('"msg":"request"')) return
    const line: Line = JSON.parse(entry)
    told(line)
    if (line.msg === 'ready') resolve(line.url ?? '')
  })
  return { url: await promise, child }
}

interface Flow {
  readonly tookMs: number[]
  readonly failures: Map<string, number>
}

const QUERY = `query Twelve { ${Array.from({ length: TOUCHED }, (_, index) => `f${index} { id a0 b0 }`).join(' ')} }`
const BODY = JSON.stringify({ query: QUERY })

async function flow(url: string, untilMs: number): Promise<Flow> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const flowed: Flow = { tookMs: [], failures: new Map() }
  const fail = (why: string) => flowed.failures.set(why, (flowed.failures.get(why) ?? 0) + 1)
  const client = async () => {
    while (performance.now() < untilMs) {
      const startedAt = performance.now()
      try {
        const answer = await ask(url, agent)
        flowed.tookMs.push(performance.now() - startedAt)
        if (!answer.startsWith('{"data":{"f0":{"id":"1"')) fail(answer.slice(0, 80))
      } catch (error) {
        fail(String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  agent.destroy()
  return flowed
}

function ask(url: string, agent: Agent): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const headers = { 'content-type': 'application/json', 'content-length': BODY.length }
  const request = send(url, { method: 'POST', agent, headers }, (response) => {
    text(response).then(resolve, reject)
  })
  request.once('error', reject)
  request.end(BODY)
  return promise
}

function tell(name: string, { tookMs, failures }: Flow, reloads: number): void {
  const sorted = tookMs.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  const failed = [...failures].map(([why, count]) => `${count} × ${why}`).join('; ') || '0'
  const cells = [name, tookMs.length, failed, reloads, at(0.5), at(0.99), at(0.9999)]
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

const subgraphs = await openSubgraphs()
const file = path.join(await mkdtemp(path.join(tmpdir(), 'reload-')), 'supergraph.graphql')
const supergraph = supergraphAt(subgraphs.url)
await writeFile(file, supergraph)
let reloads = 0
const prepared: number[] = []
const { url, child } = await openGateway(file, (line) => {
  if (line.msg !== 'a new supergraph answers') return
  reloads += 1
  if (line.tookMs !== undefined) prepared.push(line.tookMs)
})
await flow(url, performance.now() + 2000)
process.stdout.write(
  `${SUBGRAPHS} subgraphs, supergraph of ${Math.round(supergraph.length / 1024)} KB, ${workers} workers\n` +
    '| half | requests | failures | reloads | p50 ms | p99 ms | p99.99 ms |\n| --- | --- | --- | --- | --- | --- | --- |\n',
)
tell('without', await flow(url, performance.now() + seconds * 1000), 0)
let round = 0
const reloading = setInterval(() => {
  round += 1
  void writeFile(file, `${supergraph}\n# ${round}\n`).then(() => child.kill('SIGHUP'))
}, 1000)
const flowed = await flow(url, performance.now() + seconds * 1000)
clearInterval(reloading)
tell('with', flowed, reloads)
process.stdout.write(`reload, from reading to switching: ${prepared.join(', ')} ms\n`)
child.kill('SIGTERM')
subgraphs.close()
