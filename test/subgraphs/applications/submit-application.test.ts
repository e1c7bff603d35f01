import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { startDatabase } from '../../../deploy/embedded/database/database.ts'
import { openApplications } from '../../../subgraphs/applications/applications.ts'
import { loadCatalogue } from '../../../subgraphs/catalogue/catalogue.ts'
import { contextOf, KAVEH } from './citizens.ts'

const log = { info() {}, warn() {}, error() {} }
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accepted-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('what was accepted is there after kill -9 at the moment of the answer', async () => {
  const program = fileURLToPath(new URL('./accept-and-wait.ts', import.meta.url))
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const code = String(printed).trim()
  expect(code).toMatch(/^[0-9]{12}$/)

  const database = await startDatabase({ folder, log })
  const services = join(import.meta.dirname, '../../../subgraphs/catalogue/services')
  const catalogue = await loadCatalogue({ folder: services, log })
  const applications = await openApplications({ databaseUrl: database.url, catalogue, log })
  try {
    const { data } = await applications.execute({
      document: parse('query ($code: String!) { trackCase(code: $code) { status { id } } }'),
      variables: { code },
      context: contextOf(KAVEH, () => Promise.resolve({})),
    })
    expect(data).toEqual({ trackCase: { status: { id: 'ACCEPTED' } } })
    expect(await applications.verifyEvents()).toEqual([])
  } finally {
    await applications.close()
    await database.close()
  }
})
