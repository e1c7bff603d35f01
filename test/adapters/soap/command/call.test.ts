// `npm run soap -- call` against a server on a socket: one line out, and every way to fail has a line and an exit code of its own.

import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { call } from '../../../../adapters/soap/command/call.ts'
import {
  bodyOf,
  canonical,
  enveloped,
  folderOf,
  NS,
  toWsdl,
  type WsdlOptions,
} from '../contract.ts'

const SCHEMA = `<xs:element name="ask"><xs:complexType><xs:sequence>
  <xs:element name="id" type="xs:string"/>
  <xs:element name="kind" type="xs:int"/>
  <xs:element name="note" minOccurs="0"><xs:complexType><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="lang"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
  <xs:element name="sure" type="xs:boolean" minOccurs="0"/>
  <xs:element name="names" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="name" type="xs:string" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="map" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="key" type="xs:string"/><xs:element name="value" type="xs:string"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="either" minOccurs="0"><xs:simpleType><xs:union memberTypes="xs:float"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:union></xs:simpleType></xs:element>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="tell" type="xs:string"/>
<xs:element name="answer"><xs:complexType><xs:sequence>
  <xs:element name="name" type="xs:string" nillable="true"/>
  <xs:element name="age" type="xs:int"/>
  <xs:element name="balance" type="xs:decimal" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="brokenRegister"><xs:complexType><xs:sequence><xs:element name="no" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="account"><xs:complexType><xs:sequence><xs:element name="user" type="xs:string"/></xs:sequence></xs:complexType></xs:element>`

interface Answer {
  readonly status?: number
  readonly type?: string
  readonly body?: string | Uint8Array
}

interface Run {
  readonly exit: number
  readonly out: readonly string[]
  readonly told: unknown
  readonly sent: string
  readonly headers: IncomingHttpHeaders
}

