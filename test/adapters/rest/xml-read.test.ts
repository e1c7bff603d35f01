import { encode } from 'iconv-lite'
import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { loadRest } from '../../../adapters/rest/load.ts'
import { codecSuite, loadFrom } from '../codec-suite.ts'
import { callContext, serve, type WireAnswer } from '../wire.ts'

const GML = 'http://www.opengis.net/gml/3.2'
const XML_TYPE = { 'content-type': 'application/xml' }

const COMPANY = {
  type: 'object',
  required: ['name'],
  xml: { name: 'company', namespace: 'urn:reg' },
  properties: {
    id: { type: 'string', xml: { name: 'ID', attribute: true } },
    name: { type: 'string' },
    serial: { type: 'integer', format: 'int64' },
    count: { type: 'integer', format: 'int32' },
    share: { type: 'number' },
    active: { type: 'boolean' },
    sex: { type: 'string', enum: ['M', 'F'] },
    ended: { type: 'string', format: 'date', nullable: true },
    phones: { type: 'array', items: { type: 'string', xml: { name: 'phone' } } },
    board: {
      type: 'array',
      xml: { name: 'members', wrapped: true },
      items: {
        type: 'object',
        xml: { name: 'member' },
        properties: { nin: { type: 'integer', format: 'int64' }, role: { type: 'string' } },
      },
    },
    area: {
      type: 'object',
      properties: {
        unit: { type: 'string', xml: { attribute: true } },
        size: { type: 'number', xml: { nodeType: 'text' } },
      },
    },
    place: { type: 'string', xml: { name: 'pos', namespace: GML, prefix: 'gml' } },
    pos: { type: 'string', xml: { namespace: 'urn:other' } },
    extra: {},
  },
}

const SEALED = {
  type: 'object',
  additionalProperties: false,
  properties: { a: { type: 'string' } },
}

function openApi(schema: object = { $ref: '#/components/schemas/Company' }, body?: object): string {
  const sent = body && {
    requestBody: { required: true, content: { 'text/xml': { schema: body } } },
  }
  const replies = { 200: { content: { 'application/xml': { schema } } } }
  return JSON.stringify({
    openapi: '3.1.0',
    paths: {
      '/company/{id}': {
        post: {
          operationId: 'company',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          ...sent,
          responses: replies,
        },
      },
    },
    components: { schemas: { Company: COMPANY, Sealed: SEALED } },
  })
}

