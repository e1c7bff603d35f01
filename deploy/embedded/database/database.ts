// A private PostgreSQL in a folder. In: the folder. Out: a connection string, and a way to stop it.
// One owner at a time: the owner holds an advisory lock in its own session, which ends with its process,
// so a server orphaned by `kill -9` is taken over and one that is in use is not.

import { mkdir, realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { Client, escapeLiteral } from 'pg'

import { ServiceError } from '../../../schema/errors.ts'
import type { Log } from '../../../schema/log.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { type Cluster, openCluster } from './cluster.ts'
import { findPostmaster, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts'
import { chooseRunAs, type RunAs } from './run-as.ts'

export interface Database {
  /** `postgresql://…` of an ordinary role that owns its database. Holds the password: never to be logged. */
  readonly url: string
  /** Stops the server; the data stays. Close pools first. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly folder: string
  readonly log: Log
  /** How long crash recovery may take. Default two minutes. */
  readonly readyWithinMs?: number
}

const NAME = 'panjareh'
const OWNER_LOCK = 7_267_352
const STARTS = 3
const PATIENCE_MS = 1_000

/**
 * Starts the database of `folder`, made at the first start.
 * Throws ServiceError: CONFLICT when another live process owns it, INTERNAL when it cannot run here.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const { log } = options
  await mkdir(options.folder, { recursive: true })
  const folder = await realpath(options.folder)
  const binaries = await findBinaries()
  const runAs = chooseRunAs([folder, binaries.postgres])
  const cluster = await openCluster(folder, binaries, runAs)
  const deadline = Date.now() + (options.readyWithinMs ?? 120_000)
  const { server, owner } = await becomeOwner(cluster, { binaries, runAs, deadline })
  try {
    await ensureDatabase(owner, cluster)
  } catch (cause) {
    await owner.end()
    throw cause
  }
  let closing = false
  owner.on('error', () => {
    if (!closing) log.error({ logFile: cluster.logFile }, 'the embedded database went away')
  })
  log.info({ pid: server.pid, port: server.port, fresh: cluster.fresh }, 'embedded database ready')
  return {
    url: address(server.port, NAME, cluster.password, NAME),
    async close() {
      if (closing) return
      closing = true
      await sessionsEnd(owner)
      await stopPostmaster(cluster)
      await owner.end().catch(() => undefined)
    },
  }
}

interface Attempt {
  readonly binaries: Binaries
  readonly runAs: RunAs
  /** Epoch milliseconds. */
  readonly deadline: number
}

async function becomeOwner(
  cluster: Cluster,
  { binaries, runAs, deadline }: Attempt,
): Promise<{ server: Postmaster; owner: Client }> {
  let starts = 0
  let startedAt = 0
  while (Date.now() < deadline) {
    const server = await findPostmaster(cluster)
    if (server) {
      const owner = await connect(server, cluster)
      if (owner) return { server, owner: await lock(owner, cluster) }
    } else if (Date.now() - startedAt > 3_000) {
      if (starts === STARTS) break
      starts += 1
      startedAt = Date.now()
      await startPostmaster(cluster, binaries.postgres, runAs)
    }
    await sleep(25)
  }
  throw new ServiceError('INTERNAL', `The embedded database did not start: see ${cluster.logFile}`)
}

// Undefined: not yet (recovering, 57P03) or not any more (shutting down).
async function connect(server: Postmaster, cluster: Cluster): Promise<Client | undefined> {
  const client = new Client({
    connectionString: address(server.port, 'postgres', cluster.password, 'postgres'),
    keepAlive: true,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (cause) {
    await client.end().catch(() => undefined)
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code !== '28P01') return undefined
    const reason = 'The password file of the embedded database does not fit its data'
    throw new ServiceError('INTERNAL', reason, { cause })
  }
}

// A server notices the end of a killed owner within moments, so the first refusal is not believed.
async function lock(owner: Client, cluster: Cluster): Promise<Client> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    const sql = 'SELECT pg_try_advisory_lock($1) AS held'
    const { rows } = await owner.query<{ held: boolean }>(sql, [OWNER_LOCK])
    if (rows[0]?.held) return owner
    await sleep(50)
  }
  await owner.end()
  throw new ServiceError(
    'CONFLICT',
    `The database folder ${cluster.data} is in use by another running process: stop that one first`,
  )
}

// A pool that was ended closes its sockets a moment later; a session cut off would be an error in our own process.
async function sessionsEnd(owner: Client): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  const sql =
    "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
  while (Date.now() < deadline) {
    const { rowCount } = await owner.query(sql).catch(() => ({ rowCount: 0 }))
    if (rowCount === 0) return
    await sleep(10)
  }
}

async function ensureDatabase(owner: Client, cluster: Cluster): Promise<void> {
  const { rowCount } = await owner.query('SELECT FROM pg_database WHERE datname = $1', [NAME])
  if (rowCount !== 0) return
  const role = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [NAME])
  const password = escapeLiteral(cluster.password)
  if (role.rowCount === 0) await owner.query(`CREATE ROLE ${NAME} LOGIN PASSWORD ${password}`)
  await owner.query(`CREATE DATABASE ${NAME} OWNER ${NAME}`)
}

function address(port: number, user: string, password: string, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`
}
