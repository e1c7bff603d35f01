import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createRmtoWaybill } from './rmto-waybill.ts'

const NAMESPACE = 'http://tempuri.org/'
const ACCOUNT = { UserName: 'panjareh', Password: 'B4rnameh!' }
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createRmtoWaybill], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toBody(name: string, fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`)
  return `<${name} xmlns="${NAMESPACE}">${parts.join('')}</${name}>`
}

function toCall(name: string, fields: Readonly<Record<string, string>>): SoapCall {
  return {
    url: estate.environment['RMTO_WAYBILL_URL'] ?? '',
    version: '1.1',
    action: NAMESPACE + name,
    body: toBody(name, { ...ACCOUNT, ...fields }),
  }
}

const byNumber = (number = '40813355') => toCall('GetWaybillByNumber', { Shomare: number })
const byPlate = (plate: string) => toCall('GetWaybillsByPlate', { Pelak: plate })

async function ask(call: SoapCall) {
  return (await postSoap(call)).content?.children[0]
}

describeStrictness({
  system: 'rmto-waybill',
  estate: () => estate,
  call: () => byNumber(),
  wrongBodies: {
    'elements in another order': toBody('GetWaybillByNumber', { Shomare: '40813355', ...ACCOUNT }),
    'the key of another operation': toBody('GetWaybillByNumber', { ...ACCOUNT, Pelak: 'x' }),
  },
  strangers: {},
})

it('answers SOAP 1.2 at the same address', async () => {
  const { contentType, content } = await postSoap({ ...byNumber(), version: '1.2' })
  expect(contentType).toMatch(/^application\/soap\+xml/u)
  expect(content?.name).toBe('GetWaybillByNumberResponse')
})

it('writes years in two digits, with strokes or without', async () => {
  const dates = await Promise.all(
    ['40813355', '27440018'].map(async (number) =>
      childText(child(await ask(byNumber(number)), 'Barnameh'), 'TarikhSodur'),
    ),
  )
  expect(dates).toEqual(['05/8/29', '970907'])
})

it('writes amounts with two kinds of separators, plates and letters as typed', async () => {
  const waybill = child(child(await ask(byPlate('12ع345-11')), 'Barnamehha'), 'Barnameh')
  expect(childText(waybill, 'Kerayeh')).toBe('۴۱۲٬۰۰۰٬۰۰۰')
  expect(childText(waybill, 'Komision')).toBe('37,080,000')
  expect(childText(waybill, 'Pelak')).toBe('12ع345 ايران 11')
  expect(childText(waybill, 'Kala')).toBe('لوله پلي‌اتيلن')
})

it.each([
  ['1', byNumber, '10000000'],
  ['3', byNumber, '12'],
  ['0', byPlate, '68ب417-10'],
])('answers code %s and no waybill', async (code, call, key) => {
  const result = await ask(call(key))
  expect(childText(result, 'Code')).toBe(code)
  expect(child(child(result, 'Barnamehha'), 'Barnameh')).toBeUndefined()
})

it('answers code 2 to another password', async () => {
  const body = toBody('GetWaybillByNumber', { ...ACCOUNT, Password: 'x', Shomare: '40813355' })
  expect(childText(await ask({ ...byNumber(), body }), 'Code')).toBe('2')
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('rmto-waybill', 'Barnameh.wsdl', byNumber().url)
  const [reply] = await client['GetWaybillsByPlateAsync']({ ...ACCOUNT, Pelak: '12ع345-11' })
  expect(reply.GetWaybillsByPlateResult.Barnamehha.Barnameh).toHaveLength(2)
})
