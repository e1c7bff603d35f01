import { createClientAsync } from 'soap'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { postSoap, readFault, type SoapCall } from '../soap/soap-call.ts'
import { childText, escapeXml } from '../soap/soap-xml.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createRmtoSmartcard } from './rmto-smartcard.ts'

const WSDL = 'subgraphs/rmto-smartcard/contract/SmartCard.wsdl'
const AMBIGUOUS = '-1;شماره اشتباه است یا سایت در دسترس نیست'
let estate: Estate
let url = ''
let user = ''
let password = ''

beforeAll(async () => {
  estate = await startEstate({ systems: [createRmtoSmartcard], switches: { latency: 0 } })
  url = estate.environment['RMTO_SMARTCARD_URL'] ?? ''
  user = estate.environment['RMTO_SMARTCARD_USER'] ?? ''
  password = estate.environment['RMTO_SMARTCARD_PASSWORD'] ?? ''
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

interface Arguments {
  readonly code: number | string
  readonly key: string
  readonly count?: number
  readonly secret?: string
}

function toCall({ code, key, count = 13, secret = password }: Arguments): SoapCall {
  const rest = Array.from({ length: count - 1 }, (_, index) => `<P${index + 2}/>`).join('')
  return {
    url,
    version: '1.1',
    action: 'http://tempuri.org/GetData',
    basic: `${user}:${password}`,
    body:
      `<GetData xmlns="http://tempuri.org/"><UserName>${user}</UserName>` +
      `<PassWord>${escapeXml(secret)}</PassWord><OpCode>${code}</OpCode><P1>${key}</P1>${rest}</GetData>`,
  }
}

async function ask(args: Arguments): Promise<string> {
  const answer = await postSoap(toCall(args))
  expect([answer.status, answer.content?.name]).toEqual([200, 'GetDataResponse'])
  return childText(answer.content, 'GetDataResult')
}

describe('rmto-smartcard', () => {
  it('packs a driver as key:value by card (41) and by national id (3)', async () => {
    const byCard = await ask({ code: 41, key: '2700000' })
    expect(byCard).toBe(await ask({ code: 3, key: '0004120371' }))
    expect(byCard).toBe(
      'CardNo:2700000;NationalCode:0004120371;Name:كاوه;Family:يكتاي نمونه;CardType:باري;Grade:1;' +
        'IssueDate:1404/10/12;ExpireDate:1405/10/12;HealthDate:1406/06/31;Active:بلی',
    )
  })

  it.each([
    [4, '3800000', '1'],
    [6, 'NAAXXX00007000000', 'Y'],
  ])('packs a vehicle by position (%i), active in its own way', async (code, key, active) => {
    expect(await ask({ code, key })).toBe(
      `3800000;NAAXXX00007000000;12ع345 ايران 11;كاميون بنز اكسور;1394;18/5;1407/02/31;${active}`,
    )
  })

  it('says خیر of an expired card', async () => {
    expect(await ask({ code: 3, key: '9974078199' })).toMatch(
      /ExpireDate:1402\/04\/01;.*Active:خیر$/u,
    )
  })

  it('answers a bare −1 for a person without a card', async () => {
    expect(await ask({ code: 3, key: '9924022343' })).toBe('-1')
  })

  it.each([
    [41, '9999999'],
    [4, '9999999'],
    [6, 'NAAXXX00000000000'],
    [3, '123'],
  ])('answers code %i with the ambiguous text for a wrong number', async (code, key) => {
    expect(await ask({ code, key })).toBe(AMBIGUOUS)
  })

  it('answers −3 to an unknown code and −2 to wrong credentials in the arguments', async () => {
    expect(await ask({ code: 5, key: '1' })).toMatch(/^-3;/u)
    expect(await ask({ code: 3, key: '0004120371', secret: 'x' })).toMatch(/^-2;/u)
  })

  it('refuses wrong Basic credentials', async () => {
    const call = toCall({ code: 3, key: '0004120371' })
    expect((await postSoap({ ...call, basic: 'panjareh:x' })).status).toBe(401)
  })

  it('fails on a missing positional argument as a careless .asmx does', async () => {
    const answer = await postSoap(toCall({ code: 3, key: '0004120371', count: 12 }))
    expect([answer.status, readFault(answer.content)?.code]).toEqual([500, 'Server'])
  })

  it('answers a Client fault to a code that is no number and to an unknown action', async () => {
    const wrong = await postSoap(toCall({ code: 'x', key: '1' }))
    expect(readFault(wrong.content)?.code).toBe('Client')
    const call = { ...toCall({ code: 3, key: '1' }), action: 'http://tempuri.org/Other' }
    expect(readFault((await postSoap(call)).content)?.code).toBe('Client')
  })

  it('is understood by an independent client from its contract alone', async () => {
    const client = await createClientAsync(WSDL, { endpoint: url })
    const basic = Buffer.from(`${user}:${password}`).toString('base64')
    client.addHttpHeader('authorization', `Basic ${basic}`)
    const rest = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`P${at + 2}`, '']))
    const [reply] = await client['GetDataAsync']({
      UserName: user,
      PassWord: password,
      OpCode: 4,
      P1: '3800000',
      ...rest,
    })
    expect(reply.GetDataResult).toMatch(/^3800000;/u)
  })

  it('breaks down with the ambiguous text, drifts in a key', async () => {
    estate.set('rmto-smartcard', { failRate: 1 })
    expect(await ask({ code: 3, key: '0004120371' })).toBe(AMBIGUOUS)
    estate.set('rmto-smartcard', { failRate: 0, drift: true })
    expect(await ask({ code: 3, key: '0004120371' })).toMatch(/^CardNumber:2700000;/u)
  })

  it.each(['windows-1256', 'utf-16le'])('keeps every character in %s', async (encoding) => {
    estate.set('rmto-smartcard', { encoding })
    expect(await ask({ code: 41, key: '9999999' })).toBe(AMBIGUOUS)
  })

  it('answers a page as garbage and in its window, nothing when down', async () => {
    for (const change of [{ garbage: true }, { window: 'on' }] as const) {
      estate.reset()
      estate.set('rmto-smartcard', change)
      const answer = await postSoap(toCall({ code: 3, key: '0004120371' }))
      expect([answer.status, answer.contentType]).toEqual([200, 'text/html; charset=utf-8'])
    }
    estate.set('rmto-smartcard', { down: true })
    await expect(postSoap(toCall({ code: 3, key: '0004120371' }))).rejects.toThrow()
  })

  it('waits as long as the switch says', async () => {
    estate.set('rmto-smartcard', { latency: 100 })
    const start = performance.now()
    await ask({ code: 3, key: '0004120371' })
    expect(performance.now() - start).toBeGreaterThan(95)
  })
})
