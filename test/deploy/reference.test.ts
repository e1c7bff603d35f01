import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect, test } from 'vitest'

import { VARIABLES } from '../../gateway/config.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const read = (name: string) => readFile(path.join(ROOT, name), 'utf8')

test('the generated pages are those of the tables', () => {
  const { status, stderr } = spawnSync(process.execPath, ['deploy/reference.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
})

test('the page names every setting, and every variable of the systems', async () => {
  const rows = [...(await read('docs/configuration.md')).matchAll(/^\| `([A-Z0-9_]+)` \|/gm)]
  const named = rows.map((match) => match[1])
  expect(new Set(named).size).toBe(named.length)
  const given = [...(await read('deploy/systems.env.example')).matchAll(/^([A-Z0-9_]+)=$/gm)]
  expect(named).toEqual(
    expect.arrayContaining([...Object.keys(VARIABLES), ...given.map((match) => match[1])]),
  )
})
