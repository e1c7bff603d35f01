// A process of its own for the tests: starts the database of argv[2], writes argv[3], says so, waits.

import { Client } from 'pg'

import { startDatabase } from '../../../../deploy/embedded/database/database.ts'

const [, , folder = '', row] = process.argv
const silent = { info() {}, warn() {}, error() {} }

try {
  const database = await startDatabase({ folder, log: silent })
  const client = new Client({ connectionString: database.url })
  await client.connect()
  if (row !== undefined) {
    await client.query('CREATE TABLE IF NOT EXISTS rows (name text PRIMARY KEY)')
    await client.query('INSERT INTO rows VALUES ($1)', [row])
  }
  process.stdout.write('ready\n')
} catch (error) {
  process.stdout.write(`${error instanceof Error && 'code' in error ? String(error.code) : ''}\n`)
}
