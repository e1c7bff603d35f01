import { createClientAsync, WSSecurity } from 'soap'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall, usernameToken } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createCaaLicence } from './caa-licence.ts'

const NAMESPACE = 'http://personnel.cao.ir/licence/1.2'
const ACCOUNT = { user: 'panjareh.cao', password: 'Havan4vardi' }
const PILOT = '9964067021'
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createCaaLicence], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

function toBody(nationalId: string, more = ''): string {
  return `<PersonnelLicenceRequest xmlns="${NAMESPACE}"><NationalCode>${nationalId}</NationalCode>${more}</PersonnelLicenceRequest>`
}

function toCall(nationalId = PILOT): SoapCall {
  return {
    url: estate.environment['CAA_LICENCE_URL'] ?? '',
    version: '1.2',
    action: `${NAMESPACE}/GetPersonnelLicence`,
    header: usernameToken({ ...ACCOUNT, expires: inMinutes(5) }),
    body: toBody(nationalId),
  }
}

async function ask(nationalId: string) {
  return (await postSoap(toCall(nationalId))).content?.children[0]
}

describeStrictness({
  system: 'caa-licence',
  estate: () => estate,
  call: () => toCall(),
  wrongBodies: {
    'a language it does not speak': toBody(PILOT, '<Language>de</Language>'),
    'an element left out': `<PersonnelLicenceRequest xmlns="${NAMESPACE}"/>`,
  },
  strangers: {
    'no header': [{ header: '' }, 'InvalidSecurity'],
    'no timestamp': [{ header: usernameToken(ACCOUNT) }, 'InvalidSecurity'],
    'a timestamp that is over': [
      { header: usernameToken({ ...ACCOUNT, expires: inMinutes(-1) }) },
      'MessageExpired',
    ],
    'another password': [
      { header: usernameToken({ ...ACCOUNT, password: 'x', expires: inMinutes(5) }) },
      'FailedAuthentication',
    ],
  },
})

it('writes dates of two calendars in one record', async () => {
  const licence = await ask(PILOT)
  expect(childText(licence, 'IssueDate')).toBe('1396/12/29')
  expect(childText(licence, 'ExpiryDate')).toBe('2026-12-31')
  expect(child(licence, 'Medical')?.attributes).toEqual({ class: '1', expires: '1405/09/30' })
})

it('writes ratings as a list and leaves out what is not there', async () => {
  expect(childText(await ask(PILOT), 'Ratings')).toBe('A320 ATR72 IR')
  const controller = await ask('9904223408')
  expect(childText(controller, 'Kind')).toBe('مراقب پرواز')
  expect(child(controller, 'Ratings')?.text).toBe('')
  expect(child(controller, 'Medical')).toBeUndefined()
})

it.each([
  ['UNKNOWN', '9924022343'],
  ['ARCHIVE', '9904446806'],
  ['BAD_NUMBER', '9964067020'],
])('says why there is no licence: %s', async (reason, nationalId) => {
  expect(await ask(nationalId)).toMatchObject({ name: 'NoLicence', attributes: { reason } })
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await createClientAsync('subgraphs/caa-licence/contract/PersonnelLicence.wsdl', {
    endpoint: toCall().url,
    forceSoap12Headers: true,
  })
  const options = { passwordType: 'PasswordDigest', hasNonce: true, hasTimeStamp: true }
  client.setSecurity(new WSSecurity(ACCOUNT.user, ACCOUNT.password, options))
  const [reply] = await client['GetPersonnelLicenceAsync']({ NationalCode: PILOT })
  expect(reply.Licence.Number).toBe('IR-ATPL-01877')
})
