import { createClientAsync, WSSecurity } from 'soap'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { postSoap, readFault, type SoapCall, usernameToken } from '../soap/soap-call.ts'
import { child, childText, type XmlElement } from '../soap/soap-xml.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createSsaaDeed } from './ssaa-deed.ts'

const WSDL = 'subgraphs/ssaa-deed/contract/DeedInquiry.wsdl'
const NAMESPACE = 'http://estelam.ssaa.ir/amlak/v2'
const SHARED = '9954055851'
let estate: Estate
let url = ''
let account = { user: '', password: '' }

beforeAll(async () => {
  estate = await startEstate({ systems: [createSsaaDeed], switches: { latency: 0 } })
  const { environment } = estate
  url = environment['SSAA_DEED_URL'] ?? ''
  account = {
    user: environment['SSAA_DEED_USER'] ?? '',
    password: environment['SSAA_DEED_PASSWORD'] ?? '',
  }
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toCall(nationalId: string, change: Partial<SoapCall> = {}): SoapCall {
  return {
    url,
    version: '1.2',
    action: `${NAMESPACE}/GetDeedsByNationalCode`,
    header: usernameToken(account),
    body: `<GetDeedsByNationalCode xmlns="${NAMESPACE}"><NationalCode>${nationalId}</NationalCode></GetDeedsByNationalCode>`,
    ...change,
  }
}

async function ask(nationalId: string): Promise<readonly XmlElement[]> {
  const answer = await postSoap(toCall(nationalId))
  expect([answer.status, childText(answer.content, 'ResultCode')]).toEqual([200, '0'])
  return child(answer.content, 'Deeds')?.children ?? []
}

async function faultOf(change: Partial<SoapCall>, nationalId = SHARED) {
  const answer = await postSoap(toCall(nationalId, change))
  return [answer.status, readFault(answer.content)?.code, readFault(answer.content)?.subcode]
}

describe('ssaa-deed', () => {
  it('writes shares in words with Arabic letters, and the other owner beside', async () => {
    const [deed, ...more] = await ask(SHARED)
    expect(more).toEqual([])
    expect(childText(deed, 'Sahm')).toBe('سه دانگ')
    expect(childText(deed, 'BakhshSabti')).toBe('بخش ۵ مشهد')
    const partner = child(child(deed, 'Shoraka'), 'Sharik')
    expect(childText(partner, 'Sahm')).toBe('سه دانگ')
    expect(childText(partner, 'Nam')).not.toMatch(/[یک]/u)
  })

  it('mixes three digit sets inside one text', async () => {
    const [deed] = await ask(SHARED)
    expect(childText(deed, 'PelakSabti')).toBe('۱٨4۱/٣2')
    expect(childText(deed, 'CodePosti')).toMatch(/^[۰-۹٠-٩0-9]{10}$/u)
  })

  it.each([
    ['0004120371', ['شش دانگ', 'چهار و نيم دانگ']],
    ['9944268089', ['شش دانگ', 'يك و نيم دانگ']],
    ['0000001015', ['دو دانگ']],
  ])('lists all shares of %s', async (nationalId, shares) => {
    const deeds = await ask(nationalId)
    expect(deeds.map((deed) => childText(deed, 'Sahm'))).toEqual(shares)
  })

  it('answers an empty list to one who owns nothing, code 2 to one who is not known', async () => {
    expect(await ask('9994435639')).toEqual([])
    const answer = await postSoap(toCall('9999999999'))
    expect(childText(answer.content, 'ResultCode')).toBe('2')
    expect(child(answer.content, 'Deeds')).toBeUndefined()
  })

  it('answers a declared Sender fault to a wrong check digit', async () => {
    const answer = await postSoap(toCall('9954055852'))
    const detail = child(child(answer.content, 'Detail'), 'DeedFault')
    expect([answer.status, readFault(answer.content)?.code]).toEqual([400, 'Sender'])
    expect(childText(detail, 'Code')).toBe('E-101')
  })

  it('answers a Sender fault to what is not its contract', async () => {
    expect(await faultOf({}, '123')).toEqual([400, 'Sender', ''])
    const empty = `<GetDeedsByNationalCode xmlns="${NAMESPACE}"/>`
    expect(await faultOf({ body: empty })).toEqual([400, 'Sender', ''])
    expect(await faultOf({ action: 'urn:other' })).toEqual([400, 'Sender', ''])
  })

  it('wants application/soap+xml', async () => {
    const headers = { 'content-type': 'text/xml; charset=utf-8' }
    expect((await postSoap(toCall(SHARED, { headers }))).status).toBe(415)
  })

  it('refuses a token that is missing, wrong, old or seen before', async () => {
    const failed = [400, 'Sender', 'FailedAuthentication']
    const invalid = [400, 'Sender', 'InvalidSecurity']
    const old = new Date(Date.now() - 400_000).toISOString()
    const plain = usernameToken(account).replace('#PasswordDigest', '#PasswordText')
    expect(await faultOf({ header: '' })).toEqual(invalid)
    expect(await faultOf({ header: plain })).toEqual(invalid)
    expect(await faultOf({ header: usernameToken({ ...account, password: 'x' }) })).toEqual(failed)
    expect(await faultOf({ header: usernameToken({ ...account, user: 'x' }) })).toEqual(failed)
    expect(await faultOf({ header: usernameToken({ ...account, created: old }) })).toEqual([
      400,
      'Sender',
      'MessageExpired',
    ])
    const header = usernameToken(account)
    expect((await postSoap(toCall(SHARED, { header }))).status).toBe(200)
    expect(await faultOf({ header })).toEqual(invalid)
  })

  it('is understood by an independent client from its contract alone', async () => {
    const client = await createClientAsync(WSDL, { endpoint: url, forceSoap12Headers: true })
    client.setSecurity(
      new WSSecurity(account.user, account.password, {
        passwordType: 'PasswordDigest',
        hasNonce: true,
        mustUnderstand: true,
      }),
    )
    const [reply] = await client['GetDeedsByNationalCodeAsync']({ NationalCode: SHARED })
    expect(reply.ResultCode).toBe(0)
    expect(reply.Deeds.Deed[0].Sahm).toBe('سه دانگ')
  })

  it('shows one deed of several with one-element lists', async () => {
    estate.set('ssaa-deed', { oneElement: true })
    expect(await ask('0004120371')).toHaveLength(1)
  })

  it('breaks down with a Receiver fault, drifts in the plate, takes its time', async () => {
    estate.set('ssaa-deed', { failRate: 1 })
    expect(await faultOf({})).toEqual([500, 'Receiver', ''])
    estate.set('ssaa-deed', { failRate: 0, drift: true })
    const [deed] = await ask(SHARED)
    expect(child(deed, 'PelakSabti')).toBeUndefined()
    expect(childText(deed, 'ShomarePelak')).toBe('۱٨4۱/٣2')
    estate.set('ssaa-deed', { latency: [150, 200] })
    const start = performance.now()
    await ask(SHARED)
    expect(performance.now() - start).toBeGreaterThan(145)
  })

  it.each(['windows-1256', 'utf-16'])('keeps every character in %s', async (encoding) => {
    estate.set('ssaa-deed', { encoding })
    const [deed] = await ask(SHARED)
    expect(childText(deed, 'PelakSabti')).toBe('۱٨4۱/٣2')
    expect(childText(deed, 'Sahm')).toBe('سه دانگ')
  })

  it('answers a page as garbage and in its window, nothing when down', async () => {
    for (const change of [{ garbage: true }, { window: 'on' }] as const) {
      estate.reset()
      estate.set('ssaa-deed', change)
      expect((await postSoap(toCall(SHARED))).contentType).toBe('text/html; charset=utf-8')
    }
    estate.set('ssaa-deed', { down: true })
    await expect(postSoap(toCall(SHARED))).rejects.toThrow()
  })
})
