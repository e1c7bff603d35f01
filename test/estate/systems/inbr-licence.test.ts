import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createInbrLicence } from './inbr-licence.ts'

const NAMESPACE = 'http://parvaneh.inbr.ir/ws/engeneer'
const ENGINEER = '9974301599'
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createInbrLicence], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toHeader(key: string, client = 'panjareh'): string {
  return `<ApiKey xmlns="${NAMESPACE}"><client>${client}</client><key>${key}</key></ApiKey>`
}

function toBody(nationalId: string): string {
  return `<getEngeneerLicense xmlns="${NAMESPACE}"><nationalCode>${nationalId}</nationalCode></getEngeneerLicense>`
}

function toCall(nationalId = ENGINEER): SoapCall {
  return {
    url: estate.environment['INBR_LICENCE_URL'] ?? '',
    version: '1.1',
    action: `${NAMESPACE}/getEngeneerLicense`,
    header: toHeader('inbr-demo-3f9a'),
    body: toBody(nationalId),
  }
}

async function ask(nationalId: string) {
  return child((await postSoap(toCall(nationalId))).content, 'parvaneh')
}

describeStrictness({
  system: 'inbr-licence',
  estate: () => estate,
  call: () => toCall(),
  wrongBodies: {
    'a number of nine digits': toBody('997430159'),
    'a child in no namespace': `<n:getEngeneerLicense xmlns:n="${NAMESPACE}"><nationalCode>${ENGINEER}</nationalCode></n:getEngeneerLicense>`,
    'the name as it should be spelt': toBody(ENGINEER).replaceAll('Engeneer', 'Engineer'),
  },
  strangers: {
    'no header': [{ header: '' }, 'Client'],
    'another key': [{ header: toHeader('x') }, 'Client'],
    'another client': [{ header: toHeader('inbr-demo-3f9a', 'x') }, 'Client'],
  },
})

it('writes competences with attributes, Arabic letters and misspelt names', async () => {
  const licence = await ask(ENGINEER)
  expect(licence?.attributes).toEqual({ codeOzviat: '21-3-0-00812' })
  expect(childText(licence, 'tarikhEtebbar')).toBe('1406/02/15')
  expect(child(licence, 'salahiyatHa')?.children).toMatchObject([
    { text: 'طراحي', attributes: { paye: 'يك', zarfiyatMeter: '20000' } },
    { text: 'نظارت', attributes: { paye: 'دو', zarfiyatMeter: '8000' } },
    { text: 'اجرا', attributes: { paye: 'سه' } },
  ])
})

it('leaves out the record of one who is no engineer, and a list without members', async () => {
  expect(await ask('9924022343')).toBeUndefined()
  expect(child(await ask('0004120371'), 'salahiyatHa')).toBeUndefined()
})

it('answers a declared fault to a wrong check digit', async () => {
  const { status, content } = await postSoap(toCall('9974301590'))
  const detail = child(child(content, 'detail'), 'serviceFault')
  expect([status, childText(detail, 'errCode')]).toEqual([500, 'VAL-7'])
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('inbr-licence', 'EngeneerLicense.wsdl', toCall().url)
  client.addSoapHeader(toHeader('inbr-demo-3f9a'))
  const [reply] = await client['getEngeneerLicenseAsync']({ nationalCode: ENGINEER })
  expect(reply.parvaneh.shomarehParvaneh).toBe('21-300-04471')
})
