import { encode } from 'iconv-lite'
import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { loadRest } from '../../../adapters/rest/load.ts'
import { codecSuite, loadFrom } from '../codec-suite.ts'
import { callContext, serve, systemSettings, type WireAnswer } from '../wire.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const PERSON = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    serial: { type: 'integer', format: 'int64' },
    count: { type: 'integer', format: 'int32' },
    share: { type: 'number' },
    height: { type: 'number', format: 'double' },
    alive: { type: 'boolean' },
    born: { type: 'string', format: 'date' },
    sex: { type: 'string', enum: ['M', 'F'], nullable: true },
    marks: {
      type: 'array',
      items: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
    },
    kin: { type: 'array', items: { $ref: '#/components/schemas/Person' } },
    plates: { type: 'array', items: { type: 'string' } },
    extra: {},
  },
}

function openApi(paths: object, version = '3.0.3'): string {
  const sealed = {
    type: 'object',
    additionalProperties: false,
    properties: { a: { type: 'string' } },
  }
  return JSON.stringify({
    openapi: version,
    paths,
    components: { schemas: { Person: PERSON, Sealed: sealed } },
  })
}

function replying(schema: object, more: object = {}): object {
  return {
    responses: { 200: { content: { 'application/json; charset=utf-8': { schema } } }, ...more },
  }
}

const PERSON_PATHS = {
  '/persons/{id}': {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    get: { operationId: 'person', ...replying({ $ref: '#/components/schemas/Person' }) },
  },
}

