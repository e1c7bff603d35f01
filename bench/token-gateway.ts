// What a token adds to a request of the whole gateway: its processor time for the least query that there is, asked by nobody,
// with a token that is known, and with a new one each time; interleaved. The bare gateway as a process of its own (Linux).
// `node bench/token-gateway.ts`: a table in Markdown.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { Pool } from 'undici'

import { compose } from '../schema/compose/compose.ts'
import { invariant } from '../schema/errors.ts'
import { medianOf, tableOf } from './figures.ts'
import { openIssuer } from './issuer.ts'

const REQUESTS = 2000
const ROUNDS = 9
const CONNECTIONS = 16

const folder = await mkdtemp(path.join(tmpdir(), 'panjareh-token-'))
const issuer = await openIssuer()
const gateway = await startBare(await supergraphIn(folder))
const pool = new Pool(gateway.origin, { connections: CONNECTIONS })
const known = await issuer.tokenOf('0012345679')
const ways: readonly (readonly [string, (at: number) => Promise<string | undefined>])[] = [
  ['nobody', async () => undefined],
  ['one token that is known', async () => known],
  ['a new token each time (RS256)', (at) => issuer.tokenOf(String(at).padStart(10, '0'))],
]
process.stdout.write(`${tableOf(await measure())}\n`)
await pool.close()
await gateway.close()
issuer.close()
await rm(folder, { recursive: true })

async function supergraphIn(place: string): Promise<string> {
  const { supergraph } = compose([{ name: 'one', sdl: 'type Query { one: Int }' }])
  invariant(supergraph, 'one subgraph composes')
  const file = path.join(place, 'supergraph.graphql')
  // Nobody is asked there.
  const withUrl = supergraph.replace(
    /(?<=join__graph\(name: "one")[^)]*/,
    ', url: "http://127.0.0.1:9"',
  )
  await writeFile(file, withUrl)
  return file
}

async function startBare(supergraph: string) {
  const { PATH = '' } = process.env
  const program = path.join(import.meta.dirname, '../gateway/bare.ts')
  const child = spawn(process.execPath, [program, '--supergraph', supergraph, '--port', '0'], {
    env: { PATH, PANJAREH_ISSUER: issuer.issuer },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await addressIn(child.stdout)
  return {
    origin: url.origin,
    /** In steps of ten. */
    cpuMs: async () => {
      const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')
      return (Number(fields?.[11]) + Number(fields?.[12])) * 10
    },
    close: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** The gateway says where it listens; whatever it logs after that is read and forgotten. */
async function addressIn(out: NodeJS.ReadableStream): Promise<URL> {
  const { promise, resolve, reject } = Promise.withResolvers<URL>()
  const lines = createInterface({ input: out })
  lines.once('close', () => reject(new RangeError('the gateway ended before it was ready')))
  lines.on('line', (line) => {
    const url = /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.['url']
    if (url !== undefined) resolve(new URL(url))
  })
  return promise
}

async function measure(): Promise<readonly (readonly string[])[]> {
  const taken = ways.map((): number[] => [])
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, [, tokenOf]] of ways.entries()) {
      const of = (n: number) => tokenOf(round * REQUESTS + n)
      const tokens = await Promise.all(Array.from({ length: REQUESTS }, (_, n) => of(n)))
      const before = await gateway.cpuMs()
      await askAll(tokens)
      if (round > 0) taken[at]?.push(((await gateway.cpuMs()) - before) * 1000)
    }
  }
  const medians = taken.map((values) => medianOf(values) / REQUESTS)
  const [first = Number.NaN] = medians
  const rows = ways.map(([name], at) => {
    const micros = medians[at] ?? Number.NaN
    return [name, micros.toFixed(0), (micros - first).toFixed(0), (micros / first).toFixed(2)]
  })
  return [['`{ __typename }` asked by', 'µs of CPU', 'more', '÷ first'], ...rows]
}

async function askAll(tokens: readonly (string | undefined)[]): Promise<void> {
  const waiting = [...tokens]
  const ask = async () => {
    while (waiting.length > 0) {
      const token = waiting.pop()
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const headers = { 'content-type': 'application/json', ...authorization }
      const body = '{"query":"{ __typename }"}'
      const reply = await pool.request({ path: '/graphql', method: 'POST', headers, body })
      invariant(reply.statusCode === 200, 'the gateway answers')
      await reply.body.dump()
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, ask))
}
