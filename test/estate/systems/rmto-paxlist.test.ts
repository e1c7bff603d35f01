import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness, toldBy } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createRmtoPaxlist } from './rmto-paxlist.ts'

const NAMESPACE = 'http://paxlist.rmto.ir/v3'
const ACCOUNT = { UserName: 'panjareh', Password: 'Mos4fer-20' }
const FULL = '1405081901'
const MINUTE = 60_000
let now = Date.UTC(2026, 10, 22, 8)
let estate: Estate
let token = ''

beforeAll(async () => {
  estate = await startEstate({
    systems: [createRmtoPaxlist],
    switches: { latency: 0 },
    now: () => now,
  })
})
beforeEach(async () => {
  estate.reset()
  const { content } = await postSoap(toCall('SignIn', ACCOUNT))
  token = childText(child(content, 'SignInResult'), 'Token')
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

type Parts = Readonly<Record<string, string>>

function toBody(name: string, fields: Parts): string {
  const parts = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`)
  return `<${name} xmlns="${NAMESPACE}">${parts.join('')}</${name}>`
}

function toCall(name: string, fields: Parts): SoapCall {
  const url = estate.environment['RMTO_PAXLIST_URL'] ?? ''
  const action = `${NAMESPACE}/IPaxList/${name}`
  return { url, version: '1.2', action, body: toBody(name, fields) }
}

const manifest = (number = FULL, Token = token) =>
  toCall('GetManifest', { Token, ShomareSooratVaziat: number })

async function ask(call: SoapCall) {
  return (await postSoap(call)).content?.children[0]
}

describeStrictness({
  system: 'rmto-paxlist',
  estate: () => estate,
  call: () => manifest(),
  wrongBodies: {
    'elements in another order': toBody('GetManifest', { ShomareSooratVaziat: FULL, Token: 'x' }),
    'the key of another operation': toBody('GetManifest', { Token: 'x', CodeMelli: 'x' }),
  },
  strangers: {},
})

it('gives no token to a stranger', async () => {
  expect(toldBy(await postSoap(toCall('SignIn', { ...ACCOUNT, Password: 'x' })))).toBe('Sender')
})

it('does not count a sign-in as a call', async () => {
  await postSoap(toCall('SignIn', ACCOUNT))
  expect(estate.calls()['rmto-paxlist']).toBe(0)
  await postSoap(manifest())
  expect(estate.calls()['rmto-paxlist']).toBe(1)
})

it('takes a token for twenty minutes, then shows its sign-in page', async () => {
  now += 20 * MINUTE - 1
  expect(childText(await ask(manifest()), 'ResultCode')).toBe('0')
  now += 1
  const { status, contentType, text } = await postSoap(manifest())
  expect([status, contentType]).toEqual([200, 'text/html; charset=utf-8'])
  expect(text).toContain('ورود به سامانه صورت وضعیت')
})

it.each([
  [3, FULL],
  [1, '1405083004'],
  [0, '1405083009'],
])('lists %d passengers without a wrapper', async (count, number) => {
  const found = child(await ask(manifest(number)), 'SooratVaziat')
  expect(found?.children.filter(({ name }) => name === 'Mosafer')).toHaveLength(count)
})

it.each([
  ['1', '1405999999'],
  ['2', '12'],
])('answers code %s and no manifest', async (code, number) => {
  const result = await ask(manifest(number))
  expect(childText(result, 'ResultCode')).toBe(code)
  expect(result?.children).toHaveLength(1)
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('rmto-paxlist', 'PaxList.wsdl', manifest().url)
  const [signedIn] = await client['SignInAsync'](ACCOUNT)
  const Token = signedIn.SignInResult.Token
  const [reply] = await client['GetTripsAsync']({ Token, CodeMelli: '0000001015' })
  expect(reply.GetTripsResult.SooratVaziat).toHaveLength(2)
})
