import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { beforeEach, expect, it, onTestFinished } from 'vitest'

import { readRunningDemo, writeRunningDemo } from '../../deploy/running-demo.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'panjareh-demo-'))
  const made = folder
  onTestFinished(() => rm(made, { recursive: true, force: true }))
})

it('is read as it was written', async () => {
  const demo = { issuer: 'http://127.0.0.1:4311/realms/gov', portal: 'http://127.0.0.1:4310' }
  await writeRunningDemo(demo, folder)
  expect(await readRunningDemo(folder)).toEqual(demo)
})

it('is nowhere before the first start', async () => {
  expect(await readRunningDemo(folder)).toBeUndefined()
})

it.each(['', '{"issuer":1}', 'null'])('is nowhere if its file says %j', async (text) => {
  await writeFile(path.join(folder, 'running-demo.json'), text)
  expect(await readRunningDemo(folder)).toBeUndefined()
})
