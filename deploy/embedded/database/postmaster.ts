// The server process on one cluster: found by its postmaster.pid, started, stopped. Never deletes data.

import { spawn } from 'node:child_process'
import { open, readFile, readlink, rm, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { ServiceError } from '../../../schema/errors.ts'
import type { Cluster } from './cluster.ts'
import type { RunAs } from './run-as.ts'

export interface Postmaster {
  readonly pid: number
  readonly port: number
}

const LOG_LIMIT = 10_000_000
const STOP_LIMIT_MS = 30_000
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements and the DETAIL of an error hold personal data; they stay out of the server's log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/** The server that runs on this cluster, whoever started it; a left-over postmaster.pid is cleared away. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const file = join(cluster.data, 'postmaster.pid')
  // Lines (PostgreSQL, miscinit.c): pid, data folder, start time, port, …
  const lines = await readFile(file, 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  )
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (await isServer(pid, cluster.data)) return { pid, port: Number(lines[3]) }
  await rm(file, { force: true })
  return undefined
}

/** Starts the server, detached: Ctrl-C in a terminal must reach the gateway alone, which stops it last. */
export async function startPostmaster(
  cluster: Cluster,
  program: string,
  runAs: RunAs,
): Promise<void> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const port = String(await freePort())
  const { file, args } = runAs.wrap(program, ['-D', cluster.data, '-p', port, ...settings])
  const log = await openLog(cluster.logFile)
  try {
    const stdio = ['ignore', log.fd, log.fd] as const
    const child = spawn(file, args, {
      stdio: [...stdio],
      detached: true,
      env: {},
      cwd: cluster.data,
    })
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
  } finally {
    await log.close()
  }
}

/** Ends sessions, writes a checkpoint and waits until the server is gone ("fast shutdown"). */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const server = await findPostmaster(cluster)
  if (!server) return
  signal(server.pid, 'SIGINT')
  const limit = Date.now() + STOP_LIMIT_MS
  // It takes its pid file away before it ends.
  while (await isServer(server.pid, cluster.data)) {
    if (Date.now() > limit) {
      signal(server.pid, 'SIGQUIT')
      throw new ServiceError('INTERNAL', 'The embedded database did not stop in time', {
        detail: { pid: server.pid },
      })
    }
    await sleep(20)
  }
}

// After a restart of the machine the number may belong to something else.
async function isServer(pid: number, data: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (platform() !== 'linux') return true
  // A postmaster works in its data folder; a zombie has none.
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  if (cwd === '') return false
  const [there, here] = await Promise.all([stat(cwd), stat(data)])
  return there.ino === here.ino && there.dev === here.dev
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone between the look and the signal: what we wanted.
  }
}

async function openLog(file: string) {
  const size = await stat(file).then(
    (entry) => entry.size,
    () => 0,
  )
  if (size > LOG_LIMIT) await truncate(file)
  return open(file, 'a', 0o600)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  })
}
