// Replies that are well formed enough to be taken for something else, and requests that a caller's value would make into
// another one. Over a real socket.

import { describe, expect, test } from 'vitest'

import type { Tree } from '../../adapters/adapter.ts'
import { loadRest } from '../../adapters/rest/load.ts'
import { loadFrom } from '../adapters/codec-suite.ts'
import { callContext, serve, type WireAnswer } from '../adapters/wire.ts'

const RECORD = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    height: { type: 'number', format: 'double' },
    sum: { type: 'number' },
    serial: { type: 'integer' },
    // Makers of vehicles are called so.
    constructor: { type: 'string' },
    toString: { type: 'string' },
    sex: { type: 'string', nullable: true, enum: ['M', null] },
    odd: { type: 'string', format: 'constructor' },
  },
}

const list = (name: string, more: object) => ({
  name,
  schema: { type: 'array', items: { type: 'string' } },
  ...more,
})
const PARAMETERS = [
  { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
  { name: 'q', in: 'query', schema: { type: 'string' } },
  { name: 'n', in: 'query', schema: { type: 'integer', format: 'int32' } },
  list('ids', { in: 'query', explode: false }),
  list('pipes', { in: 'query', style: 'pipeDelimited', explode: false }),
  list('each', { in: 'query' }),
  list('X-Codes', { in: 'header' }),
  { name: 'X-Word', in: 'header', schema: { type: 'string' } },
  { name: 'word', in: 'cookie', schema: { type: 'string' } },
  { name: 'Authorization', in: 'header', schema: { type: 'string' } },
]

const content = (type: string) => ({ [type]: { schema: RECORD } })

function contract(body?: string): string {
  return JSON.stringify({
    openapi: '3.0.3',
    paths: {
      '/a/{id}': {
        post: {
          operationId: 'o',
          parameters: PARAMETERS,
          ...(body !== undefined && { requestBody: { content: content(body) } }),
          responses: { 200: { content: content('application/json') } },
        },
      },
    },
  })
}

async function ask(input: Tree, answer: WireAnswer = { body: '{}' }, body?: string) {
  const wire = await serve(() => ({ headers: { 'content-type': 'application/json' }, ...answer }))
  const { adapter } = await loadFrom(loadRest, contract(body), { address: wire.address })
  const { value, error } = await adapter.call('o', { id: '1', ...input }, callContext()).then(
    (reply) => ({ value: reply.value, error: undefined }),
    (thrown: unknown) => ({ value: undefined, error: thrown }),
  )
  return { value, error, sent: wire.received[0] }
}

describe('a reply', () => {
  test.each([
    ['a name twice', '{"name":"a","name":"b"}', 'not JSON'],
    ['a name twice, once escaped', '{"name":"a","n\\u0061me":"b"}', 'not JSON'],
    ['a name twice within', '{"name":"a","x":[{"y":1,"y":1}]}', 'not JSON'],
    ['more than a double holds', '{"height":1e400}', 'height: expected double'],
    ['the word null where nothing is listed', '{"sex":"null"}', 'sex: expected a listed value'],
  ])('with %s is refused', async (_what, body, reason) => {
    const { error } = await ask({}, { body })
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
  })

  test.each<[string, Tree]>([
    ['{"name":"a\\"name\\":","serial":1}', { name: 'a"name":', serial: '1' }],
    ['{"name":"\\\\","sum":1e400}', { name: '\\', sum: '1e400' }],
    ['{"name":"x\\\\\\"","x":{"name":1}}', { name: 'x\\"' }],
    ['{"sex":null,"odd":"x"}', { sex: null, odd: 'x' }],
    ['{"__proto__":{"name":"x"}}', {}],
    ['{"constructor":"Saipa","toString":"x"}', { constructor: 'Saipa', toString: 'x' }],
  ])('%s is what it says', async (body, value) => {
    const { value: found } = await ask({}, { body })
    expect(JSON.stringify(found)).toBe(JSON.stringify(value))
  })

  test.each(['iso-8859-1', 'windows-1256', 'utf-16', 'us-ascii'])(
    'of UTF-8 whose server says %s is read as what it is',
    async (charset) => {
      const headers = { 'content-type': `application/json; charset=${charset}` }
      const { value } = await ask({}, { headers, body: '{"name":"علی رضایی"}' })
      expect(value).toEqual({ name: 'علی رضایی' })
    },
  )

  test('of few letters is of the charset that it says', async () => {
    // C2 90 is a letter of UTF-8 as well.
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.of(0xc2, 0x90), Buffer.from('"}')])
    const headers = { 'content-type': 'application/json; charset=windows-1256' }
    expect((await ask({}, { headers, body })).value).toEqual({ name: 'آگ' })
  })

  test('of an unknown charset is refused', async () => {
    const headers = { 'content-type': 'application/json; charset=iran-system' }
    const { error } = await ask({}, { headers, body: '{"name":"علی رضایی"}' })
    expect(error).toMatchObject({ detail: { reason: 'not of its charset' } })
  })
})

