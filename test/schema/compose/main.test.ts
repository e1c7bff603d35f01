import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { beforeEach, expect, test } from 'vitest'

import { composeFiles } from '../../../schema/compose/main.ts'

const ROOT = path.join(import.meta.dirname, '../../..')

let files: { subgraphs: string; supergraph: string }
beforeEach(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'compose-'))
  files = { subgraphs: path.join(folder, 'subgraphs'), supergraph: path.join(folder, 's.graphql') }
  await mkdir(path.join(files.subgraphs, 'people'), { recursive: true })
  await mkdir(path.join(files.subgraphs, 'no-schema'))
  await write(
    'type Query { me: Person } type Person @key(fields: "id") { id: ID! @from(path: "x") }',
  )
})

const write = (text: string) =>
  writeFile(path.join(files.subgraphs, 'people', 'schema.graphql'), text)

test('writes the supergraph and finds it fresh afterwards', async () => {
  expect((await composeFiles({ ...files, check: true })).ok).toBe(false)
  expect((await composeFiles({ ...files, check: false })).ok).toBe(true)
  expect(await readFile(files.supergraph, 'utf8')).toContain('PEOPLE @join__graph(name: "people"')
  expect((await composeFiles({ ...files, check: true })).ok).toBe(true)
})

test('finds a supergraph that is not fresh and does not touch it', async () => {
  await composeFiles({ ...files, check: false })
  const before = await readFile(files.supergraph, 'utf8')
  await write('type Query { you: Int }')
  const { ok, lines } = await composeFiles({ ...files, check: true })
  expect([ok, lines]).toEqual([false, ['s.graphql is not fresh: run "npm run compose"']])
  expect(await readFile(files.supergraph, 'utf8')).toBe(before)
})

test('says which subgraph does not compose', async () => {
  await write('type Query { me: Person @nothing } type Person { id: ID! }')
  const { ok, lines } = await composeFiles({ ...files, check: false })
  expect(ok).toBe(false)
  expect(lines[0]).toMatch(/^people: /)
})

test('the supergraph of this checkout is fresh', async () => {
  const copy = path.join(path.dirname(files.supergraph), 'copy.graphql')
  await cp(path.join(ROOT, 'schema/supergraph.graphql'), copy)
  const here = { subgraphs: path.join(ROOT, 'subgraphs'), supergraph: copy, check: true }
  expect(await composeFiles(here)).toMatchObject({ ok: true })
})
