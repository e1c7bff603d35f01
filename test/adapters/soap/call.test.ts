import iconv from 'iconv-lite'
import { describe, expect, onTestFinished, test } from 'vitest'

import { loadSoap } from '../../../adapters/soap/load.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { serve, type WireAnswer } from '../wire.ts'
import {
  bodyOf,
  canonical,
  CONTEXT,
  ENVELOPE_12,
  enveloped,
  folderOf,
  NS,
  sourceOf,
  toWsdl,
  type WsdlOptions,
} from './contract.ts'

const SCHEMA = `<xs:element name="ask"><xs:complexType><xs:sequence><xs:element name="nin" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="answer"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="brokenRegister"><xs:complexType/></xs:element>`
const ANSWER = enveloped('<tns:answer><tns:name>علي كوچك</tns:name></tns:answer>')
const FAULT = enveloped(
  '<e:Fault><faultcode>e:Server</faultcode><faultstring>0012345678 علی</faultstring><detail><tns:brokenRegister/></detail></e:Fault>',
)
const FAULT_12 = enveloped(
  '<e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code><e:Reason><e:Text xml:lang="fa">0012345678</e:Text></e:Reason></e:Fault>',
  ENVELOPE_12,
)
const XML = { 'content-type': 'text/xml; charset=utf-8' }

/** An adapter that speaks to a server on a real socket. */
async function speaking(answer: WireAnswer, options: WsdlOptions = {}, charset?: string) {
  const wire = await serve(() => answer)
  const limits = { replyBytes: 1_000_000, concurrency: 1 }
  const transport = openTransport({
    system: 'test-register',
    address: `${wire.address}/Register.asmx`,
    limits,
  })
  onTestFinished(() => transport.close())
  const folder = await folderOf({ 'service.wsdl': toWsdl(SCHEMA, options) })
  const { adapter } = await loadSoap(
    sourceOf(folder, transport, charset === undefined ? {} : { charset }),
  )
  return { wire, ask: () => adapter.call('ask', { nin: '0012345678' }, CONTEXT) }
}

test('travels both ways over a socket in SOAP 1.1', async () => {
  const { wire, ask } = await speaking({ headers: XML, body: ANSWER })
  const before = Date.now()
  const reply = await ask()
  expect(reply.value).toEqual({ name: ['علي كوچك'] })
  expect(reply.at).toBeGreaterThanOrEqual(before)
  const [request] = wire.received
  expect(request).toMatchObject({ method: 'POST', url: expect.stringMatching(/\/Register\.asmx$/) })
  expect(request?.headers).toMatchObject({
    'content-type': 'text/xml; charset=utf-8',
    soapaction: '"urn:ask"',
    traceparent: CONTEXT.traceparent,
    'x-request-id': CONTEXT.requestId,
  })
  expect(bodyOf(request?.body ?? '')).toBe(
    `<{${NS}}ask><{${NS}}nin>"0012345678"</{${NS}}nin></{${NS}}ask>`,
  )
})

test('travels both ways over a socket in SOAP 1.2', async () => {
  const body = enveloped('<tns:answer><tns:name>a</tns:name></tns:answer>', ENVELOPE_12)
  const { wire, ask } = await speaking(
    { headers: { 'content-type': 'application/soap+xml' }, body },
    { version: '1.2' },
  )
  expect((await ask()).value).toEqual({ name: ['a'] })
  expect(wire.received[0]?.headers['content-type']).toBe(
    'application/soap+xml; charset=utf-8; action="urn:ask"',
  )
  expect(wire.received[0]?.headers['soapaction']).toBeUndefined()
  expect(canonical(wire.received[0]?.body ?? '')).toContain(`<{${ENVELOPE_12}}Envelope>`)
})

test.each<[string, WireAnswer, string?]>([
  [
    'a body that is XML under another content type',
    { headers: { 'content-type': 'text/html' }, body: ANSWER },
  ],
  ['no content type', { body: ANSWER }],
  [
    'windows-1256 by header',
    {
      headers: { 'content-type': 'text/xml; charset=windows-1256' },
      body: iconv.encode(ANSWER, 'windows-1256'),
    },
  ],
  [
    'windows-1256 by setting',
    { headers: { 'content-type': 'text/xml' }, body: iconv.encode(ANSWER, 'windows-1256') },
    'windows-1256',
  ],
  ['UTF-16', { headers: XML, body: iconv.encode(ANSWER, 'utf-16le', { addBOM: true }) }],
])('reads an answer with %s', async (_, answer, charset) => {
  const { ask } = await speaking(answer, {}, charset)
  expect((await ask()).value).toEqual({ name: ['علي كوچك'] })
})

