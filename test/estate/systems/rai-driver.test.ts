import { BasicAuthSecurity } from 'soap'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createRaiDriver } from './rai-driver.ts'

const NAMESPACE = 'http://ws.rai.ir/axis/services/RaiDriver'
const USER = 'panjareh'
const PASSWORD = 'R4hAhan:86'
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createRaiDriver], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toBody(part: string): string {
  return `<n:getDriverLicence xmlns:n="${NAMESPACE}">${part}</n:getDriverLicence>`
}

function toCall(number = '1015'): SoapCall {
  return {
    url: estate.environment['RAI_DRIVER_URL'] ?? '',
    version: '1.1',
    action: 'getDriverLicence',
    basic: `${USER}:${PASSWORD}`,
    body: toBody(`<nationalCode>${number}</nationalCode>`),
  }
}

async function ask(number: string) {
  const { content } = await postSoap(toCall(number))
  return child(content, 'getDriverLicenceReturn')
}

describeStrictness({
  system: 'rai-driver',
  estate: () => estate,
  call: toCall,
  wrongBodies: {
    'a qualified part': toBody(`<n:nationalCode>1015</n:nationalCode>`),
    'a part left out': toBody(''),
    'a text for a number': toBody('<nationalCode>abc</nationalCode>'),
  },
  strangers: {
    nobody: [{ headers: { authorization: '' } }, '401'],
    'another password': [{ basic: `${USER}:other` }, '401'],
  },
})

it('writes ids as numbers without their zeros', async () => {
  const licence = child(await ask('1015'), 'govahinameh')
  expect(childText(licence, 'codeMelli')).toBe('1015')
  expect(childText(licence, 'shenaseMelliKarfarma')).toBe('99032177042')
  expect(childText(child(await ask('9934145219'), 'govahinameh'), 'shenaseMelliKarfarma')).toBe(
    '22004181',
  )
})

it('writes Arabic letters and padded Jalali dates', async () => {
  const licence = child(await ask('9934368617'), 'govahinameh')
  expect(childText(licence, 'daraje')).toBe('كمك راهبر')
  expect(childText(licence, 'tarikhSodur')).toBe('1404/11/05')
})

it.each([
  ['1', '4120371'],
  ['3', '4120372'],
])('answers code %s to %s, and no licence', async (code, number) => {
  const reply = await ask(number)
  expect(childText(reply, 'kodePasokh')).toBe(code)
  expect(child(reply, 'govahinameh')).toMatchObject({ attributes: { nil: 'true' }, children: [] })
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('rai-driver', 'RaiDriver.wsdl', toCall().url)
  client.setSecurity(new BasicAuthSecurity(USER, PASSWORD))
  const [reply] = await client['getDriverLicenceAsync']({ nationalCode: 1015 })
  expect(reply.getDriverLicenceReturn.govahinameh.lokomotivHa.lokomotiv).toHaveLength(3)
})
