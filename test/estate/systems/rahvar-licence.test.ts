import { ClientSSLSecurity, createClientAsync } from 'soap'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { createCertificates } from '../certificates.ts'
import { postSoap, readFault, type SoapCall } from '../soap/soap-call.ts'
import { child, childText, type XmlElement } from '../soap/soap-xml.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createRahvarLicence } from './rahvar-licence.ts'

const WSDL = 'subgraphs/rahvar-licence/contract/LicenceService.wsdl'
const NAMESPACE = 'http://rahvar.police.ir/ws/licence'
const KAVEH = '0004120371'
let estate: Estate
let url = ''
let tls = { ca: '', cert: '', key: '' }
let clock = Date.UTC(2026, 10, 22, 8)

beforeAll(async () => {
  estate = await startEstate({
    systems: [createRahvarLicence],
    switches: { latency: 0 },
    now: () => clock,
  })
  const { environment } = estate
  url = environment['RAHVAR_LICENCE_URL'] ?? ''
  tls = {
    ca: environment['RAHVAR_LICENCE_AUTHORITY'] ?? '',
    cert: environment['RAHVAR_LICENCE_CERTIFICATE'] ?? '',
    key: environment['RAHVAR_LICENCE_KEY'] ?? '',
  }
})
afterEach(() => {
  estate.reset()
  clock = Date.UTC(2026, 10, 22, 8)
})
afterAll(() => estate.close())

function toCall(operation: string, nationalId: string, change: Partial<SoapCall> = {}): SoapCall {
  return {
    url,
    version: '1.1',
    action: `${NAMESPACE}/${operation}`,
    tls,
    body: `<r:${operation}Request xmlns:r="${NAMESPACE}"><r:nationalCode>${nationalId}</r:nationalCode></r:${operation}Request>`,
    ...change,
  }
}

async function ask(operation: string, nationalId: string): Promise<readonly XmlElement[]> {
  const answer = await postSoap(toCall(operation, nationalId))
  expect([answer.status, answer.content?.name]).toEqual([200, `${operation}Response`])
  return answer.content?.children ?? []
}

describe('rahvar-licence', () => {
  it('writes unpadded dates and Arabic letters', async () => {
    const [licence] = await ask('getLicence', KAVEH)
    expect(childText(licence, 'issueDate')).toBe('1397/9/7')
    expect(childText(licence, 'expireDate')).toBe('1407/9/7')
    expect(childText(licence, 'licenceType')).toBe('پايه يك')
    expect(childText(licence, 'lastName')).toBe('يكتاي نمونه')
    expect(childText(licence, 'negativePoint')).toBe('2')
  })

  it('answers nil points of an expired licence', async () => {
    const [licence] = await ask('getLicence', '9994100531')
    expect(child(licence, 'negativePoint')?.attributes['nil']).toBe('true')
  })

  it('lists plates as they are painted', async () => {
    const plates = await ask('getPlates', KAVEH)
    expect(plates.map((plate) => childText(plate, 'plateNumber'))).toEqual([
      '12ع345-11',
      '68ب417-10',
    ])
    expect(plates.map((plate) => childText(plate, 'installDate'))).toEqual([
      '1398/3/11',
      '1391/8/2',
    ])
  })

  it.each([
    ['getLicence', '9984089363'],
    ['getLicence', '9999999999'],
    ['getPlates', '9994435639'],
  ])('answers %s with nothing for %s', async (operation, nationalId) => {
    expect(await ask(operation, nationalId)).toEqual([])
  })

  it('shows one plate of several with one-element lists', async () => {
    estate.set('rahvar-licence', { oneElement: true })
    expect(await ask('getPlates', KAVEH)).toHaveLength(1)
  })

  it('refuses a caller without a certificate, or with one of another authority', async () => {
    await expect(postSoap(toCall('getLicence', KAVEH, { tls: { ca: tls.ca } }))).rejects.toThrow()
    const { client } = await createCertificates()
    const other = { ca: tls.ca, cert: client.certificate, key: client.key }
    await expect(postSoap(toCall('getLicence', KAVEH, { tls: other }))).rejects.toThrow()
  })

  it('refuses an address that is not on its list, whatever the certificate', async () => {
    const answer = await postSoap(toCall('getLicence', KAVEH, { from: '127.0.0.2' }))
    expect(answer.status).toBe(403)
  })

  it('answers a declared Client fault to a wrong check digit, a bare one to a broken request', async () => {
    const wrong = await postSoap(toCall('getLicence', '0004120372'))
    const detail = child(child(wrong.content, 'detail'), 'licenceFault')
    expect([wrong.status, readFault(wrong.content)?.code]).toEqual([500, 'Client'])
    expect(childText(detail, 'errorCode')).toBe('INVALID_NATIONAL_CODE')
    const broken = await postSoap(toCall('getLicence', '4120371'))
    expect(child(broken.content, 'detail')).toBeUndefined()
    expect(readFault(broken.content)?.code).toBe('Client')
    const action = await postSoap(toCall('getLicence', KAVEH, { action: `${NAMESPACE}/getPlates` }))
    expect(readFault(action.content)?.code).toBe('Client')
  })

  it.each([
    ['00:59', 'open'],
    ['01:00', 'page'],
    ['03:59', 'page'],
    ['04:00', 'refused'],
    ['04:59', 'refused'],
    ['05:00', 'open'],
  ])('at %s in Tehran is %s', async (time, state) => {
    estate.set('rahvar-licence', { window: 'clock' })
    clock = Date.parse(`2026-11-22T${time}:00+03:30`)
    const answer = await postSoap(toCall('getLicence', KAVEH)).catch(() => undefined)
    const page = answer?.contentType.startsWith('text/html') === true ? 'page' : 'open'
    expect(answer === undefined ? 'refused' : page).toBe(state)
    expect(answer?.status ?? 200).toBe(200)
  })

  it('is understood by an independent client from its contract alone', async () => {
    const client = await createClientAsync(WSDL, { endpoint: url })
    client.setSecurity(
      new ClientSSLSecurity(Buffer.from(tls.key), Buffer.from(tls.cert), Buffer.from(tls.ca)),
    )
    const [reply] = await client['getPlatesAsync']({ nationalCode: KAVEH })
    expect(reply.plate).toHaveLength(2)
  })

  it('breaks down with a page of status 503, drifts in a date', async () => {
    estate.set('rahvar-licence', { failRate: 1 })
    expect((await postSoap(toCall('getLicence', KAVEH))).status).toBe(503)
    estate.set('rahvar-licence', { failRate: 0, drift: true })
    const [licence] = await ask('getLicence', KAVEH)
    expect(child(licence, 'expireDate')).toBeUndefined()
    expect(childText(licence, 'expireDateJalali')).toBe('1407/9/7')
  })

  it.each(['windows-1256', 'utf-16le'])('keeps every character in %s', async (encoding) => {
    estate.set('rahvar-licence', { encoding })
    const [plate] = await ask('getPlates', KAVEH)
    expect(childText(plate, 'vehicleSystem')).toBe('كاميون بنز اكسور')
  })

  it('answers a page as garbage, nothing when down, late when slow', async () => {
    estate.set('rahvar-licence', { garbage: true, latency: 100 })
    const start = performance.now()
    const answer = await postSoap(toCall('getLicence', KAVEH))
    expect(performance.now() - start).toBeGreaterThan(95)
    expect([answer.status, answer.contentType]).toEqual([200, 'text/html; charset=utf-8'])
    estate.set('rahvar-licence', { down: true })
    await expect(postSoap(toCall('getLicence', KAVEH))).rejects.toThrow()
  })
})
