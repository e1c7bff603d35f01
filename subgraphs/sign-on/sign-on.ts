// The sign-on's administration as a subgraph: agencies' clients, people, sessions, keys. In: Keycloak's admin REST API (or
// the embedded sign-on's) and a database for the record. Out: what the caller may see of it, and changes that each leave a
// record. Never a secret but in the answer that made it; never an address, a token or a body of the sign-on.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'

import { ServiceError } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Subgraph } from '../../schema/subgraph.ts'
import { migrate } from '../applications/migrate.ts'
import { serveOwn } from '../own.ts'
import { AdminApi, type AdminApiOptions } from './admin-api.ts'
import { type ChainFault, verifyChain } from './changes/chain.ts'
import type { Tables } from './changes/tables.ts'
import type { Desk } from './desk.ts'
import type { Ended } from './end-news.ts'
import { mutations } from './mutations.ts'
import { queries } from './queries.ts'

export interface SignOnOptions {
  readonly administration: AdminApiOptions
  /** `postgresql://…`. Never logged. */
  readonly databaseUrl: string
  readonly log: Log
  /** Told of every session that is ended here, so that its tokens end with it. */
  readonly ended?: (ended: Ended) => void
  /** Epoch milliseconds. Default: the clock. */
  readonly now?: () => number
  /** Connections of this pool. Default 4. */
  readonly connections?: number
}

export interface SignOnAdministration extends Subgraph {
  /** The first event of the record that is not as it was written; undefined when nothing was changed. */
  verifyChanges(): Promise<ChainFault | undefined>
}

/** The record stands in a PostgreSQL schema of its own, with migrations of its own. */
const SCHEMA = 'sign_on'
const MIGRATIONS = join(import.meta.dirname, 'migrations')

/** Migrates first. The sign-on itself is not asked before somebody asks. */
export async function openSignOn(options: SignOnOptions): Promise<SignOnAdministration> {
  const { log, administration, now = Date.now } = options
  const pool = openPool(options)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`)
    await assertOwnSchema(pool)
    const applied = await migrate(pool, MIGRATIONS)
    if (applied.length > 0) log.info({ applied, schema: SCHEMA }, 'database migrated')
    const ended = options.ended ?? (() => undefined)
    const desk: Desk = { api: new AdminApi(administration), db, log, now, ended }
    const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
    const resolvers = { Query: queries(desk), Mutation: mutations(desk) }
    const close = () => db.destroy()
    const own = serveOwn({ name: 'sign-on', schema, resolvers, log, close })
    return { ...own, verifyChanges: () => verifyChain(db) }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** An address with options of its own replaces ours; the tables would come among those of others. */
async function assertOwnSchema(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>('SELECT current_schema() AS name')
  if (rows[0]?.name === SCHEMA) return
  const text = 'The database cannot be used: its address sets "options", which this room needs'
  throw new ServiceError('CONFLICT', text)
}

function openPool({ databaseUrl, connections = 4, log }: SignOnOptions): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: connections,
    options: `-c search_path=${SCHEMA}`,
  })
  // An idle connection that breaks is replaced by the pool; without listeners it would end the process.
  pool.on('error', () => {
    log.warn({}, 'a database connection broke')
  })
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return pool
}