codecSuite('rest', {
  load: loadRest,
  contract: openApi(PERSON_PATHS),
  operation: 'person',
  input: { id: '0012345678' },
  answer: { headers: JSON_TYPE, body: '{"name":"نور","serial":1}' },
  value: { name: 'نور', serial: '1' },
  arabic: {
    headers: { 'content-type': 'application/json; charset=windows-1256' },
    body: encode('{"name":"نور","serial":1}', 'windows-1256'),
  },
  unknownInput: { id: '1', other: '0012345678' },
  garbage: {
    'not JSON': { headers: JSON_TYPE, body: '{"name":"SECRET' },
    'not of its charset': {
      headers: JSON_TYPE,
      body: encode('{"name":"محرمانه"}', 'windows-1256'),
    },
    'name: expected a value, not nothing': { headers: JSON_TYPE, body: '{"nam":"SECRET"}' },
    'serial: expected exact': {
      headers: JSON_TYPE,
      body: '{"name":"SECRET","serial":"0012345678"}',
    },
    'extra: expected less nesting': {
      headers: JSON_TYPE,
      body: `{"name":"SECRET","extra":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    },
    'marks[0].code: expected a value, not nothing': {
      headers: JSON_TYPE,
      body: '{"name":"SECRET","marks":[{}]}',
    },
  },
})

async function ask(contract: string, operation: string, input: Tree, answer: WireAnswer = {}) {
  const wire = await serve(() => ({ headers: JSON_TYPE, body: '{}', ...answer }))
  const { adapter, contract: loaded } = await loadFrom(loadRest, contract, {
    address: wire.address,
  })
  const outcome = await adapter.call(operation, input, callContext()).then(
    ({ value }) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  return { ...outcome, sent: wire.received[0], loaded }
}

describe('a reply by its schema', () => {
  test.each<[string, string, Tree]>([
    [
      '64-bit integers',
      '{"name":"a","serial":9007199254740993}',
      { name: 'a', serial: '9007199254740993' },
    ],
    [
      'an integer with a fraction of zero',
      '{"name":"a","serial":12.0,"count":3.0}',
      { name: 'a', serial: '12', count: 3 },
    ],
    [
      'decimals',
      '{"name":"a","share":1.50,"height":1.50}',
      { name: 'a', share: '1.50', height: 1.5 },
    ],
    ['dates as text', '{"name":"a","born":"1359-10-12"}', { name: 'a', born: '1359-10-12' }],
    [
      'declared and optional nulls',
      '{"name":"a","sex":null,"alive":null}',
      { name: 'a', sex: null, alive: null },
    ],
    ['members nobody declared', '{"name":"a","other":1,"__proto__":{"x":1}}', { name: 'a' }],
    [
      'a list of one that lost its brackets',
      '{"name":"a","plates":"12"}',
      { name: 'a', plates: ['12'] },
    ],
    [
      'a type within itself',
      '{"name":"a","kin":[{"name":"b","n":5,"big":9007199254740993,"d":1.0}]}',
      { name: 'a', kin: [{ name: 'b', n: 5, big: '9007199254740993', d: '1.0' }] },
    ],
    [
      'untyped content',
      '{"name":"a","extra":{"x":[1,null,true,1.5]}}',
      { name: 'a', extra: { x: [1, null, true, '1.5'] } },
    ],
  ])('keeps %s', async (_name, body, value) => {
    const answer = await ask(openApi(PERSON_PATHS), 'person', { id: '1' }, { body })
    expect(answer.error).toBeUndefined()
    expect(answer.value).toEqual(value)
  })

  test.each([
    ['{"name":null}', 'name: expected a value, not null'],
    ['{"name":5}', 'name: expected string'],
    ['{"name":"a","count":3.5}', 'count: expected int'],
    ['{"name":"a","count":2147483648}', 'count: expected int'],
    ['{"name":"a","alive":"true"}', 'alive: expected boolean'],
    ['{"name":"a","sex":"X"}', 'sex: expected a listed value'],
    ['{"name":"a","marks":{"code":1}}', 'marks[0].code: expected string'],
    ['[]', 'the body: expected an object'],
    ['7', 'the body: expected an object'],
    ['', 'not JSON'],
    [`{"name":"a","extra":${'['.repeat(102)}${']'.repeat(102)}}`, 'extra: expected less nesting'],
  ])('refuses %s', async (body, reason) => {
    const { error } = await ask(openApi(PERSON_PATHS), 'person', { id: '1' }, { body })
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
  })

  test('refuses nesting that would exhaust the stack', async () => {
    const body = `{"name":"a","extra":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    const { error } = await ask(openApi(PERSON_PATHS), 'person', { id: '1' }, { body })
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID' })
  })

  test('refuses a member beyond a closed schema', async () => {
    const contract = openApi({
      '/x': { get: { operationId: 'x', ...replying({ $ref: '#/components/schemas/Sealed' }) } },
    })
    expect(await ask(contract, 'x', {}, { body: '{"a":"1"}' })).toMatchObject({ value: { a: '1' } })
    const { error } = await ask(contract, 'x', {}, { body: '{"a":"1","SECRET":1}' })
    expect(error).toMatchObject({
      detail: { reason: 'the body: expected no member beyond the contract' },
    })
  })

  test.each<[string, object, string, Tree]>([
    [
      'a list',
      { type: 'array', items: { type: 'integer', format: 'int32' } },
      '[1,2]',
      { items: [1, 2] },
    ],
    ['a single value', { type: 'boolean' }, 'true', { value: true }],
    [
      '3.1 types',
      { type: 'object', properties: { a: { type: ['string', 'null'] } }, required: ['a'] },
      '{"a":null}',
      { a: null },
    ],
    [
      'allOf',
      { allOf: [{ $ref: '#/components/schemas/Sealed' }, { properties: { b: { const: 'x' } } }] },
      '{"a":"1","b":"x"}',
      { a: '1', b: 'x' },
    ],
    [
      'a choice of anything',
      { oneOf: [{ type: 'string' }, { type: 'array' }] },
      '{"a":1.10}',
      { a: '1.10' },
    ],
    [
      'a small enumeration of integers',
      { type: 'object', properties: { a: { type: 'integer', enum: [2] } } },
      '{"a":2}',
      { a: 2 },
    ],
  ])('reads %s', async (_name, schema, body, value) => {
    const contract = openApi({ '/x': { get: { operationId: 'x', ...replying(schema) } } }, '3.1.0')
    expect(await ask(contract, 'x', {}, { body })).toMatchObject({ value, error: undefined })
  })

  test('an operation without content answers an empty tree', async () => {
    const contract = openApi({ '/x': { put: { operationId: 'x', responses: { 204: {} } } } })
    expect(await ask(contract, 'x', {}, { status: 204, body: '' })).toMatchObject({ value: {} })
  })

  test('a declared 404 is no record; an undeclared one a refusal', async () => {
    const declared = openApi({
      '/x': { get: { operationId: 'x', ...replying(PERSON, { 404: {} }) } },
    })
    expect(await ask(declared, 'x', {}, { status: 404, body: 'gone' })).toMatchObject({ value: {} })
    const undeclared = openApi({ '/x': { get: { operationId: 'x', ...replying(PERSON) } } })
    const { error } = await ask(undeclared, 'x', {}, { status: 404 })
    expect(error).toMatchObject({ code: 'SYSTEM_REFUSED' })
  })

  test('falls back to the charset of the settings where none is declared', async () => {
    const { address } = await serve(() => ({
      headers: JSON_TYPE,
      body: encode('{"name":"نور"}', 'windows-1256'),
    }))
    const settings = systemSettings({ charset: 'windows-1256' })
    const { adapter } = await loadFrom(loadRest, openApi(PERSON_PATHS), { address, settings })
    expect((await adapter.call('person', { id: '1' }, callContext())).value).toEqual({
      name: 'نور',
    })
  })
})

const ASK_PATHS = {
  '/a/{id}/b': {
    post: {
      operationId: 'ask',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer', format: 'int64' } },
        { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
        { name: 'many', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        {
          name: 'few',
          in: 'query',
          explode: false,
          schema: { type: 'array', items: { type: 'integer' } },
        },
        { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['n', 'list'],
              properties: {
                n: { type: 'integer', format: 'int64' },
                d: { type: 'number' },
                kind: { type: 'string', enum: ['a', 'b'] },
                list: {
                  type: 'array',
                  items: { type: 'object', required: ['k'], properties: { k: { type: 'string' } } },
                },
              },
            },
          },
        },
      },
      responses: { 200: {} },
    },
  },
  '/s/{s}': {
    get: {
      operationId: 's',
      parameters: [{ name: 's', in: 'path', schema: { type: 'string' } }],
      responses: {},
    },
  },
}
const BODY = { n: '9007199254740993', list: [{ k: '{env.X}' }] }
const INPUT = { id: '5', q: 'سلام & "', body: BODY }

