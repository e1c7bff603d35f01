import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { readPopulation } from '../personas.ts'
import { type Estate, startEstate } from '../start-estate.ts'

const START = Date.UTC(2026, 10, 22, 8)
let now = START
let estate: Estate
beforeAll(async () => {
  estate = await startEstate({ only: ['tamin-history'], switches: { latency: 0 }, now: () => now })
})
afterEach(() => {
  now = START
  estate.reset()
})
afterAll(() => estate.close())

const population = await readPopulation()
const idOf = (key: string): string => population.byKey(key)?.nationalId ?? ''

interface Page {
  insuranceNumber: string | null
  totalDays: string
  totalMonths: number
  page: number
  records: { month: string; days: number; wage: string; workshopCode: string }[]
}

function askToken(form: Record<string, string> = {}, password?: string): Promise<Response> {
  const {
    TAMIN_HISTORY_URL: url,
    TAMIN_HISTORY_CLIENT: client,
    TAMIN_HISTORY_SECRET: secret,
  } = estate.environment
  return fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client}:${password ?? secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  })
}

async function token(): Promise<string> {
  const fields: unknown = await (await askToken()).json()
  const held = typeof fields === 'object' && fields !== null && 'access_token' in fields
  return held ? String(fields.access_token) : ''
}

function ask(nationalId: string, query: string, bearer: string): Promise<Response> {
  const url = estate.environment['TAMIN_HISTORY_URL']
  return fetch(`${url}/v3/insured/${nationalId}/history${query}`, {
    headers: { authorization: `Bearer ${bearer}` },
  })
}

async function page(key: string, number = 1): Promise<Page> {
  const reply = await ask(idOf(key), `?page=${number}`, await token())
  expect(reply.status).toBe(200)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator's own reply, asserted field by field
  return (await reply.json()) as Page
}

test('a token lives two minutes', async () => {
  const bearer = await token()
  expect((await ask(idOf('kaveh'), '', bearer)).status).toBe(200)
  now = START + 119_000
  expect((await ask(idOf('kaveh'), '', bearer)).status).toBe(200)
  now = START + 121_000
  expect((await ask(idOf('kaveh'), '', bearer)).status).toBe(401)
})

test('no token, no history', async () => {
  expect((await ask(idOf('kaveh'), '', 'invented')).status).toBe(401)
})

test.each([
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ scope: 'everything' }, 'invalid_scope'],
])('the token endpoint refuses %j', async (form, error) => {
  const reply = await askToken(form)
  expect(reply.status).toBe(400)
  expect(await reply.json()).toEqual({ error })
})

test('the token endpoint refuses a wrong secret', async () => {
  const reply = await askToken({}, 'wrong')
  expect(reply.status).toBe(401)
  expect(await reply.json()).toEqual({ error: 'invalid_client' })
})

test('tokens are not business calls', async () => {
  await ask(idOf('kaveh'), '', await token())
  expect(estate.calls()).toEqual({ 'tamin-history': 1 })
})

test.each([
  ['kaveh', 202, [50, 50, 50, 50, 2]],
  ['fifty-months', 50, [50, 0]],
  ['hundred-months', 100, [50, 50, 0]],
  ['rahim-one-month', 1, [1, 0]],
])('%s has %i months in pages of %j', async (key, totalMonths, sizes) => {
  const pages = await Promise.all(sizes.map((_size, index) => page(key, index + 1)))
  expect(pages.map(({ records }) => records.length)).toEqual(sizes)
  expect(pages[0]?.totalMonths).toBe(totalMonths)
})

test('the page size cannot be changed', async () => {
  const reply: unknown = await (
    await ask(idOf('hundred-months'), '?pageSize=100', await token())
  ).json()
  expect(reply).toHaveProperty('records.length', 50)
})

test('wages are written with commas before 1400 and by Persian separators since', async () => {
  const { records, totalDays } = await page('fifty-months')
  const wageOf = (month: string) => records.find((record) => record.month === month)?.wage
  expect(wageOf('1398/01')).toBe('15,160,000')
  expect(wageOf('1400/01')).toBe('۲۱٬۸۳۰٬۰۰۰')
  expect(totalDays).toBe('۱٬۵۲۲')
})

test('a month is 31, 30 or 29 days and workshop codes keep their zeros', async () => {
  const { records } = await page('fifty-months')
  expect(records.slice(0, 12).map(({ days }) => days)).toEqual([
    31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 29,
  ])
  expect(records[0]?.workshopCode).toMatch(/^00[0-9]{8}$/u)
})

test.each([
  ['a person who was never insured', () => idOf('maryam-teacher')],
  ['a person who does not exist', () => '9990000001'],
])('%s has no insurance number', async (_name, id) => {
  const reply: unknown = await (await ask(id(), '', await token())).json()
  expect(reply).toMatchObject({ insuranceNumber: null, totalMonths: 0, records: [] })
})

test.each([
  ['a wrong check digit', '0004120372', '', 400],
  ['page 0', '0004120371', '?page=0', 400],
  ['a page that is no number', '0004120371', '?page=x', 400],
])('%s is refused', async (_name, id, query, status) => {
  expect((await ask(id, query, await token())).status).toBe(status)
})

test('a list of one element collapses by its switch', async () => {
  estate.set('tamin-history', { oneElement: true })
  expect(await page('rahim-one-month')).toMatchObject({ records: { month: '1405/07' } })
  expect(await page('fifty-months')).toHaveProperty('records.length', 50)
})

test('drift renames a field', async () => {
  estate.set('tamin-history', { drift: true })
  expect(await page('rahim-one-month')).toHaveProperty('records.0.salary')
})

test('its breakdown is 503', async () => {
  const bearer = await token()
  estate.set('tamin-history', { failRate: 1 })
  expect((await ask(idOf('kaveh'), '', bearer)).status).toBe(503)
})