describe('gives a typed error, free of what the system said, for', () => {
  test.each<[string, WireAnswer, string, Record<string, unknown>]>([
    [
      'a fault with status 500',
      { status: 500, headers: XML, body: FAULT },
      'SYSTEM_UNAVAILABLE',
      {
        retryable: true,
        faultCode: 'Server',
        detail: { reason: 'fault', status: 500, declared: 'brokenRegister' },
      },
    ],
    [
      'a fault with status 200',
      { headers: XML, body: FAULT },
      'SYSTEM_UNAVAILABLE',
      { retryable: true, faultCode: 'Server' },
    ],
    [
      'a SOAP 1.2 fault with status 400',
      { status: 400, headers: XML, body: FAULT_12 },
      'SYSTEM_REFUSED',
      { retryable: false, faultCode: 'Sender' },
    ],
    [
      'a fault under text/html',
      { status: 500, headers: { 'content-type': 'text/html' }, body: FAULT },
      'SYSTEM_UNAVAILABLE',
      { faultCode: 'Server' },
    ],
    [
      '401 without SOAP',
      { status: 401, body: '<html>0012345678</html>' },
      'SYSTEM_REFUSED',
      { detail: { reason: 'http', status: 401 } },
    ],
    ['403 without a body', { status: 403 }, 'SYSTEM_REFUSED', { retryable: false }],
    ['429', { status: 429 }, 'SYSTEM_BUSY', { retryable: true }],
    ['503', { status: 503, body: 'down' }, 'SYSTEM_UNAVAILABLE', { retryable: true }],
    [
      'a proxy page with 502',
      { status: 502, body: '<!DOCTYPE html><html><p>0012345678</html>' },
      'SYSTEM_UNAVAILABLE',
      { detail: { reason: 'http', status: 502 } },
    ],
    ['a proxy timeout', { status: 504 }, 'SYSTEM_TIMEOUT', {}],
    [
      'a redirect',
      { status: 302, headers: { location: '/login' } },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'http', status: 302 } },
    ],
    [
      'a right answer under a wrong status',
      { status: 500, headers: XML, body: ANSWER },
      'SYSTEM_UNAVAILABLE',
      {},
    ],
    [
      'an HTML page with status 200',
      {
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><html><p>0012345678<br></html>',
      },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'html' } },
    ],
    [
      'a DOCTYPE',
      { headers: XML, body: `<!DOCTYPE e [<!ENTITY x "y">]>${ANSWER}` },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'doctype' } },
    ],
    [
      'a truncated answer',
      { headers: XML, body: ANSWER.slice(0, -30) },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'truncated' } },
    ],
    [
      'an empty answer',
      { headers: XML, body: '' },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'empty' } },
    ],
    [
      'JSON',
      { headers: { 'content-type': 'application/json' }, body: '{"nin":"0012345678"}' },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'malformed' } },
    ],
    [
      'multipart',
      { headers: { 'content-type': 'multipart/related; boundary=x' }, body: '--x' },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'attachment' } },
    ],
    [
      'bytes outside their charset',
      {
        headers: XML,
        body: Buffer.concat([
          Buffer.from('<?xml version="1.0" encoding="utf-8"?><a>'),
          Buffer.from([0xc3]),
        ]),
      },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'charset' } },
    ],
    [
      'an element too deep',
      { headers: XML, body: enveloped('<a>'.repeat(5000)) },
      'SYSTEM_REPLY_INVALID',
      { detail: { reason: 'wrong-root' } },
    ],
    [
      'an answer beyond the limit',
      { headers: XML, body: enveloped(`<tns:answer><tns:name>${'x'.repeat(1_000_001)}`) },
      'SYSTEM_REPLY_INVALID',
      {},
    ],
  ])('%s', async (_, answer, code, more) => {
    const { ask } = await speaking(answer)
    const refused = await ask().catch((error: unknown) => error)
    expect(refused).toMatchObject({ code, system: 'test-register', ...more })
    expect(JSON.stringify(refused) + String(refused)).not.toMatch(/0012345678|علی/)
  })
})

describe('one way', () => {
  test.each<[string, WireAnswer]>([
    ['202 without a body', { status: 202 }],
    ['200 with white space', { body: ' \r\n' }],
    ['200 with an empty envelope', { headers: XML, body: enveloped('') }],
  ])('is done at %s', async (_, answer) => {
    const { ask } = await speaking(answer, { oneWay: true })
    expect((await ask()).value).toEqual({})
  })

  test('still sees a fault', async () => {
    const { ask } = await speaking({ headers: XML, body: FAULT }, { oneWay: true })
    await expect(ask()).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE' })
  })
})
