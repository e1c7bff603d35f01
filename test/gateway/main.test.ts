import { spawn } from 'node:child_process'
import { cp, mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { expect, test } from 'vitest'

const ROOT = path.join(import.meta.dirname, '../..')

interface Ended {
  readonly code: number | null
  readonly lines: readonly string[]
}

interface Started {
  readonly lines: readonly string[]
  line(pattern: RegExp): Promise<string>
  stop(): void
  readonly ended: Promise<Ended>
}

function run(environment: Readonly<Record<string, string>>, ...flags: readonly string[]): Started {
  const child = spawn(process.execPath, ['gateway/main.ts', ...flags], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  })
  const lines: string[] = []
  const waiting: { readonly pattern: RegExp; readonly resolve: (line: string) => void }[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      for (const { pattern, resolve } of waiting) if (pattern.test(line)) resolve(line)
    })
  }
  return {
    lines,
    line: (pattern) => new Promise((resolve) => waiting.push({ pattern, resolve })),
    stop: () => child.kill('SIGTERM'),
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, lines }))),
  }
}

/** A folder of subgraphs without systems: the own ones alone. */
async function withoutSystems(): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'subgraphs-'))
  await cp(path.join(ROOT, 'subgraphs/catalogue'), path.join(folder, 'catalogue'), {
    recursive: true,
  })
  return { PANJAREH_SUBGRAPHS: folder, PANJAREH_PORT: '0' }
}

test('starts alone, answers, and drains on SIGTERM', async () => {
  const gateway = run(await withoutSystems())
  const { url } = JSON.parse(await gateway.line(/"ready"/))
  const response = await fetch(`${url}?query={__typename}`)
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } })
  gateway.stop()
  expect((await gateway.ended).code).toBe(0)
})

test('--check loads everything and ends', async () => {
  const { code } = await run(await withoutSystems(), '--check').ended
  expect(code).toBe(0)
})

test('a broken configuration is one line each and exit code 1', async () => {
  const { code, lines } = await run({ PANJAREH_PROT: '1', PANJAREH_LOG: 'x' }).ended
  expect(code).toBe(1)
  expect(lines).toHaveLength(2)
})

test('systems without addresses and secrets are one line each', async () => {
  const { code, lines } = await run({ PANJAREH_PORT: '0' }).ended
  expect(code).toBe(1)
  expect(lines.length).toBeGreaterThan(8)
  for (const line of lines) expect(line).toMatch(/^subgraphs\/[\w-]+\/system\.json:\d+ /)
})

test.each(['PANJAREH_SUPERGRAPH'])('%s that is not there is one line', async (name) => {
  const environment = { ...(await withoutSystems()), PANJAREH_LOG: 'error', [name]: 'nowhere' }
  const { code, lines } = await run(environment, '--check').ended
  expect([code, lines.length]).toEqual([1, 1])
  expect(lines[0]).toMatch(new RegExp(`^${name}: .*nowhere cannot be read$`))
})

test('a broken system folder is one line with its place', async () => {
  const environment = await withoutSystems()
  const folder = path.join(environment['PANJAREH_SUBGRAPHS'] ?? '', 'broken')
  await cp(path.join(ROOT, 'subgraphs/cra-shahkar'), folder, { recursive: true })
  await writeFile(path.join(folder, 'schema.graphql'), 'type Person {')
  const { code, lines } = await run({ ...environment, PANJAREH_LOG: 'error' }, '--check').ended
  expect(code).toBe(1)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/broken\/schema\.graphql:1 /)
})

test('a taken port is one line', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const environment = { ...(await withoutSystems()), PANJAREH_PORT: port, PANJAREH_LOG: 'error' }
  const { code, lines } = await run(environment).ended
  expect([code, lines]).toEqual([
    1,
    [`PANJAREH_PORT: 127.0.0.1:${port} is taken by another process`],
  ])
  other.close()
})

test('a database that cannot be reached is one line without its address', async () => {
  const environment = await withoutSystems()
  const PANJAREH_DATABASE_URL = 'postgres://user:hunter2@127.0.0.1:1/x'
  const { code, lines } = await run({ ...environment, PANJAREH_DATABASE_URL }).ended
  expect(code).toBe(1)
  expect(lines.join()).toContain('PANJAREH_DATABASE_URL: the database cannot be used')
  expect(lines.join()).not.toContain('hunter2')
})
