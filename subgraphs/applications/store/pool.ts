// Connections to the database.

import { Pool } from 'pg'

import type { Log } from '../../../schema/log.ts'

export interface PoolOptions {
  /** `postgresql://…`. Never logged. */
  readonly databaseUrl: string
  /** At most so many. Default 10. */
  readonly connections?: number
  readonly log: Log
}

export function openPool({ databaseUrl, connections = 10, log }: PoolOptions): Pool {
  const pool = new Pool({ connectionString: databaseUrl, max: connections })
  // An idle connection that breaks is replaced by the pool; without listeners it would end the process.
  pool.on('error', () => {
    log.warn({}, 'a database connection broke')
  })
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return pool
}
