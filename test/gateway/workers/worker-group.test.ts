// Two processes behind one port do as one: one page of metrics, one supergraph, also for one that takes another's place.

import { execFile, spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { compose } from '../../../schema/compose/compose.ts'
import { serve } from '../support/federation.ts'
import { json, serveHttp } from '../support/remote.ts'

const ROOT = path.join(import.meta.dirname, '../../..')

interface Line {
  readonly msg: string
  readonly [name: string]: unknown
}

function supergraphAt(url: string, sdl: string): string {
  const { supergraph } = compose([serve('a', { sdl })])
  return (supergraph ?? '').replace(/(@join__graph\(name: "a", url: )"[^"]*"/, `$1"${url}"`)
}

async function workersOf(pid = 0): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '--ppid', String(pid)])
  return stdout
    .split('\n')
    .filter((line) => line.includes('gateway/bare.ts'))
    .map((line) => Number.parseInt(line, 10))
}

async function workersIn(url: string): Promise<number> {
  const page = await (await fetch(url)).text()
  return Number(/^panjareh_workers (\d+)$/m.exec(page)?.[1])
}

test('two processes answer with one supergraph and one page of metrics', async () => {
  const subgraph = await serveHttp(({ response }) => json(response, { data: { who: 'x' } }))
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'group-')), 'supergraph.graphql')
  const first = supergraphAt(subgraph.url, 'type Query { who: String more: Int }')
  await writeFile(file, first)
  const child = spawn(
    process.execPath,
    ['gateway/bare.ts', '--supergraph', file, '--port', '0', '--workers', '2'],
    { cwd: ROOT, env: { PATH: process.env['PATH'], PANJAREH_METRICS_PORT: '0' } },
  )
  const ended = new Promise((resolve) => child.once('close', resolve))
  const lines: Line[] = []
  createInterface(child.stdout).on('line', (text) => lines.push(JSON.parse(text)))
  const told = (message: string) => lines.filter(({ msg }) => msg === message)
  await expect.poll(() => told('ready')).toHaveLength(1)
  const url = String(told('ready')[0]?.['url'])
  const metricsUrl = String(told('ready')[0]?.['metrics'])
  const ask = async () =>
    (await fetch(`${url}?query={who}`, { headers: { connection: 'close' } })).text()
  for (let count = 0; count < 10; count += 1) expect(await ask()).toBe('{"data":{"who":"x"}}')
  const page = await (await fetch(metricsUrl)).text()
  expect(page).toContain('panjareh_workers 2\n')
  expect(page).toContain('panjareh_requests_total{kind="query",status="200",outcome="ok"} 10\n')

  const second = supergraphAt(subgraph.url, 'type Query { who: String less: Int }')
  await writeFile(file, second)
  child.kill('SIGHUP')
  await expect.poll(() => told('a new supergraph answers')).toHaveLength(2)

  await writeFile(file, supergraphAt(subgraph.url, 'type Query { less: Int }'))
  child.kill('SIGHUP')
  await expect.poll(() => told('a new supergraph was not taken').length).toBeGreaterThan(0)
  expect(await ask()).toBe('{"data":{"who":"x"}}')
  const health = await (await fetch(new URL('/health', metricsUrl))).json()
  const refused = { findings: [{ field: 'Query.who' }] }
  expect(health).toMatchObject({
    workers: [{ supergraph: { refused } }, { supergraph: { refused } }],
  })

  // The file still says what was refused: one that begins now must not begin with it.
  const [worker] = await workersOf(child.pid)
  process.kill(worker ?? 0, 'SIGKILL')
  await expect
    .poll(async () => (await workersOf(child.pid)).filter((pid) => pid !== worker), {
      timeout: 20_000,
    })
    .toHaveLength(2)
  await expect.poll(() => workersIn(metricsUrl)).toBe(2)
  const answers = new Set<string>()
  for (let count = 0; count < 20; count += 1) answers.add(await ask())
  expect([...answers]).toEqual(['{"data":{"who":"x"}}'])
  expect(
    (await (await fetch(metricsUrl)).text()).match(/^panjareh_supergraph_info/gm),
  ).toHaveLength(1)

  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  await subgraph.close()
})