describe('a request by its contract', () => {
  test('puts every member in its place, exact and escaped', async () => {
    const input = {
      ...INPUT,
      many: ['a b', 'c'],
      few: [1, '2'],
      'X-Trace': 't',
      body: { ...BODY, d: '1.50' },
    }
    const { sent } = await ask(openApi(ASK_PATHS), 'ask', input)
    expect(sent).toMatchObject({
      method: 'POST',
      url: '/base/a/5/b?q=%D8%B3%D9%84%D8%A7%D9%85%20%26%20%22&many=a%20b&many=c&few=1,2',
      headers: {
        'x-trace': 't',
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
      },
      body: '{"n":9007199254740993,"d":1.50,"list":[{"k":"{env.X}"}]}',
    })
  })

  test.each<[string, Tree]>([
    ['id', { ...INPUT, id: '5/../6' }],
    ['id', { q: 'x', body: BODY }],
    ['q', { id: '5', body: BODY }],
    ['q', { ...INPUT, q: null }],
    ['few[1]', { ...INPUT, few: ['1', '0012345678x'] }],
    ['X-Trace', { ...INPUT, 'X-Trace': 'a\r\nCookie: b' }],
    ['body', { id: '5', q: 'x' }],
    ['body', { ...INPUT, body: 'text' }],
    ['body.n', { ...INPUT, body: { list: [] } }],
    ['body.n', { ...INPUT, body: { ...BODY, n: '007' } }],
    ['body.kind', { ...INPUT, body: { ...BODY, kind: 'c' } }],
    ['body.list', { ...INPUT, body: { ...BODY, list: { k: 'a' } } }],
    ['body.list[1].k', { ...INPUT, body: { ...BODY, list: [{ k: '' }, {}] } }],
    ['body.list[0].k', { ...INPUT, body: { ...BODY, list: [{ k: 5 }] } }],
    ['body.list[0].x', { ...INPUT, body: { ...BODY, list: [{ k: '', x: 1 }] } }],
  ])('refuses by %s and sends nothing', async (field, input) => {
    const { error, sent } = await ask(openApi(ASK_PATHS), 'ask', input)
    expect(error).toMatchObject({ code: 'INPUT_REJECTED', fields: [field] })
    expect(sent).toBeUndefined()
  })

  test.each(['', '.', '..'])('refuses the path segment "%s"', async (s) => {
    const { error, sent } = await ask(openApi(ASK_PATHS), 's', { s })
    expect(error).toMatchObject({ code: 'INPUT_REJECTED', fields: ['s'] })
    expect(sent).toBeUndefined()
  })

  test('escapes what a path segment may hold', async () => {
    const { sent } = await ask(openApi(ASK_PATHS), 's', { s: '1/a?b#c' })
    expect(sent?.url).toBe('/base/s/1%2Fa%3Fb%23c')
  })
})

