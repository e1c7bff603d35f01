import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, type SoapCall } from '../soap/soap-call.ts'
import { child, childText } from '../soap/soap-xml.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createCdticRoad } from './cdtic-road.ts'

const NAMESPACE = 'http://harim.cdtic.ir/RoadServices'
const FIELD = '910031000008'
const GARDEN = '810007700006'
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createCdticRoad], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toHeader(user = 'panjareh', password = 'Har1m&amp;Rah', namespace = NAMESPACE): string {
  return `<AuthHeader xmlns="${namespace}"><UserName>${user}</UserName><Password>${password}</Password></AuthHeader>`
}

function toCall(name: string, plotId: string): SoapCall {
  return {
    url: estate.environment['CDTIC_ROAD_URL'] ?? '',
    version: '1.1',
    action: `${NAMESPACE}/${name}`,
    header: toHeader(),
    body: `<${name} xmlns="${NAMESPACE}"><ShenaseYekta>${plotId}</ShenaseYekta></${name}>`,
  }
}

async function ask(name: string, plotId: string) {
  return (await postSoap(toCall(name, plotId))).content?.children[0]?.children ?? []
}

describeStrictness({
  system: 'cdtic-road',
  estate: () => estate,
  call: () => toCall('GetHarim', FIELD),
  wrongBodies: {
    'a child in no namespace': `<n:GetHarim xmlns:n="${NAMESPACE}"><ShenaseYekta>${FIELD}</ShenaseYekta></n:GetHarim>`,
    'an id of two digits': `<GetHarim xmlns="${NAMESPACE}"><ShenaseYekta>12</ShenaseYekta></GetHarim>`,
  },
  strangers: {
    'no header': [{ header: '' }, 'Client'],
    'another user': [{ header: toHeader('x') }, 'Client'],
    'another password': [{ header: toHeader('panjareh', 'x') }, 'Client'],
    'a header of another namespace': [
      { header: toHeader('panjareh', 'Har1m&amp;Rah', 'urn:x') },
      'Client',
    ],
    'a header in another order': [
      {
        header: `<AuthHeader xmlns="${NAMESPACE}"><Password>Har1m&amp;Rah</Password><UserName>panjareh</UserName></AuthHeader>`,
      },
      'Client',
    ],
  },
})

it('gives the price in Toman with commas and the payment in Rial with Persian separators', async () => {
  const [tamalok] = await ask('GetTamalok', FIELD)
  expect(childText(tamalok, 'MablaghKol')).toBe('828,112,500')
  expect(childText(tamalok, 'Pardakhti')).toBe('۸٬۲۸۱٬۱۲۵٬۰۰۰')
  expect(childText(tamalok, 'Vaziat')).toBe('پايان يافته')
})

it('leaves the section of a road out that is not built', async () => {
  const [harim] = await ask('GetHarim', GARDEN)
  expect(child(harim, 'CodeGhete')).toBeUndefined()
  expect(childText(harim, 'Fasele')).toBe('0')
})

it('answers an empty list for a plot far from any road', async () => {
  expect(await ask('GetHarim', '150239500117')).toEqual([])
})

it('answers SOAP 1.2 at the same address', async () => {
  const { status, contentType } = await postSoap({ ...toCall('GetHarim', FIELD), version: '1.2' })
  expect([status, contentType]).toEqual([200, 'application/soap+xml; charset=utf-8'])
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('cdtic-road', 'RoadServices.wsdl', toCall('GetHarim', FIELD).url)
  client.addSoapHeader(toHeader())
  const [reply] = await client['GetHarimAsync']({ ShenaseYekta: FIELD })
  expect(reply.GetHarimResult.Harim[0].CodeGhete).toBe('0910007')
})
