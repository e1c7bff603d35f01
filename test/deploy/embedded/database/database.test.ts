import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { type Database, startDatabase } from '../../../../deploy/embedded/database/database.ts'
import { toPublicError } from '../../../../schema/errors.ts'

const lines: string[] = []
const note = (facts: unknown, message: string) => {
  lines.push(`${message} ${JSON.stringify(facts)}`)
}
const log = { info: note, warn: note, error: note }

let folder = ''
const running: Database[] = []

beforeAll(async () => {
  // Private to this user, as `mktemp -d` makes it: PostgreSQL's account must get in nevertheless.
  folder = await mkdtemp(join(tmpdir(), 'database-'))
  await chmod(folder, 0o700)
})

afterAll(async () => {
  for (const database of running) await database.close()
  await rm(folder, { recursive: true, force: true })
})

test('keeps a row committed just before kill -9 of its owner', async () => {
  const holder = await hold('first')
  holder.kill('SIGKILL')
  await once(holder, 'exit')

  const database = await start()
  expect(await rows(database)).toEqual(['first'])
  await database.close()
})

test('recovers after kill -9 of the server and its owner', async () => {
  const holder = await hold('second')
  process.kill(Number(await pidFile()), 'SIGKILL')
  holder.kill('SIGKILL')
  await once(holder, 'exit')

  const database = await start()
  expect(await rows(database)).toEqual(['first', 'second'])
  await database.close()
})

test('refuses a folder that another process owns, and leaves that one running', async () => {
  const database = await start()
  const second = await hold(undefined, 'CONFLICT')
  await once(second, 'exit')
  await expect(startDatabase({ folder, log })).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await rows(database)).toHaveLength(2)
  await database.close()
})

test('lets one of two simultaneous first starts win', async () => {
  const fresh = await mkdtemp(join(folder, 'race-'))
  const starts = [startDatabase({ folder: fresh, log }), startDatabase({ folder: fresh, log })]
  const results = await Promise.allSettled(starts)
  const won = results.filter((result) => result.status === 'fulfilled')
  const lost = results.find((result) => result.status === 'rejected')
  for (const { value } of won) await value.close()
  expect(won).toHaveLength(1)
  expect(toPublicError(lost?.reason, 'r').message).toBe('Something went wrong on our side.')
  expect(lost?.reason).toMatchObject({ code: 'CONFLICT' })
})

test('clears a postmaster.pid whose number now belongs to another program', async () => {
  const file = join(folder, 'cluster/data/postmaster.pid')
  await writeFile(file, `${process.pid}\n/elsewhere\n0\n5432\n\n127.0.0.1\n`)
  const database = await start()
  expect(await rows(database)).toHaveLength(2)
  await database.close()
})

test('leaves no server behind when closed, and closes twice without complaint', async () => {
  const database = await start()
  const pid = Number(await pidFile())
  await database.close()
  await database.close()
  await expect(pidFile()).rejects.toThrow('ENOENT')
  // Ended, but perhaps not yet reaped.
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('keeps its password to its user and out of the log', async () => {
  const file = join(folder, 'cluster/password')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const password = await readFile(file, 'utf8')
  expect(password.length).toBeGreaterThan(30)
  expect(lines.join('\n')).not.toContain(password)
})

test('keeps values of failing statements out of the server log', async () => {
  const database = await start()
  await expect(query(database, "INSERT INTO rows VALUES ('first')")).rejects.toMatchObject({
    code: '23505',
  })
  const text = await readFile(join(folder, 'cluster/server.log'), 'utf8')
  expect(text).toContain('duplicate key')
  expect(text).not.toMatch(/first/)
  await database.close()
})

async function start(): Promise<Database> {
  const database = await startDatabase({ folder, log })
  running.push(database)
  return database
}

async function query(database: Database, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function rows(database: Database): Promise<unknown[]> {
  return (await query(database, 'SELECT name FROM rows ORDER BY name')).map((row) => row['name'])
}

async function hold(row: string | undefined, says = 'ready'): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./hold-database.ts', import.meta.url))
  const child = spawn(process.execPath, [program, folder, ...(row === undefined ? [] : [row])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [text] = await once(child.stdout, 'data')
  expect(String(text).trim()).toBe(says)
  return child
}

async function pidFile(): Promise<string | undefined> {
  return (await readFile(join(folder, 'cluster/data/postmaster.pid'), 'utf8')).split('\n')[0]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
