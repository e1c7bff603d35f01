import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'

import { postSoap, readFault, type SoapCall } from '../soap/soap-call.ts'
import { clientOf, describeStrictness } from '../soap/strictness.ts'
import { type Estate, startEstate } from '../start-estate.ts'
import { createPmoPcs } from './pmo-pcs.ts'

const NAMESPACE = 'urn:pcs.pmo.ir'
const PARTS = { user: 'panjareh', password: 'B4ndar_PCS', imo: '9000106' }
let estate: Estate

beforeAll(async () => {
  estate = await startEstate({ systems: [createPmoPcs], switches: { latency: 0 } })
})
afterEach(() => estate.reset())
afterAll(() => estate.close())

function toBody(parts: Readonly<Record<string, string>>): string {
  const children = Object.entries(parts).map(([name, value]) => `<${name}>${value}</${name}>`)
  return `<n:getPortCalls xmlns:n="${NAMESPACE}">${children.join('')}</n:getPortCalls>`
}

function toCall(change: Partial<typeof PARTS> = {}): SoapCall {
  const url = estate.environment['PMO_PCS_URL'] ?? ''
  return { url, version: '1.1', action: '', body: toBody({ ...PARTS, ...change }) }
}

describeStrictness({
  system: 'pmo-pcs',
  estate: () => estate,
  call: () => toCall(),
  anyAction: true,
  wrongBodies: {
    'parts in another order': toBody({ imo: '9000106', user: 'x', password: 'x' }),
    'a part left out': toBody({ user: 'panjareh', imo: '9000106' }),
    'a text for a number': toBody({ ...PARTS, imo: 'IMO 9000106' }),
    'a part of another type': toBody(PARTS).replace(
      '<imo>',
      '<imo xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="string">',
    ),
  },
  strangers: {},
})

it('answers references to records that stand beside the reply', async () => {
  const { text } = await postSoap(toCall())
  expect(text).toContain('<getPortCallsReturn href="#id0"/>')
  expect(text).toContain(
    'soapenc:arrayType="ns2:PortCall[2]"><item href="#id1"/><item href="#id2"/>',
  )
  expect(text).toContain('<ata xsi:type="xsd:dateTime">2026-11-08T05:35:00</ata>')
  expect(text).toContain('<atd xsi:type="xsd:dateTime" xsi:nil="true"/>')
})

it('answers an empty array for a vessel that called nowhere', async () => {
  expect((await postSoap(toCall({ imo: '9000999' }))).text).toContain('PortCall[0]"></multiRef>')
})

it('denies a stranger by a fault that calls itself a web page', async () => {
  const { status, contentType, content } = await postSoap(toCall({ password: 'x' }))
  expect([status, contentType]).toEqual([500, 'text/html; charset=utf-8'])
  expect(readFault(content)?.reason).toBe('Access denied')
})

it('breaks down with a web page that calls itself XML', async () => {
  estate.set('pmo-pcs', { failRate: 1 })
  const { status, contentType, text } = await postSoap(toCall())
  expect([status, contentType]).toEqual([500, 'text/xml; charset=utf-8'])
  expect(text).toMatch(/^<!DOCTYPE html>/u)
})

it('is understood by an independent client from its contract alone', async () => {
  const client = await clientOf('pmo-pcs', 'PortCalls.wsdl', toCall().url)
  const [, raw] = await client['getPortCallsAsync']({ ...PARTS, imo: 9_000_235 })
  expect(raw).toContain('KHK-1405-00019')
})
