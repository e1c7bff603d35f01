import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createRmtoIts } from './rmto-its.ts'

const NAMESPACE = 'http://its.rmto.ir/Companies'
const ACCOUNT = { CompanyCode: '1207', UserName: 'panjareh', Password: 'Tr4dadShomar' }
const DEVICE = 'TC-710042-1'
const HOUR = { StartTime: '2026-11-22T06:00:00', EndTime: '2026-11-22T07:00:00' }
const COUNTS = {
  Class1: '7',
  Class2: '1',
  Class3: '0',
  Class4: '2',
  Class5: '3',
  AverageSpeed: '90',
}
const SPAN = { FromTime: '2026-11-21T08:00:00', ToTime: '2026-11-21T10:00:00' }
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createRmtoIts], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

type Parts = Readonly<Record<string, string>>

function toBody(name: string, fields: Parts): string {
  const parts = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`)
  return `<${name} xmlns="${NAMESPACE}">${parts.join('')}</${name}>`
}

function toCall(name: string, fields: Parts): SoapCall {
  const url = estate.environment['RMTO_ITS_URL'] ?? ''
  return { url, version: '1.1', action: `${NAMESPACE}/${name}`, body: toBody(name, fields) }
}

const section = (SectionCode: string) =>
  toCall('GetSectionData', { ...ACCOUNT, SectionCode, ...SPAN })
const add = (change: Parts = {}) =>
  toCall('AddData5', { ...ACCOUNT, DeviceCode: DEVICE, ...HOUR, ...COUNTS, ...change })

async function receipt(change: Parts = {}): Promise<number> {
  return Number(childText((await postSoap(add(change))).content, 'AddData5Result'))
}

async function ask(call: SoapCall) {
  return child((await postSoap(call)).content, 'GetSectionDataResult')
}

describeStrictness({
  system: 'rmto-its',
  estate: () => estate,
  call: () => section('0710042'),
  wrongBodies: {
    'elements in another order': toBody('GetSectionData', { ...SPAN, ...ACCOUNT }),
    'a time with a zone': toBody('GetSectionData', {
      ...ACCOUNT,
      SectionCode: '0710042',
      FromTime: '2026-11-21T08:00:00Z',
      ToTime: SPAN.ToTime,
    }),
    'five classes for eight': toBody('GetSectionData', { ...ACCOUNT, ...HOUR, ...COUNTS }),
  },
  strangers: {},
})

it('gives one receipt for one count, however often it is sent', async () => {
  const first = await receipt()
  expect(first).toBeGreaterThan(0)
  expect(await receipt()).toBe(first)
  expect(await receipt({ StartTime: '2026-11-22T06:30:00' })).toBe(first + 1)
})

it.each([
  [-1, { Password: 'wrong' }],
  [-1, { CompanyCode: '1' }],
  [-2, { DeviceCode: 'TC-0' }],
  [-3, { EndTime: '2026-11-22T05:00:00' }],
])('answers %s in the place of a receipt', async (code, change) => {
  expect(await receipt(change)).toBe(code)
})

it('writes rows of zeros where a counter was off, 9999 and -1 where a loop is lost', async () => {
  const rows = child(await ask(section('0710042')), 'Rows')?.children ?? []
  const names = ['Light', 'AverageSpeed', 'Headway']
  expect(rows.map((row) => names.map((name) => childText(row, name)))).toEqual([
    ['0', '0', '0'],
    ['1504', '9999', '-1'],
  ])
})

it('answers code 4 to a section that is none, 1 to a stranger', async () => {
  expect(childText(await ask(section('9999999')), 'ErrorCode')).toBe('4')
  const stranger = { ...ACCOUNT, UserName: 'x', SectionCode: '0710042', ...SPAN }
  expect(childText(await ask(toCall('GetSectionData', stranger)), 'ErrorCode')).toBe('1')
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('rmto-its', 'Companies.wsdl', section('').url)
  const classes = Array.from({ length: 8 }, (_, index) => [`Class${index + 1}`, '4'] as const)
  const [reply] = await client['AddData8Async']({
    ...ACCOUNT,
    DeviceCode: DEVICE,
    ...HOUR,
    ...Object.fromEntries(classes),
    AverageSpeed: '90',
  })
  expect(reply.AddData8Result).toBeGreaterThan(0)
})