function xml(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<company xmlns="urn:reg" ${content}</company>`
}

codecSuite('rest with XML', {
  load: loadRest,
  contract: openApi(),
  operation: 'company',
  input: { id: '0012345678' },
  answer: { headers: XML_TYPE, body: xml('><name>نور</name><serial>007</serial>') },
  value: { name: 'نور', serial: '7', phones: [] },
  arabic: {
    headers: { 'content-type': 'application/xml; charset=windows-1256' },
    body: encode(xml('><name>نور</name><serial>007</serial>'), 'windows-1256'),
  },
  unknownInput: { id: '1', other: '0012345678' },
  garbage: {
    'not XML: malformed': { headers: XML_TYPE, body: 'SECRET 0012345678' },
    'not XML: truncated': { headers: XML_TYPE, body: xml('><name>SECRET').slice(0, -12) },
    'not XML: doctype': {
      headers: XML_TYPE,
      body: '<!DOCTYPE company [<!ENTITY e "SECRET">]><company><name>&e;</name></company>',
    },
    'not of its charset': {
      headers: { 'content-type': 'application/xml; charset=utf-8' },
      body: encode('<company><name>محرمانه</name></company>', 'windows-1256'),
    },
    'the body: expected the element company': {
      headers: XML_TYPE,
      body: '<error>SECRET 0012345678</error>',
    },
    'name: expected a value, not nothing': { headers: XML_TYPE, body: xml('><nam>SECRET</nam>') },
    'name: expected one element': {
      headers: XML_TYPE,
      body: xml('><name>SECRET</name><name>SECRET</name>'),
    },
    'serial: expected exact': {
      headers: XML_TYPE,
      body: xml('><name>a</name><serial>SECRET</serial>'),
    },
    'count: expected int': {
      headers: XML_TYPE,
      body: xml('><name>a</name><count>3000000000</count>'),
    },
    'sex: expected a listed value': {
      headers: XML_TYPE,
      body: xml('><name>a</name><sex>SECRET</sex>'),
    },
    'board[1].nin: expected exact': {
      headers: XML_TYPE,
      body: xml('><name>a</name><members><member/><member><nin>SECRET</nin></member></members>'),
    },
    'the body: expected elements, not text': {
      headers: XML_TYPE,
      body: xml('>SECRET<name>a</name>'),
    },
    'board: expected the element member': {
      headers: XML_TYPE,
      body: xml('><name>a</name><members><person>SECRET</person></members>'),
    },
    'name: expected a value, not elements': {
      headers: XML_TYPE,
      body: xml('><name><b>SECRET</b></name>'),
    },
  },
})

async function ask(contract: string, answer: WireAnswer, input: Tree = { id: '1' }) {
  const wire = await serve(() => ({ headers: XML_TYPE, ...answer }))
  const { adapter } = await loadFrom(loadRest, contract, { address: wire.address })
  const outcome = await adapter.call('company', input, callContext()).then(
    ({ value }) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  return { ...outcome, sent: wire.received[0] }
}

describe('an XML reply by its schema', () => {
  test.each<[string, string, Tree]>([
    ['an attribute', 'ID="007"><name>a</name>', { id: '007' }],
    [
      '64-bit integers',
      '><name>a</name><serial>9007199254740993</serial>',
      { serial: '9007199254740993' },
    ],
    ['decimals', '><name>a</name><share> +01.50 </share>', { share: '1.50' }],
    ['truth values', '><name>a</name><active>1</active>', { active: true }],
    ['a number left empty', '><name>a</name><count/>', { count: null }],
    [
      'nil',
      '><name>a</name><ended xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>',
      { ended: null },
    ],
    ['one repeated element', '><name>a</name><phone>1</phone>', { phones: ['1'] }],
    [
      'two, apart from each other',
      '><phone>1</phone><name>a</name><phone>2</phone>',
      { phones: ['1', '2'] },
    ],
    ['a wrapped list of none', '><name>a</name><members/>', { board: [] }],
    [
      'a wrapped list of one',
      '><name>a</name><members><member><nin>12345678</nin></member></members>',
      { board: [{ nin: '12345678' }] },
    ],
    [
      'text beside an attribute',
      '><name>a</name><area unit="ha">412.50</area>',
      { area: { unit: 'ha', size: '412.50' } },
    ],
    [
      'names that only namespaces tell apart',
      `><name>a</name><g:pos xmlns:g="${GML}">1 2</g:pos><pos xmlns="urn:other">3</pos>`,
      { place: '1 2', pos: '3' },
    ],
    ['CDATA and references', '><name><![CDATA[a<b]]>&amp;&#x6A9;</name>', { name: 'a<b&ک' }],
    ['white space of a text', '><name> a\n b </name>', { name: ' a\n b ' }],
    ['unknown elements passed by', '><name>a</name><more><name>SECRET</name></more>', {}],
    [
      'untyped content as its XML',
      '><name>a</name><extra><x>1 &lt; 2</x></extra>',
      { extra: '<x xmlns="urn:reg">1 &lt; 2</x>' },
    ],
    ['untyped text', '><name>a</name><extra>1 &lt; 2</extra>', { extra: '1 < 2' }],
  ])('%s', async (_name, content, value) => {
    const { value: read } = await ask(openApi(), { body: xml(content) })
    expect(read).toEqual({ name: 'a', phones: [], ...value })
  })

  test('a root list is one, whatever the number of its items', async () => {
    const schema = {
      type: 'array',
      xml: { name: 'rows', wrapped: true },
      items: { type: 'string', xml: { name: 'row' } },
    }
    const contract = openApi(schema)
    expect((await ask(contract, { body: '<rows><row>a</row></rows>' })).value).toEqual({
      items: ['a'],
    })
    expect((await ask(contract, { body: '<rows/>' })).value).toEqual({ items: [] })
  })

  test('a closed description refuses what it does not name', async () => {
    const contract = openApi({ $ref: '#/components/schemas/Sealed' })
    const { error } = await ask(contract, { body: '<Sealed><a>1</a><b>SECRET</b></Sealed>' })
    expect(error).toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason: 'b: expected no member beyond the contract' },
    })
  })

  test('XML that is called a web page is still XML', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' }
    const { value } = await ask(openApi(), { headers, body: xml('><name>a</name>') })
    expect(value).toMatchObject({ name: 'a' })
  })

  test('asks for what the contract says', async () => {
    const { sent } = await ask(openApi(), { body: xml('><name>a</name>') })
    expect(sent?.headers.accept).toBe('application/xml')
  })
})

describe('an XML request by its schema', () => {
  const QUERY = {
    type: 'object',
    required: ['plate'],
    xml: { name: 'GetPermits', namespace: 'urn:reg', prefix: 'r' },
    properties: {
      version: { type: 'string', xml: { attribute: true } },
      plate: { type: 'string' },
      limit: { type: 'integer' },
      kinds: { type: 'array', items: { type: 'string', xml: { name: 'kind' } } },
      points: {
        type: 'array',
        xml: { wrapped: true },
        items: { type: 'string', xml: { name: 'pos', namespace: GML, prefix: 'gml' } },
      },
      when: { type: 'string', nullable: true },
    },
  }
  const contract = openApi(undefined, QUERY)
  const answer = { body: xml('><name>a</name>') }

  test('stands in the order, with the names and in the places of the description', async () => {
    const body = {
      when: null,
      points: ['1 2'],
      kinds: ['a', 'b'],
      limit: 3,
      plate: '12ع345 & <x>',
      version: '"2"',
    }
    const { sent } = await ask(contract, answer, { id: '1', body })
    expect(sent?.headers['content-type']).toBe('text/xml; charset=utf-8')
    expect(sent?.body).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n' +
        '<r:GetPermits xmlns:r="urn:reg" version="&quot;2&quot;">' +
        '<plate>12ع345 &amp; &lt;x&gt;</plate><limit>3</limit><kind>a</kind><kind>b</kind>' +
        `<points><gml:pos xmlns:gml="${GML}">1 2</gml:pos></points>` +
        '<when xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></r:GetPermits>',
    )
  })

  test.each<[string, Tree, string]>([
    ['a member that is missing', { id: '1', body: { limit: 3 } }, 'body.plate'],
    ['an unknown member', { id: '1', body: { plate: 'a', other: 1 } }, 'body.other'],
    ['a character that XML cannot carry', { id: '1', body: { plate: 'a\u0000' } }, 'body.plate'],
    ['no list', { id: '1', body: { plate: 'a', kinds: 'b' } }, 'body.kinds'],
    ['null where there is a value', { id: '1', body: { plate: 'a', limit: null } }, 'body.limit'],
    ['no body', { id: '1' }, 'body'],
  ])('refuses %s', async (_name, input, field) => {
    const { error, sent } = await ask(contract, answer, input)
    expect(error).toMatchObject({ code: 'INPUT_REJECTED', fields: [field] })
    expect(sent).toBeUndefined()
  })
})

test.each<[string, object, object | undefined, string]>([
  [
    'lists of lists',
    {
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'array', items: { type: 'string' } } } },
    },
    undefined,
    'company a: a list of lists that are not wrapped cannot be told apart in XML',
  ],
  [
    'an object as an attribute',
    {
      type: 'object',
      properties: {
        a: { type: 'object', xml: { attribute: true }, properties: { b: { type: 'string' } } },
      },
    },
    undefined,
    'company a: only a value can be an attribute or text',
  ],
  [
    'a body without a name',
    { type: 'object', properties: { a: { type: 'string' } } },
    { type: 'object', properties: { a: { type: 'string' } } },
    'company: the XML of its body has no name (xml.name)',
  ],
])('reports %s at load', async (_name, schema, body, message) => {
  await expect(loadFrom(loadRest, openApi(schema, body))).rejects.toMatchObject({
    findings: [{ file: 'contract.json', message }],
  })
})
