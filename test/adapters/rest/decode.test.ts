import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { loadRest } from '../../../adapters/rest/load.ts'
import { loadFrom } from '../codec-suite.ts'
import { callContext, serve, type WireAnswer } from '../wire.ts'

async function ask(responses: object, answer: WireAnswer) {
  const wire = await serve(() => answer)
  const operation = { operationId: 'x', responses }
  const contract = JSON.stringify({ openapi: '3.1.0', paths: { '/x': { get: operation } } })
  const loaded = await loadFrom(loadRest, contract, { address: wire.address })
  const outcome = await loaded.adapter.call('x', {}, callContext()).then(
    ({ value }) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  const output = loaded.contract.operations.get('x')?.output
  return { ...outcome, output, accept: wire.received[0]?.headers.accept, loaded }
}

const replying = (type: string, schema: object, more: object = {}) => ({
  200: { content: { [type]: { schema } }, ...more },
})

const PERSON = {
  type: 'object',
  required: ['name', 'age'],
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    born: { type: 'string', format: 'date' },
  },
}
const PEOPLE = { type: 'array', items: PERSON }

describe('text/csv', () => {
  test('is read by the names of its first line, in any order', async () => {
    const body = '\uFEFFage,extra,name,born\r\n9007199254740993,x,"a, ""b""\r\nc",\r\n'
    expect(await ask(replying('text/csv', PEOPLE), { body })).toMatchObject({
      accept: 'text/csv',
      value: { items: [{ name: 'a, "b"\r\nc', age: '9007199254740993', born: null }] },
    })
  })

  test.each([
    ['a row of another width', 'name,age\na', '[0]: expected 2 columns'],
    ['a column that is missing', 'name\na', '[0].age: expected a value, not nothing'],
    ['a cell of another type', 'name,age\na,b', '[0].age: expected exact'],
    ['an open quote', 'name,age\n"a,1', 'the body: expected delimited text'],
  ])('refuses %s', async (_what, body, reason) => {
    const { error } = await ask(replying('text/csv', PEOPLE), { body })
    expect(error).toMatchObject({ code: 'SYSTEM_REPLY_INVALID', detail: { reason } })
  })

  test('is no schema but a list of flat objects', async () => {
    await expect(ask(replying('text/csv', PERSON), {})).rejects.toThrow('CSV is a list of objects')
  })
})

describe('other media types', () => {
  test('plain text is a value', async () => {
    expect(
      (await ask(replying('text/plain', { type: 'string' }), { body: ' a;b ' })).value,
    ).toEqual({ value: ' a;b ' })
    expect(
      (await ask(replying('text/plain', { type: 'integer' }), { body: '12\n' })).value,
    ).toEqual({ value: '12' })
  })

  test('bytes are base64', async () => {
    const { value, output } = await ask(replying('application/pdf', {}), { body: '%PDF-1' })
    expect(value).toEqual({ value: 'JVBERi0x' })
    expect(output).toMatchObject({
      fields: new Map([['value', { kind: 'scalar', type: 'binary' }]]),
    })
  })

  test('JSON comes before XML before text where a system offers all', async () => {
    const content = {
      'text/plain': {},
      'text/xml': {},
      'application/problem+json': { schema: PERSON },
    }
    const { accept } = await ask({ 200: { content } }, { body: '{"name":"a","age":1}' })
    expect(accept).toBe('application/problem+json')
  })
})

describe('successes by status', () => {
  const two = {
    200: { content: { 'application/json': { schema: PERSON } } },
    '2XX': {
      content: {
        'application/json': {
          schema: { type: 'object', properties: { queued: { type: 'boolean' } } },
        },
      },
    },
    204: {},
  }

  test.each<[number, string, Tree]>([
    [200, '{"name":"a","age":1}', { name: 'a', age: '1' }],
    [202, '{"queued":true}', { queued: true }],
    [204, '', {}],
  ])('%i is read as it is described', async (status, body, value) => {
    const { value: read, output } = await ask(two, { status, ...(body && { body }) })
    expect(read).toEqual(value)
    expect(output).toEqual({ kind: 'any' })
  })
})

describe('choices', () => {
  const KINDS = {
    oneOf: [
      {
        type: 'object',
        required: ['a', 'k'],
        properties: { a: { type: 'string' }, k: { const: 'A' } },
      },
      {
        type: 'object',
        required: ['b', 'k'],
        properties: { b: { type: 'integer', format: 'int32' }, k: { const: 'B' } },
      },
      { type: 'null' },
    ],
  }

  test('of objects have all members, those of one form absent in the other', async () => {
    const body = '{"it":[{"k":"A","a":"x"},{"k":"B","b":5},null]}'
    const schema = { type: 'object', properties: { it: { type: 'array', items: KINDS } } }
    const { value, output } = await ask(replying('application/json', schema), { body })
    expect(value).toEqual({ it: [{ a: 'x', k: 'A' }, { b: 5, k: 'B' }, null] })
    expect(output).toMatchObject({
      fields: new Map([
        [
          'it',
          {
            kind: 'list',
            of: {
              kind: 'object',
              fields: new Map<string, unknown>([
                ['a', { kind: 'scalar', type: 'string' }],
                ['k', { kind: 'scalar', type: 'string', values: ['A', 'B'] }],
                ['b', { kind: 'scalar', type: 'int' }],
              ]),
              required: new Set(['k']),
            },
          },
        ],
      ]),
    })
  })

  test('a reference in allOf may be null beside it', async () => {
    const schema = {
      type: 'object',
      properties: { a: { nullable: true, allOf: [{ type: 'string', enum: ['x'] }] } },
    }
    expect((await ask(replying('application/json', schema), { body: '{"a":null}' })).value).toEqual(
      { a: null },
    )
    const { error } = await ask(replying('application/json', schema), { body: '{"a":"y"}' })
    expect(error).toMatchObject({ detail: { reason: 'a: expected a listed value', path: 'a' } })
  })

  test('what is written only is none of a reply', async () => {
    const schema = {
      type: 'object',
      required: ['p'],
      properties: { p: { type: 'string', writeOnly: true }, q: { type: 'string' } },
    }
    expect((await ask(replying('application/json', schema), { body: '{"q":"1"}' })).value).toEqual({
      q: '1',
    })
  })
})

test('declared headers of a reply stand under $header', async () => {
  const headers = { 'X-Total-Count': { schema: { type: 'integer', format: 'int32' } }, Link: {} }
  const answer = { headers: { 'x-total-count': '7' }, body: '[]' }
  const { value, output } = await ask(replying('application/json', PEOPLE, { headers }), answer)
  expect(value).toEqual({ items: [], $header: { 'x-total-count': 7, link: null } })
  expect(output?.kind === 'object' && output.fields.has('$header')).toBe(true)
})

test.each<[string, object, Tree]>([
  [
    'application/json',
    PEOPLE,
    { items: [{ name: 'ن', age: '9007199254740993', born: '2020-01-01' }] },
  ],
  ['application/json', PERSON, { name: 'a', age: '1' }],
  ['text/xml', { ...PERSON, xml: { name: 'p' } }, { name: 'a', age: '1' }],
  ['text/plain', { type: 'string' }, { value: 'a' }],
  ['application/pdf', {}, { value: 'JVBERi0x' }],
])('an answer of %s that is made is read back', async (type, schema, value) => {
  const { loaded } = await ask(replying(type, schema), {})
  const { status, headers, body } = loaded.answer!('x', value)
  const { error, value: read } = await ask(replying(type, schema), { status, headers, body })
  expect(error).toBeUndefined()
  expect(read).toEqual(value)
})
