// Brings a database to the newest version of our tables. One migration is one numbered SQL file; a file that
// was applied never changes. Several processes may start at once: one migrates, the others wait.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Pool, PoolClient } from 'pg'

import { ServiceError } from '../../schema/errors.ts'

const LOCK = 7_267_353
const FOLDER = join(import.meta.dirname, 'migrations')

interface Migration {
  readonly name: string
  readonly sql: string
  readonly hash: string
}

/** Applies what is missing, each file in its own transaction. Throws ServiceError(CONFLICT) for a changed file. */
export async function migrate(pool: Pool, folder: string = FOLDER): Promise<readonly string[]> {
  const migrations = await readMigrations(folder)
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    return await applyMissing(client, migrations)
  } finally {
    // Not returned to the pool: the lock ends with its session even if the unlock could not be sent.
    client.release(true)
  }
}

async function applyMissing(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; hash: string }>(
    'SELECT name, hash FROM migration',
  )
  const known = new Map(rows.map(({ name, hash }) => [name, hash]))
  const applied: string[] = []
  for (const migration of migrations) {
    const hash = known.get(migration.name)
    if (hash === undefined) {
      await apply(client, migration)
      applied.push(migration.name)
    } else if (hash !== migration.hash) {
      throw conflict(`migration ${migration.name} was changed after it had been applied`)
    }
    known.delete(migration.name)
  }
  const [newer] = known.keys()
  if (newer === undefined) return applied
  throw conflict(`the database has migration ${newer} of a newer release: start that release`)
}

async function apply(client: PoolClient, { name, sql, hash }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query('INSERT INTO migration (name, hash) VALUES ($1, $2)', [name, hash])
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK')
    throw new ServiceError('INTERNAL', `Migration ${name} failed`, { cause })
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

function conflict(reason: string): ServiceError {
  return new ServiceError('CONFLICT', `The database cannot be used: ${reason}`)
}