async function run(
  answer: Answer,
  more: readonly string[] = [],
  options: WsdlOptions = {},
): Promise<Run> {
  const wsdl = toWsdl(SCHEMA, { parts: PARTS, ...options })
  const folder = await folderOf({ 'service.wsdl': wsdl, 'args.json': '{"id":"ششم"}' })
  let sent = ''
  let headers: IncomingHttpHeaders = {}
  const server = createServer((request, response) => {
    headers = request.headers
    request.on('data', (data: Buffer) => (sent += data.toString()))
    request.on('end', () => {
      response.writeHead(answer.status ?? 200, {
        'content-type': answer.type ?? 'text/xml; charset=utf-8',
      })
      response.end(answer.body ?? '')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const out: string[] = []
  const told: string[] = []
  const output = {
    print: (line: string) => out.push(line),
    warn: (line: string) => told.push(line),
  }
  const args = [
    join(folder, 'service.wsdl'),
    '--operation',
    'ask',
    '--endpoint',
    `http://127.0.0.1:${port}/`,
  ]
  const exit = await call([...args, ...more.map((each) => each.replace('FOLDER', folder))], output)
  expect(out.length + told.length).toBe(1)
  return { exit, out, told: told[0] === undefined ? undefined : JSON.parse(told[0]), sent, headers }
}

const PARTS = {
  input: '<w:part name="parameters" element="tns:ask"/>',
  output: '<w:part name="parameters" element="tns:answer"/>',
  header: '<w:part name="head" element="tns:account"/>',
}
const DONE = {
  body: enveloped('<tns:answer><tns:name>علی</tns:name><tns:age>7</tns:age></tns:answer>'),
}

const NAMES = '<t:names><t:name>a</t:name><t:name>b</t:name></t:names>'
const PAIRS = `<t:map>
  <t:item><t:key>a</t:key><t:value>1</t:value></t:item>
  <t:item><t:key>b</t:key><t:value>2</t:value></t:item></t:map>`.replace(/>\s+</g, '><')

function sentAs(inside: string): string {
  return canonical(`<t:ask xmlns:t="${NS}">${inside}</t:ask>`)
}

describe('prints the value', () => {
  test('and sends what stands in a file', async () => {
    const { exit, out, sent, headers } = await run(DONE, ['--args', '@FOLDER/args.json'])
    expect([exit, out]).toEqual([0, ['{"name":"علی","age":7}']])
    expect(bodyOf(sent)).toBe(sentAs('<t:id>ششم</t:id>'))
    expect(headers['soapaction']).toBe('"urn:ask"')
  })

  test.each<[string, string, string]>([
    ['incomplete input as it is', '{}', ''],
    ['prefixes', '{"tns:id":"1","x:kind":2}', '<t:id>1</t:id><t:kind>2</t:kind>'],
    [
      'attributes of their own',
      '{"note":{"attributes":{"lang":"fa"},"$value":"a"}}',
      '<t:note lang="fa">a</t:note>',
    ],
    [
      'attributes that the contract lacks',
      '{"id":{"$attributes":{"x":"1"},"$value":"2"}}',
      '<t:id x="1">2</t:id>',
    ],
  ])('after %s', async (_, args, expected) => {
    const { exit, sent } = await run(DONE, ['--args', args])
    expect([exit, bodyOf(sent)]).toEqual([0, sentAs(expected)])
  })

  test('after a header block of the contract', async () => {
    const { sent } = await run(DONE, ['--header', '{"account":{"user":"u"}}'])
    expect(canonical(sent)).toContain(
      canonical(`<t:account xmlns:t="${NS}"><t:user>u</t:user></t:account>`),
    )
  })

  test.each<[string, Answer, string]>([
    [
      'unknown and absent elements',
      { body: enveloped('<tns:answer><x/><tns:age>7</tns:age></tns:answer>') },
      '{"age":7}',
    ],
    [
      'unqualified elements, nil and nothing for a number',
      { body: enveloped('<tns:answer><name xsi:nil="1"/><age/></tns:answer>') },
      '{"name":null,"age":null}',
    ],
    [
      'exact decimals',
      {
        body: enveloped(
          '<tns:answer><tns:age>1</tns:age><tns:balance>12345678901234567890.10</tns:balance></tns:answer>',
        ),
      },
      '{"age":1,"balance":"12345678901234567890.10"}',
    ],
    ['202 and nothing', { status: 202 }, '{}'],
  ])('of %s', async (_, answer, expected) => {
    expect(await run(answer)).toMatchObject({ exit: 0, out: [expected] })
  })
})

describe('fails by', () => {
  test.each([200, 500])('a fault with HTTP status %i', async (status) => {
    const body = enveloped(
      '<e:Fault><faultcode>e:Client.X</faultcode><faultstring>نه</faultstring><detail><tns:brokenRegister><tns:no>4</tns:no></tns:brokenRegister></detail></e:Fault>',
    )
    const { exit, told } = await run({ status, body })
    expect(exit).toBe(1)
    expect(told).toMatchObject({
      fault: {
        code: 'Client.X',
        subcode: null,
        reason: 'نه',
        declared: { brokenRegister: { no: 4 } },
      },
    })
  })

  test.each<[string, Answer, Record<string, unknown>]>([
    ['a web page', { type: 'text/html', body: '<!DOCTYPE html><html></html>' }, { kind: 'html' }],
    [
      'a page of a proxy',
      { status: 502, body: '<html><br></html>' },
      { kind: 'http', status: 502, reason: 'html' },
    ],
    ['a wrong root', { body: enveloped('<tns:other/>') }, { kind: 'wrong-root' }],
    [
      'a wrong namespace',
      { body: enveloped('<answer xmlns="urn:o"/>') },
      { kind: 'wrong-namespace' },
    ],
    ['half an answer', { body: DONE.body.slice(0, -20) }, { kind: 'truncated' }],
    ['a DOCTYPE', { body: `<!DOCTYPE a [<!ENTITY b "c">]>${DONE.body}` }, { kind: 'doctype' }],
    ['JSON', { body: '{"a":1}' }, { kind: 'malformed' }],
    ['nothing', { body: '' }, { kind: 'empty' }],
    [
      'a wrong value',
      { body: enveloped('<tns:answer><tns:age>x</tns:age></tns:answer>') },
      { kind: 'value', path: 'age' },
    ],
  ])('%s', async (_, answer, error) => {
    expect(await run(answer)).toMatchObject({ exit: 1, out: [], told: { error } })
  })
})

describe('refuses', () => {
  test.each<[string, readonly string[], Record<string, unknown>]>([
    [
      'a name that the contract lacks',
      ['--args', '{"nmae":1}'],
      { kind: 'input', fields: ['nmae'] },
    ],
    ['a value of another type', ['--args', '{"kind":"x"}'], { kind: 'input', fields: ['kind'] }],
  ])('%s', async (_, more, error) => {
    expect(await run(DONE, more)).toMatchObject({ exit: 2, told: { error }, sent: '' })
  })

  test('what is no contract', async () => {
    const folder = await folderOf({})
    await writeFile(join(folder, 'a.wsdl'), '<a/>')
    const told: string[] = []
    const output = { print: () => told.push('out'), warn: (line: string) => told.push(line) }
    expect(await call([join(folder, 'a.wsdl'), '--operation', 'x'], output)).toBe(2)
    expect(JSON.parse(told.join(''))).toMatchObject({ error: { kind: 'contract' } })
  })

  test.each([
    [['--args', '{']],
    [['--args', '@nowhere.json']],
    [['--port', 'none']],
    [['--operation', 'none']],
    [['--endpoint', 'nonsense']],
    [['--endpoint', 'file:///etc/hosts']],
    [['--timeout', 'soon']],
    [['--what']],
  ])('the arguments %j', async (more) => {
    const told = { error: { kind: 'usage' } }
    expect(await run(DONE, more)).toMatchObject({ exit: 2, told, sent: '' })
  })
})

describe('takes', () => {
  test.each([[''], ['null'], ['{}']])('%j for no arguments', async (args) => {
    expect(bodyOf((await run(DONE, ['--args', args])).sent)).toBe(sentAs(''))
  })

  test.each([
    ['the arguments by the name of the root', '{"ask":{"id":"1"}}', '<t:id>1</t:id>'],
    ['one and nought for what is true and false', '{"sure":1}', '<t:sure>true</t:sure>'],
    ['a list for the only list in an object', '{"names":["a","b"]}', NAMES],
    ['an object for pairs', '{"map":{"a":"1","b":"2"}}', PAIRS],
    ['text in the place of an object for it', '{"id":{"_":"1"}}', '<t:id>1</t:id>'],
    ['what no member of a union takes', '{"either":[1.5,"x"]}', '<t:either>1.5 x</t:either>'],
  ])('%s', async (_, args, inside) => {
    const { exit, sent } = await run(DONE, ['--args', args])
    expect([exit, bodyOf(sent)]).toEqual([0, sentAs(inside)])
  })

  test.each([['{"id":{"x":"1"}}'], ['{"names":"a"}'], ['{"other":{"id":"1"}}']])(
    'nothing that has no place: %s',
    async (args) => {
      expect(await run(DONE, ['--args', args])).toMatchObject({ exit: 2, sent: '' })
    },
  )

  test('the bare value of a root that is no record', async () => {
    const parts = { ...PARTS, input: '<w:part name="p" element="tns:tell"/>' }
    const { sent } = await run(DONE, ['--args', '"hello"'], { parts })
    expect(bodyOf(sent)).toBe(canonical(`<t:tell xmlns:t="${NS}">hello</t:tell>`))
    const named = await run(DONE, ['--args', '{"tell":"hello"}'], { parts })
    expect(bodyOf(named.sent)).toBe(bodyOf(sent))
  })
})
