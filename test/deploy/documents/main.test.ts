import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { runDocuments } from '../../../deploy/documents/main.ts'
import { readManifest } from '../../../schema/document-manifest.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const OWN = [path.join(ROOT, 'portal/public'), path.join(ROOT, 'subgraphs/catalogue/services')]
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'documents-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function run(...args: string[]) {
  const out: string[] = []
  const error: string[] = []
  const code = await runDocuments(args, {
    out: (line) => out.push(line),
    error: (line) => error.push(line),
  })
  return { code, out, error }
}

test('lists what the portal and the services ask, all of it valid', async () => {
  const file = path.join(folder, 'own.json')
  expect(await run('extract', ...OWN, '--out', file, '--client', 'portal')).toMatchObject({
    code: 0,
    error: [],
  })
  const { operations = [] } = readManifest(await readFile(file, 'utf8'))
  expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(['Me', 'Prefill']))
  expect(
    await run('extract', ...OWN, '--out', file, '--client', 'portal', '--check'),
  ).toMatchObject({
    code: 0,
  })
  expect(await run('extract', ...OWN, '--out', file, '--check')).toEqual({
    code: 1,
    out: [],
    error: [`${file} is stale: extract again`],
  })
})

test('finds texts in folders below and not in packages', async () => {
  const sources = path.join(folder, 'sources')
  await mkdir(path.join(sources, 'node_modules/x'), { recursive: true })
  await mkdir(path.join(sources, 'pages'), { recursive: true })
  await writeFile(path.join(sources, 'node_modules/x/a.js'), 'gql`query Hidden { me { gone } }`')
  await writeFile(path.join(sources, 'pages/b.tsx'), 'gql`query B {\n  me { gone } }`')
  expect(await run('extract', sources, '--out', path.join(folder, 'x.json'))).toEqual({
    code: 1,
    out: [],
    error: [`${path.join(sources, 'pages/b.tsx')}:2:8 Cannot query field "gone" on type "Person".`],
  })
})

test('a folder that is none is a finding', async () => {
  const { code, error } = await run('extract', path.join(folder, 'none'), '--out', 'x.json')
  expect([code, error.length]).toEqual([1, 1])
})

test.each([
  [[]],
  [['extract']],
  [['extract', 'a']],
  [['list', 'a', '--out', 'b']],
  [['extract', 'a', '--what']],
])('says how it is called after %j', async (args) => {
  expect(await run(...args)).toMatchObject({ code: 2, out: [] })
})
