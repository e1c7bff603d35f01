import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { signIn } from '../credentials.ts'
import { openRestClient, type RestClient } from '../rest-client.ts'

const START = Date.UTC(2026, 10, 22, 8)
const MINUTE = 60_000
const AZMUN = '99032177042'
let now = START
let client: RestClient

beforeAll(async () => {
  client = await openRestClient('rai-extapi', { now: () => now })
})
afterEach(() => {
  now = START
  client.estate.reset()
})
afterAll(() => client.estate.close())

async function token(): Promise<string> {
  return (await signIn(client.estate, 'rai-extapi')).token ?? ''
}

async function fleet(change: object = {}): Promise<Response> {
  const body = { TokenBody: await token(), ShenaseMelli: AZMUN, ...change }
  return client.ask('/Fleet/GetByCompany', { signedIn: false, body })
}

async function permits(ShenaseMelli: string): Promise<unknown> {
  const body = { TokenBody: await token(), ShenaseMelli }
  return client.read('/Permit/GetByCompany', { signedIn: false, body })
}

test('wagon numbers are numbers', async () => {
  expect(await (await fleet()).json()).toMatchObject({
    IsSuccess: true,
    Data: { CompanyCode: 71, WagonCount: 3, Wagons: [{ WagonNo: 317_100_001_013 }, {}, {}] },
  })
  const other = await (await fleet({ ShenaseMelli: '00022004181' })).json()
  expect(other).toHaveProperty('Data.Wagons.1.WagonNo', 18_400_000_313)
})

test('Q23: a token lives fifteen minutes, then comes the login page with status 200', async () => {
  const TokenBody = await token()
  expect((await fleet({ TokenBody })).headers.get('content-type')).toMatch(/json/u)
  now = START + 16 * MINUTE
  const late = await fleet({ TokenBody })
  expect(late.status).toBe(200)
  expect(late.headers.get('content-type')).toMatch(/html/u)
  expect(await late.text()).toContain('ورود به سامانه')
})

test('Q23: a token that nobody gave gets the login page, too', async () => {
  expect(await (await fleet({ TokenBody: 'invented' })).text()).toContain('ورود به سامانه')
})

test('a wrong password is an error inside status 200', async () => {
  const { RAI_EXTAPI_USER: UserName } = client.estate.environment
  const body = { UserName, Password: 'wrong' }
  expect(await client.read('/Token/Get', { signedIn: false, body })).toMatchObject({
    IsSuccess: false,
    ResCode: 2,
    Data: null,
  })
})

test.each([
  ['a company that runs no trains', { ShenaseMelli: '00010345766' }, 4],
  ['a legal id without its zeros', { ShenaseMelli: '22004181' }, 7],
  ['a member that the contract does not have', { PageSize: 10 }, 7],
])('Q15: %s is an error inside status 200', async (_name, change, ResCode) => {
  const reply = await fleet(change)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({ IsSuccess: false, ResCode, Data: null })
})

test.each([
  ['by GET', { method: 'GET' }, 405],
  ['as text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
])('a call %s is refused', async (_name, asking, status) => {
  const reply = await client.ask('/Fleet/GetByCompany', { signedIn: false, ...asking })
  expect(reply.status).toBe(status)
})

test('tokens are not business calls', async () => {
  await fleet()
  expect(client.estate.calls()).toEqual({ 'rai-extapi': 1 })
})

test('a list of one element collapses, a field drifts, the database is away inside status 200', async () => {
  expect(await permits('00022004181')).toHaveProperty('Data.length', 2)
  client.estate.set('rai-extapi', { oneElement: true })
  expect(await permits(AZMUN)).toMatchObject({ Data: { PermitType: 1, State: 'A' } })
  client.estate.set('rai-extapi', { drift: true })
  expect(await (await fleet()).json()).toHaveProperty('Data.Wagons.0.WagonNumber')
  client.estate.set('rai-extapi', { failRate: 1 })
  expect(await (await fleet()).json()).toMatchObject({ IsSuccess: false, ResCode: 9 })
})