describe('the contract', () => {
  test('gives shapes to check mappings against', async () => {
    const { loaded } = await ask(openApi(PERSON_PATHS), 'person', { id: '1' })
    const { input, output } = loaded.operations.get('person') ?? {}
    expect(input).toEqual({
      kind: 'object',
      fields: new Map([['id', { kind: 'scalar', type: 'string' }]]),
      required: new Set(['id']),
    })
    const fields = output?.kind === 'object' ? output.fields : new Map<string, unknown>()
    expect(Object.fromEntries(fields)).toMatchObject({
      serial: { type: 'exact' },
      count: { type: 'int' },
      share: { type: 'exact' },
      height: { type: 'double' },
      born: { type: 'date' },
      kin: { kind: 'list', of: { kind: 'any' } },
      extra: { kind: 'any' },
    })
  })

  test('reports everything that cannot be spoken, all at once', async () => {
    const contract = openApi(
      {
        '/a/{x}': { get: { operationId: 'a', responses: {} } },
        '/b': {
          trace: { operationId: 'b' },
          get: { responses: { 200: { $ref: '#/components/none' } } },
          post: {
            operationId: 'c',
            parameters: [
              { name: 'c', in: 'body', schema: {} },
              { name: 'h', in: 'header', style: 'form', schema: {} },
              {
                name: 'o',
                in: 'query',
                schema: { type: 'object', properties: { a: { type: 'array' } } },
              },
            ],
            requestBody: { content: { 'text/turtle': {} } },
            responses: {},
          },
        },
      },
      '2.0',
    )
    const error: unknown = await loadFrom(loadRest, contract).catch((each: unknown) => each)
    expect(String(error).split('\n')).toEqual([
      expect.stringContaining('is 2.0, not an OpenAPI 3 or Swagger 2.0 description'),
      expect.stringContaining('a: {x} of the path is not a parameter'),
      expect.stringContaining('#/components/none is not a place'),
      expect.stringContaining('c: a parameter in body is not spoken'),
      expect.stringContaining('parameter h: there is no style form in the header'),
      expect.stringContaining('c: parameter o is no value, list or record of values'),
      expect.stringContaining('c: a request body of text/turtle is not spoken'),
    ])
  })
})
