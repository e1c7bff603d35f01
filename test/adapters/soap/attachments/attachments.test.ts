import { describe, expect, onTestFinished, test } from 'vitest'

import { unpackMultipart } from '../../../../adapters/soap/attachments/multipart.ts'
import { loadSoap } from '../../../../adapters/soap/load.ts'
import { openTransport } from '../../../../adapters/transport/http.ts'
import { callContext, serve, type WireAnswer } from '../../wire.ts'
import { folderOf, settingsOf, toWsdl } from '../contract.ts'

const SCHEMA = `<xs:element name="ask"><xs:complexType><xs:sequence><xs:element name="file" type="xs:base64Binary"/><xs:element name="other" type="xs:base64Binary" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="answer"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string"/><xs:element name="file" type="xs:base64Binary" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>`
const FILE = Buffer.from([0, 1, 2, 0x0d, 0x0a, 0x2d, 0x2d, 0xff])
const INCLUDE = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:a%40b"/>'

interface Options {
  readonly attachments?: 'mtom' | 'swa'
  readonly version?: '1.1' | '1.2'
}

function secret(name: string): string {
  return name
}

async function speaking(answer: WireAnswer, { attachments, version = '1.1' }: Options = {}) {
  const bodies: Buffer[] = []
  const wire = await serve(() => answer)
  const limits = { replyBytes: 20_000_000, concurrency: 1 }
  const bare = openTransport({ system: 'sys', address: wire.address, limits })
  onTestFinished(() => bare.close())
  const transport: typeof bare = {
    exchange: (request, context) => {
      bodies.push(Buffer.from(request.body ?? ''))
      return bare.exchange(request, context)
    },
    close: () => bare.close(),
  }
  const folder = await folderOf({ 'service.wsdl': toWsdl(SCHEMA, { version }) })
  const settings = settingsOf(attachments === undefined ? {} : { attachments })
  const { adapter } = await loadSoap({ system: 'sys', folder, settings, transport, secret })
  const ask = (file = FILE.toString('base64')) => adapter.call('ask', { file }, callContext())
  return { wire, bodies, ask }
}

function packed(content: string, part: Buffer = FILE, id = 'a@b'): WireAnswer {
  const envelope = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><t:answer xmlns:t="urn:test:register">${content}</t:answer></e:Body></e:Envelope>`
  const body = Buffer.concat([
    Buffer.from(
      `--x\r\nContent-Type: application/xop+xml; charset=UTF-8; type="text/xml"\r\nContent-ID: <root>\r\n\r\n${envelope}\r\n--x\r\nContent-ID: <${id}>\r\nContent-Type: image/png\r\n\r\n`,
    ),
    part,
    Buffer.from('\r\n--x--'),
  ])
  const type = 'multipart/related; boundary=x; type="application/xop+xml"; start="<root>"'
  return { headers: { 'content-type': type }, body }
}

describe('an answer with parts', () => {
  test('has their bytes in the places of the references', async () => {
    const { ask } = await speaking(
      packed(
        `<t:name>cid:a@b is a name</t:name><t:file>\n ${INCLUDE}</t:file><t:file>cid:a@b</t:file><t:file>AQID</t:file>`,
      ),
    )
    const base64 = FILE.toString('base64')
    expect((await ask()).value).toEqual({
      name: 'cid:a@b is a name',
      file: [base64, base64, 'AQID'],
    })
  })

  test('may be large', async () => {
    const large = Buffer.alloc(5_000_000, 'x')
    const { ask } = await speaking(packed(`<t:name>n</t:name><t:file>${INCLUDE}</t:file>`, large))
    const { value } = await ask()
    expect(value['file']).toEqual([large.toString('base64')])
  })

  test.each([
    ['a part that is not there', INCLUDE.replace('a%40b', 'c')],
    ['a part that is no part', INCLUDE.replace('cid:a%40b', 'file:///etc/passwd')],
    ['a part elsewhere', INCLUDE.replace('cid:a%40b', 'http://127.0.0.1/')],
    ['a name that is none', INCLUDE.replace('a%40b', '%ZZ')],
    ['no name', INCLUDE.replace(/ href="[^"]*"/, '')],
  ])('that names %s is no answer', async (_name, include) => {
    const { ask } = await speaking(packed(`<t:name>n</t:name><t:file>${include}</t:file>`))
    await expect(ask()).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason: 'attachment' },
    })
  })

  test('that names one part without end is no answer', async () => {
    const files = `<t:file>${INCLUDE}</t:file>`.repeat(17)
    const { ask } = await speaking(packed(`<t:name>n</t:name>${files}`))
    await expect(ask()).rejects.toMatchObject({ detail: { reason: 'attachment' } })
  })
})

describe('a request with parts', () => {
  test.each([
    ['1.1', 'type="application/xop+xml"', 'start-info="text/xml"'],
    ['1.2', 'start-info="application/soap+xml"', 'action="urn:ask"'],
  ] as const)('is an XOP package in SOAP %s', async (version, ...shown) => {
    const { wire, bodies, ask } = await speaking({}, { attachments: 'mtom', version })
    await ask().catch(() => {})
    const type = wire.received[0]?.headers['content-type'] ?? ''
    for (const each of shown) expect(type).toContain(each)
    const { root, parts } = unpackMultipart(bodies[0] ?? Buffer.alloc(0), type)
    const [, id = ''] = /href="cid:([^"]+)"/.exec(root.body.toString()) ?? []
    expect(root.body.toString()).toMatch(/<(?:\w+:)?file><xop:Include [^>]+\/><\/(?:\w+:)?file>/)
    expect(parts.get(id)?.body).toEqual(FILE)
    expect(wire.received[0]?.headers['soapaction']).toBe(
      version === '1.1' ? '"urn:ask"' : undefined,
    )
  })

  test('is a message with attachments', async () => {
    const { wire, bodies, ask } = await speaking({}, { attachments: 'swa' })
    await ask().catch(() => {})
    const type = wire.received[0]?.headers['content-type'] ?? ''
    expect(type).toContain('type="text/xml"')
    const { root, parts } = unpackMultipart(bodies[0] ?? Buffer.alloc(0), type)
    const [, id = ''] = />cid:([^<]+)</.exec(root.body.toString()) ?? []
    expect(root.contentType).toBe('text/xml; charset=utf-8')
    expect(parts.get(id)?.body).toEqual(FILE)
  })

  test('has its bytes in their place where the settings do not say otherwise', async () => {
    const { wire, ask } = await speaking({})
    await ask().catch(() => {})
    expect(wire.received[0]?.headers['content-type']).toBe('text/xml; charset=utf-8')
    expect(wire.received[0]?.body).toContain(FILE.toString('base64'))
  })
})