describe('a request', () => {
  test.each<[string, Tree]>([
    ['a way up', { id: '..' }],
    ['a way up and on', { id: '../../admin' }],
    ['a way up within', { id: 'a/../b' }],
    ['a way up by the other slash', { id: '..\\admin' }],
    ['a line end', { id: 'a\r\nb' }],
    ['an end of text', { id: 'a\u0000' }],
    ['half a letter', { id: 'a\ud800' }],
    ['half a letter in the query', { q: '\udfff' }],
    ['half a letter in a header', { 'X-Word': '\ud800' }],
    ['half a letter in a cookie', { word: '\ud800' }],
    ['a line end in a header', { 'X-Word': 'a\r\nb: c' }],
    ['a comma in a list of commas', { ids: ['1,2'] }],
    ['a bar in a list of bars', { pipes: ['1|2'] }],
    ['a comma in a list of a header', { 'X-Codes': ['1,2'] }],
    ['a number beyond its 32 bits', { n: 2_147_483_648 }],
    ['a header that is not the contract’s to set', { Authorization: 'Basic x' }],
  ])('with %s is refused, and nothing is sent', async (_what, input) => {
    const { error, sent } = await ask(input)
    expect([error, sent]).toMatchObject([{ code: 'INPUT_REJECTED' }, undefined])
  })

  test('what looks like a template, a query or a formula is a value like any other', async () => {
    const word = '\ufeff{env.HOME}${x}{{y}}{id}&n=1#?%2e=;@$1'
    const { sent } = await ask({ id: word, q: word, each: [word, '1,2'], n: -2_147_483_648 })
    const url = new URL(`http://system${sent?.url}`)
    expect(decodeURIComponent(url.pathname)).toBe(`/base/a/${word}`)
    expect(url.searchParams.getAll('q')).toEqual([word])
    expect(url.searchParams.getAll('each')).toEqual([word, '1,2'])
    expect([...url.searchParams.keys()].toSorted()).toEqual(['each', 'each', 'n', 'q'])
  })

  test.each([
    ['application/json', '{"name":"x"}'],
    ['application/x-www-form-urlencoded', 'name=x'],
    ['application/xml', '<name>x</name>'],
  ])('of %s has no member that nobody gave', async (type, sent) => {
    const named = contract(type).replaceAll('"type":"object"', '"type":"object","xml":{"name":"r"}')
    const wire = await serve(() => ({
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }))
    const { adapter } = await loadFrom(loadRest, named, { address: wire.address })
    await adapter.call('o', { id: '1', body: { name: 'x' } }, callContext())
    expect(wire.received[0]?.body.replace(/^<\?.*?\?>\s*|<\/?r>/g, '')).toBe(sent)
  })

  test('half a letter is escaped where JSON can, and refused where a form cannot', async () => {
    const json = await ask({ body: { name: '\ud800' } }, { body: '{}' }, 'application/json')
    expect(json.sent?.body).toBe('{"name":"\\ud800"}')
    const form = 'application/x-www-form-urlencoded'
    const { error } = await ask({ body: { name: '\ud800' } }, { body: '{}' }, form)
    expect(error).toMatchObject({ code: 'INPUT_REJECTED' })
  })
})
