import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createNtdcUnit } from './ntdc-unit.ts'

const NAMESPACE = 'http://tempuri.org/'
const ACCOUNT = { UserName: 'panjareh', Password: 'Shahr-Jad1d' }
const OWNER = '9904335109'
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createNtdcUnit], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toBody(name: string, fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(([field, value]) => `<${field}>${value}</${field}>`)
  return `<${name} xmlns="${NAMESPACE}">${parts.join('')}</${name}>`
}

function toCall(name: string, fields: Readonly<Record<string, string>>): SoapCall {
  return {
    url: estate.environment['NTDC_UNIT_URL'] ?? '',
    version: '1.1',
    action: NAMESPACE + name,
    body: toBody(name, { ...ACCOUNT, ...fields }),
  }
}

const units = (CodeMelli = OWNER) => toCall('GetUnitFile', { CodeMelli })

async function ask(call: SoapCall) {
  const result = (await postSoap(call)).content?.children[0]
  const rows = child(child(result, 'diffgram'), 'UnitDataSet')?.children ?? []
  return { schema: child(result, 'schema'), diffgram: child(result, 'diffgram'), rows }
}

describeStrictness({
  system: 'ntdc-unit',
  estate: () => estate,
  call: () => units(),
  wrongBodies: {
    'elements in another order': toBody('GetUnitFile', { CodeMelli: OWNER, ...ACCOUNT }),
    'the key of another operation': toBody('GetUnitFile', { ...ACCOUNT, ShomareVahed: 'x' }),
  },
  strangers: {},
})

it('describes its tables inline and numbers its rows', async () => {
  const { schema, rows } = await ask(units())
  expect(schema?.children[0]?.attributes).toMatchObject({ IsDataSet: 'true', name: 'UnitDataSet' })
  expect(rows.map(({ attributes }) => attributes)).toEqual([
    { id: 'Vahed1', rowOrder: '0' },
    { id: 'Vahed2', rowOrder: '1' },
  ])
})

it('leaves out what is null, writes unpadded dates and commas', async () => {
  const [first, second] = (await ask(units())).rows
  expect(child(first, 'TarikhTahvil')).toBeUndefined()
  expect(childText(first, 'TarikhGharardad')).toBe('1401/3/9')
  expect(childText(first, 'GheymatKol')).toBe('21,500,000,000')
  expect(child(second, 'Tabaghe')).toBeUndefined()
})

it('answers an empty diffgram where there are no rows', async () => {
  const { schema, diffgram } = await ask(units('0004120371'))
  expect(schema).toBeDefined()
  expect(diffgram?.children).toEqual([])
})

it.each([
  ['2', { ...ACCOUNT, Password: 'x', CodeMelli: OWNER }],
  ['3', { ...ACCOUNT, CodeMelli: '9904335100' }],
])('refuses by a row in a table of errors, code %s', async (code, fields) => {
  const { rows } = await ask({ ...units(), body: toBody('GetUnitFile', fields) })
  expect(rows.map((row) => [row.name, childText(row, 'Code')])).toEqual([['Khata', code]])
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('ntdc-unit', 'UnitService.wsdl', units().url)
  const [reply] = await client['GetPaymentsAsync']({ ...ACCOUNT, ShomareVahed: 'PRD-11-2040' })
  expect(reply.GetPaymentsResult.diffgram.UnitDataSet.Pardakht).toHaveLength(2)
})
