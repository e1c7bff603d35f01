import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parse } from 'graphql'
import { Pool } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { type Database, startDatabase } from '../../../deploy/embedded/database/database.ts'
import type { CaseAsked, FindCase } from '../../../schema/case.ts'
import {
  type Applications,
  openApplications,
} from '../../../subgraphs/applications/applications.ts'
import { type Catalogue, loadCatalogue } from '../../../subgraphs/catalogue/catalogue.ts'
import { answerFor, contextOf, KAVEH, ME, OWN_ANSWERS, row } from './citizens.ts'

const SERVICE = '18071001000'
/** With the right check digit, and one digit off. */
const UNUSED = '572000000002'
const MISTYPED = '572000000001'
const SECOND = 1000

const lines: string[] = []
const note = (facts: unknown, message: string) => {
  lines.push(`${message} ${JSON.stringify(facts)}`)
}
const log = { info: note, warn: note, error: note }

let folder: string
let database: Database
let pool: Pool
let catalogue: Catalogue
let applications: Applications
let now = Date.parse('2026-11-22T08:30:00.000Z')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cases-'))
  database = await startDatabase({ folder, log })
  pool = new Pool({ connectionString: database.url })
  const services = join(import.meta.dirname, '../../../subgraphs/catalogue/services')
  catalogue = await loadCatalogue({ folder: services, log })
})
afterAll(async () => {
  await applications.close()
  await pool.end()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})
// Another copy, that remembers nothing.
beforeEach(async () => {
  now += 3600 * SECOND
  lines.length = 0
  await applications?.close()
  applications = await open(catalogue)
})

function open(from: Pick<Catalogue, 'services'>): Promise<Applications> {
  return openApplications({ databaseUrl: database.url, catalogue: from, log, now: () => now })
}

async function run(text: string, variables: Record<string, unknown>) {
  const context = contextOf(KAVEH, () => Promise.resolve(answerFor(ME)))
  const { data } = await applications.execute({ document: parse(text), variables, context })
  return row(data?.['done'])
}

async function draft(): Promise<string> {
  const started = await run(
    'mutation ($service: ID!) { done: startApplication(service: $service) { application { id } } }',
    { service: SERVICE },
  )
  return String(row(started['application'])['id'])
}

async function submitted(): Promise<{ readonly id: string; readonly code: string }> {
  const id = await draft()
  const done = await run(
    `mutation ($id: ID!, $answers: JSON!) { done: submitApplication(id: $id, answers: $answers) {
      ... on SubmissionAccepted { receipt { trackingCode } } } }`,
    { id, answers: OWN_ANSWERS },
  )
  return { id, code: String(row(done['receipt'])['trackingCode']) }
}

const asked = (issue: string, more: Partial<CaseAsked> = {}): CaseAsked => ({
  issue,
  clientId: 'agency-rmto',
  purpose: 'insurance',
  ...more,
})
const find: FindCase = (one) => applications.findCase(one)

async function wrong(times: number, issue = UNUSED): Promise<void> {
  for (let time = 0; time < times; time += 1) await find(asked(issue))
}

describe('a case tells whose it is', () => {
  test('by its tracking code, as a person may write it, and by the application’s id', async () => {
    const { id, code } = await submitted()
    const spaced = code.replace(/(?<four>.{4})(?=.)/gu, '$<four> ')
    for (const issue of [code, spaced, id]) {
      expect(await find(asked(issue)), issue).toBe(KAVEH.nationalId)
    }
    expect(await find(asked(code, { purpose: undefined }))).toBe(KAVEH.nationalId)
  })

  test.each([
    ['no code at all', 'CASE-7'],
    ['a code of nothing', UNUSED],
    ['a code with a wrong digit', MISTYPED],
    ['an id of nothing', randomUUID()],
    ['nothing', ''],
    ['a wildcard', '%'],
  ])('and %s nothing', async (_, issue) => {
    expect(await find(asked(issue))).toBeUndefined()
  })

  test.each<[string, Partial<CaseAsked>]>([
    ['a client that the service does not name', { clientId: 'agency-mrud' }],
    ['a client without a name', { clientId: '' }],
    ['a purpose that the service does not name', { purpose: 'deed' }],
  ])('and not to %s', async (_, more) => {
    const { code } = await submitted()
    expect(await find(asked(code, more))).toBeUndefined()
    expect(await find(asked(code))).toBe(KAVEH.nationalId)
  })

  test('not before it is submitted', async () => {
    expect(await find(asked(await draft()))).toBeUndefined()
  })

  test('not when it has ended; this copy hears of it within three seconds', async () => {
    const { id, code } = await submitted()
    expect(await find(asked(code))).toBe(KAVEH.nationalId)
    await pool.query("UPDATE application SET status = 'WITHDRAWN' WHERE id = $1", [id])
    now += 2 * SECOND
    expect(await find(asked(code))).toBe(KAVEH.nationalId)
    now += 2 * SECOND
    expect(await find(asked(code))).toBeUndefined()
  })

  test('not of a service that says no agency handles its cases, or that is gone', async () => {
    const { code } = await submitted()
    const service = catalogue.services.get(SERVICE)!
    for (const services of [new Map(), new Map([[SERVICE, { ...service, agencies: undefined }]])]) {
      const other = await open({ services })
      expect(await other.findCase(asked(code))).toBeUndefined()
      await other.close()
    }
  })
})

describe('who tries out codes', () => {
  test('is made to wait for a minute, the right code included, and others are not', async () => {
    const { code } = await submitted()
    await wrong(100)
    await expect(find(asked(code))).rejects.toMatchObject({ code: 'SYSTEM_BUSY' })
    await expect(find(asked(UNUSED))).rejects.toMatchObject({ code: 'SYSTEM_BUSY' })
    expect(await find(asked(code, { clientId: 'other' }))).toBeUndefined()
    expect(lines).toEqual(['too many wrong codes of cases {"client":"agency-rmto"}'])
    now += 61 * SECOND
    expect(await find(asked(code))).toBe(KAVEH.nationalId)
  })

  test('is not who mistypes, nor who asks by right codes', async () => {
    const { code } = await submitted()
    await wrong(99)
    await wrong(200, MISTYPED)
    await wrong(200, code)
    expect(await find(asked(code))).toBe(KAVEH.nationalId)
  })
})

test('a database that is down is no answer', async () => {
  const gone = await open(catalogue)
  await gone.close()
  await expect(gone.findCase(asked(UNUSED))).rejects.toThrow()
})
