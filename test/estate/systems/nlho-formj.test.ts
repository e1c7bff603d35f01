import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createNlhoFormj } from './nlho-formj.ts'

const NAMESPACE = 'http://ws.formj.nlho.ir/'
const GREEN = '9904335109'
/** 12:00 in Tehran. */
const NOON = Date.UTC(2026, 10, 22, 8, 30)
let now = NOON
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({
    systems: [createNlhoFormj],
    switches: { latency: 0 },
    now: () => now,
  })
})
afterEach(() => {
  now = NOON
  estate.reset()
})
afterAll(() => estate.close())

function toBody(nationalId: string, password = 'Zam1n&lt;&amp;&gt;Maskan'): string {
  return `<n:estelamFormJ xmlns:n="${NAMESPACE}"><username>panjareh</username><password>${password}</password><codeMelli>${nationalId}</codeMelli></n:estelamFormJ>`
}

function toCall(nationalId = GREEN): SoapCall {
  const url = estate.environment['NLHO_FORMJ_URL'] ?? ''
  return { url, version: '1.1', action: '', body: toBody(nationalId) }
}

async function ask(change: Partial<SoapCall> = {}) {
  return child((await postSoap({ ...toCall(), ...change })).content, 'return')
}

describeStrictness({
  system: 'nlho-formj',
  estate: () => estate,
  // JAX-WS takes any action where the contract says none, so that the strict case is another element.
  call: () => toCall(),
  wrongBodies: {
    'elements in another order': `<n:estelamFormJ xmlns:n="${NAMESPACE}"><codeMelli>${GREEN}</codeMelli><username>a</username><password>b</password></n:estelamFormJ>`,
    'qualified elements': `<estelamFormJ xmlns="${NAMESPACE}"><username>a</username><password>b</password><codeMelli>${GREEN}</codeMelli></estelamFormJ>`,
    'an account left out': `<n:estelamFormJ xmlns:n="${NAMESPACE}"><codeMelli>${GREEN}</codeMelli></n:estelamFormJ>`,
  },
  strangers: {},
  anyAction: true,
})

it.each([
  ['101 to a number that nobody has', toBody('9999999999'), '101'],
  ['102 to a wrong check digit', toBody('9904335100'), '102'],
  ['201 to a stranger', toBody(GREEN, 'wrong'), '201'],
  ['301 where the archive is closed', toBody('9904446806'), '301'],
])('answers %s in the place of the tracking number', async (_, body, number) => {
  const form = await ask({ body })
  expect(childText(form, 'shomarePeygiri')).toBe(number)
  expect(form?.children).toHaveLength(1)
})

it('says yes in three ways in one record', async () => {
  const form = await ask()
  expect(['motahel', 'sarparast', 'sabegheMelk'].map((name) => childText(form, name))).toEqual([
    'Y',
    'بلي',
    '0',
  ])
})

it('is red for who had aid, and says which', async () => {
  const form = await ask({ body: toBody('9944268089') })
  expect(childText(form, 'rang')).toBe('قرمز')
  expect(form?.children.filter(({ name }) => name === 'emkanat')).toHaveLength(2)
})

it('is closed from 01:00 to 05:00 in Tehran', async () => {
  estate.set('nlho-formj', { window: 'clock' })
  expect(childText(await ask(), 'rang')).toBe('سبز')
  now = NOON - 9 * 3_600_000
  expect((await postSoap(toCall())).text).toContain('سامانه فرم ج در دسترس نیست')
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('nlho-formj', 'FormJService.wsdl', toCall().url)
  const account = { username: 'panjareh', password: 'Zam1n<&>Maskan' }
  const [reply] = await client['estelamFormJAsync']({ ...account, codeMelli: '9914234577' })
  expect(reply.return.rang).toBe('قرمز')
  expect(reply.return.emkanat[0].sal).toBe(1391)
})
