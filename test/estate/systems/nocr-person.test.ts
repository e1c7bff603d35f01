import { createClientAsync } from 'soap'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { postSoap, readFault, type SoapCall, toEnvelope } from '../soap/soap-call.ts'
import { child, childText, escapeXml, type XmlElement } from '../soap/soap-xml.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createNocrPerson } from './nocr-person.ts'

const WSDL = 'subgraphs/nocr-person/contract/EstelamService.wsdl'
let estate: Estate
let url = ''
let user = ''
let password = ''

beforeAll(async () => {
  estate = await startEstate({ systems: [createNocrPerson], switches: { latency: 0 } })
  url = estate.environment['NOCR_PERSON_URL'] ?? ''
  user = estate.environment['NOCR_PERSON_USER'] ?? ''
  password = estate.environment['NOCR_PERSON_PASSWORD'] ?? ''
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toCall(nin: string, change: Partial<SoapCall> = {}): SoapCall {
  const body = toBody(
    `<userName>${user}</userName><passWord>${escapeXml(password)}</passWord><nin>${nin}</nin>`,
  )
  return { url, version: '1.1', action: '', basic: `${user}:${password}`, body, ...change }
}

/** JAX-WS wants `arg0` in no namespace. */
const QUALIFIED =
  '<getEstelam3 xmlns="http://ws.estelam.nocr.ir/"><arg0><userName xmlns="">a</userName>' +
  '<passWord xmlns="">b</passWord><nin xmlns="">1</nin></arg0></getEstelam3>'

function toBody(arg0: string): string {
  return `<n:getEstelam3 xmlns:n="http://ws.estelam.nocr.ir/"><arg0>${arg0}</arg0></n:getEstelam3>`
}

async function ask(nin: string, change?: Partial<SoapCall>): Promise<XmlElement | undefined> {
  const answer = await postSoap(toCall(nin, change))
  expect(answer.status).toBe(200)
  expect(answer.content?.name).toBe('getEstelam3Response')
  return child(answer.content, 'return')
}

const decode = (item: XmlElement | undefined, name: string) =>
  Buffer.from(childText(item, name), 'base64').toString('utf8')

describe('nocr-person', () => {
  it('answers a number without its leading zeros, in names of base64 bytes', async () => {
    const item = await ask('4120371')
    expect(decode(item, 'name')).toBe('کاوه')
    expect(decode(item, 'family')).toBe('یکتای نمونه')
    expect(childText(item, 'nin')).toBe('4120371')
    expect(childText(item, 'birthDate')).toBe('13650417')
    expect(childText(item, 'DateHasPostfix')).toBe('false')
    expect(childText(item, 'familyHasPerfix')).toBe('true')
    expect(childText(item, 'postCode')).toBe('1593601044')
  })

  it('writes names as the register has them, not clean', async () => {
    expect(decode(await ask('9904111707'), 'family')).toBe('كياني')
  })

  it.each([
    ['9944044687', '13220500'],
    ['9984312763', '13350000'],
  ])(
    'flags an approximate birth date and writes its unknown parts as 00 (%s)',
    async (nin, date) => {
      const item = await ask(nin)
      expect(childText(item, 'birthDate')).toBe(date)
      expect(childText(item, 'DateHasPostfix')).toBe('true')
    },
  )

  it('says that a person is deceased, and since when', async () => {
    const item = await ask('9934033518')
    expect(childText(item, 'deathStatus')).toBe('1')
    expect(childText(item, 'deathDate')).toBe('14010723')
  })

  it('answers a null name for a number that nobody has', async () => {
    const item = await ask('9999999999')
    expect(child(item, 'name')?.attributes['nil']).toBe('true')
    expect(childText(item, 'message')).toBe('err.record.not.found')
  })

  it('answers −1 for a number with a wrong check digit', async () => {
    const item = await ask('4120372')
    expect(childText(item, 'nin')).toBe('-1')
    expect(childText(item, 'message')).toBe('-1')
    expect(child(item, 'name')).toBeUndefined()
  })

  it('answers "not found" for another birth date', async () => {
    const rest = `<nin>4120371</nin><birthDate>13650418</birthDate>`
    const body = toBody(
      `<userName>${user}</userName><passWord>${escapeXml(password)}</passWord>${rest}`,
    )
    expect(child(await ask('', { body }), 'name')?.attributes['nil']).toBe('true')
  })

  it.each(['', 'panjareh_ws:wrong'])('refuses Basic credentials "%s"', async (basic) => {
    expect((await postSoap(toCall('4120371', { basic }))).status).toBe(401)
  })

  it('answers an exception text with status 200 for wrong credentials in the body', async () => {
    const body = toBody(`<userName>${user}</userName><passWord>x</passWord><nin>4120371</nin>`)
    const item = await ask('', { body })
    expect(childText(item, 'exceptionMessage')).toBe('err.authentication.failed')
    expect(child(item, 'name')).toBeUndefined()
  })

  it.each([
    ['a qualified arg0', QUALIFIED],
    ['no number', toBody('<userName>a</userName><passWord>b</passWord>')],
    ['another order', toBody('<passWord>b</passWord><userName>a</userName><nin>1</nin>')],
    [
      'a repeated element',
      toBody('<userName>a</userName><passWord>b</passWord><nin>1</nin><nin>1</nin>'),
    ],
    ['a number that is none', toBody('<userName>a</userName><passWord>b</passWord><nin>x</nin>')],
    ['an unknown element', toBody('<userName>a</userName><passWord>b</passWord><nin>1</nin><x/>')],
    ['another operation', '<n:getEstelam9 xmlns:n="http://ws.estelam.nocr.ir/"/>'],
  ])('answers a Client fault to %s', async (_, body) => {
    const answer = await postSoap(toCall('', { body }))
    expect(answer.status).toBe(500)
    expect(readFault(answer.content)?.code).toBe('Client')
  })

  it('answers a Client fault to a DOCTYPE and to broken XML', async () => {
    const doctype = toEnvelope(toCall('4120371')).replace('?>', '?><!DOCTYPE x>')
    for (const message of [doctype, '<e:Envelope>', '']) {
      const answer = await postSoap(toCall('', { message }))
      expect(readFault(answer.content)?.code).toBe('Client')
    }
  })

  it('answers VersionMismatch to a SOAP 1.2 envelope, MustUnderstand to an unknown header', async () => {
    const message =
      '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body/></e:Envelope>'
    expect(readFault((await postSoap(toCall('', { message }))).content)?.code).toBe(
      'VersionMismatch',
    )
    const header =
      '<x xmlns="urn:x" xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:mustUnderstand="1"/>'
    const answer = await postSoap(toCall('4120371', { header }))
    expect(readFault(answer.content)?.code).toBe('MustUnderstand')
  })

  it('wants text/xml and a SOAPAction header', async () => {
    const headers = { 'content-type': 'application/soap+xml' }
    expect((await postSoap(toCall('4120371', { headers }))).status).toBe(415)
    const answer = await postSoap(toCall('4120371', { headers: { soapaction: '' } }))
    expect(readFault(answer.content)?.code).toBe('Client')
    expect((await fetch(url)).status).toBe(405)
  })

  it('is understood by an independent client from its contract alone', async () => {
    const client = await createClientAsync(WSDL, { endpoint: url })
    client.addHttpHeader(
      'authorization',
      `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    )
    const [reply] = await client['getEstelam3Async']({
      arg0: { userName: user, passWord: password, nin: '4120371' },
    })
    expect(reply.return).toHaveLength(1)
    expect(Buffer.from(reply.return[0].name, 'base64').toString()).toBe('کاوه')
    expect(reply.return[0].DateHasPostfix).toBe(false)
  })

  it('breaks down with a Server fault and a declared detail', async () => {
    estate.set('nocr-person', { failRate: 1 })
    const answer = await postSoap(toCall('4120371'))
    expect([answer.status, readFault(answer.content)?.code]).toEqual([500, 'Server'])
    expect(childText(child(child(answer.content, 'detail'), 'EstelamException'), 'code')).toBe(
      '5001',
    )
  })

  it('renames the first name when it drifts', async () => {
    estate.set('nocr-person', { drift: true })
    const item = await ask('4120371')
    expect(child(item, 'name')).toBeUndefined()
    expect(decode(item, 'firstName')).toBe('کاوه')
  })

  it.each(['windows-1256', 'utf-16le'])('answers in %s and says so twice', async (encoding) => {
    estate.set('nocr-person', { encoding })
    const answer = await postSoap(toCall('4120371'))
    expect(answer.contentType).toBe(`text/xml; charset=${encoding}`)
    expect(answer.text).toContain(`encoding="${encoding}"`)
    expect(decode(child(answer.content, 'return'), 'name')).toBe('کاوه')
  })

  it('answers a page with status 200 as garbage and in its night window', async () => {
    for (const change of [{ garbage: true }, { window: 'on' }] as const) {
      estate.reset()
      estate.set('nocr-person', change)
      const answer = await postSoap(toCall('4120371'))
      expect([answer.status, answer.contentType]).toEqual([200, 'text/html; charset=utf-8'])
    }
  })

  it('waits as long as the switch says, resets connections when down, counts calls', async () => {
    estate.set('nocr-person', { latency: 120 })
    const start = performance.now()
    await ask('4120371')
    expect(performance.now() - start).toBeGreaterThan(115)
    estate.set('nocr-person', { latency: 0, down: true })
    await expect(postSoap(toCall('4120371'))).rejects.toThrow()
    expect(estate.calls()['nocr-person']).toBe(1)
  })
})
