import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import { migrate } from '../../../subgraphs/applications/migrate.ts'

const OURS = join(import.meta.dirname, '../../../subgraphs/applications/migrations')
const silent = { info() {}, warn() {}, error() {} }

let folder = ''
let database: Database
let pool: Pool

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'))
  database = await startDatabase({ folder, log: silent })
  pool = new Pool({ connectionString: database.url })
})

afterAll(async () => {
  await pool.end()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

test('applies each migration once, however many processes start together', async () => {
  const results = await Promise.all([migrate(pool), migrate(pool), migrate(pool)])
  const names = results.flat()
  expect(names).toContain('0001-flow.sql')
  expect(new Set(names).size).toBe(names.length)
  expect(await migrate(pool)).toEqual([])
})

test('refuses a file that changed after it was applied', async () => {
  const copy = await copied('changed')
  await appendFile(join(copy, '0001-flow.sql'), '-- later\n')
  await expect(migrate(pool, copy)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('0001-flow.sql was changed'),
  })
})

test('leaves no trace of a migration that fails', async () => {
  const copy = await copied('failing')
  await writeFile(join(copy, '9999-x.sql'), 'CREATE TABLE half (a int); SELECT 1/0')
  await expect(migrate(pool, copy)).rejects.toMatchObject({ code: 'INTERNAL' })
  const { rows } = await pool.query("SELECT to_regclass('half') AS half")
  expect(rows).toEqual([{ half: null }])
  expect(await migrate(pool)).toEqual([])
})

test('refuses a database of a newer release', async () => {
  const copy = await copied('newer')
  await writeFile(join(copy, '9998-later.sql'), 'SELECT 1')
  expect(await migrate(pool, copy)).toEqual(['9998-later.sql'])
  await expect(migrate(pool)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('9998-later.sql of a newer release'),
  })
})

async function copied(name: string): Promise<string> {
  const copy = join(folder, name)
  await cp(OURS, copy, { recursive: true })
  return copy
}
