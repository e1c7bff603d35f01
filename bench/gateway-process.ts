// The gateway as a process of its own, as it runs in production but without a database; asked over HTTP, watched from
// outside through /proc (Linux).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { Pool } from 'undici'

import type { AnswerError } from '../schema/context.ts'
import { invariant } from '../schema/errors.ts'

export interface GatewayProcess {
  readonly graphql: URL
  /** What the whole exchange took, in milliseconds, and what was answered. */
  ask(query: string): Promise<Asked>
  /** User and system time of the process so far, in milliseconds (in steps of ten). */
  cpuMs(): Promise<number>
  memory(): Promise<Memory>
  close(): Promise<void>
}

export interface Asked {
  readonly tookMs: number
  readonly data: Readonly<Record<string, unknown>>
  readonly errors: readonly AnswerError[]
}

export interface Memory {
  readonly rssMb: number
  readonly peakMb: number
}

const ROOT = path.join(import.meta.dirname, '..')
const CONNECTIONS = 64

export async function startGateway(
  environment: Readonly<Record<string, string>>,
  token: string,
): Promise<GatewayProcess> {
  const { PATH = '' } = process.env
  const flags = process.env['BENCH_GATEWAY_FLAGS']?.split(' ') ?? []
  const child = spawn(process.execPath, [...flags, path.join(ROOT, 'gateway/main.ts')], {
    env: { PATH, PANJAREH_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  invariant(child.pid !== undefined, 'the gateway was started')
  const lines = createInterface({ input: child.stdout })
  const graphql = await readyAt(lines)
  const pool = new Pool(graphql.origin, { connections: CONNECTIONS })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const proc = `/proc/${child.pid}`
  return {
    graphql,
    async ask(query) {
      const body = JSON.stringify({ query })
      const from = performance.now()
      const reply = await pool.request({ path: graphql.pathname, method: 'POST', headers, body })
      const text = await reply.body.text()
      const tookMs = performance.now() - from
      const { data = {}, errors = [] } = JSON.parse(text)
      return { tookMs, data, errors }
    },
    cpuMs: async () => cpuOf(await readFile(`${proc}/stat`, 'utf8')),
    memory: async () => memoryOf(await readFile(`${proc}/status`, 'utf8')),
    async close() {
      await pool.close()
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** Its log goes on being read: a full pipe would hold it up. */
async function readyAt(lines: ReturnType<typeof createInterface>): Promise<URL> {
  const ready = Promise.withResolvers<URL>()
  lines.on('line', (line) => {
    const { msg, url } = JSON.parse(line)
    if (msg === 'ready') ready.resolve(new URL(url))
  })
  lines.once('close', () => {
    ready.reject(new RangeError('the gateway ended before it was ready'))
  })
  return ready.promise
}

const TICK_MS = 10

/** proc(5): fields 14 and 15, counted after the name in brackets, which may hold anything. */
function cpuOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

function memoryOf(status: string): Memory {
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { rssMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') }
}
