import { describe, expect, test } from 'vitest'

import type { Value } from '../../../adapters/adapter.ts'
import { loadRest } from '../../../adapters/rest/load.ts'
import { loadFrom } from '../codec-suite.ts'
import { callContext, serve, systemSettings } from '../wire.ts'

const LIST = { type: 'array', items: { type: 'string' } }
const RECORD = { type: 'object', properties: { R: { type: 'integer' }, G: { type: 'string' } } }
const COLOURS = ['blue', 'b&w']
const RGB = { R: 100, G: 'a b' }

async function send(parameter: object, value: Value, charset?: string) {
  const wire = await serve(() => ({ status: 204 }))
  const path = Object(parameter)['in'] === 'path' ? '/x/{c}/y' : '/x'
  const operation = { operationId: 'x', parameters: [{ name: 'c', ...parameter }], responses: {} }
  const contract = JSON.stringify({ openapi: '3.0.0', paths: { [path]: { get: operation } } })
  const settings = systemSettings(charset === undefined ? {} : { charset })
  const { adapter } = await loadFrom(loadRest, contract, { address: wire.address, settings })
  await adapter.call('x', { c: value }, callContext())
  const [sent] = wire.received
  return { url: sent?.url.slice('/base'.length), headers: sent?.headers ?? {} }
}

// The table of OpenAPI 3.1 §4.8.12.4 and RFC 6570, with characters that have to be escaped.
describe('styles', () => {
  test.each<[object, Value, string]>([
    [{ in: 'query', schema: LIST }, COLOURS, '/x?c=blue&c=b%26w'],
    [{ in: 'query', explode: false, schema: LIST }, COLOURS, '/x?c=blue,b%26w'],
    [{ in: 'query', schema: LIST }, [], '/x'],
    [
      { in: 'query', explode: false, style: 'spaceDelimited', schema: LIST },
      COLOURS,
      '/x?c=blue%20b%26w',
    ],
    [
      { in: 'query', explode: false, style: 'pipeDelimited', schema: LIST },
      COLOURS,
      '/x?c=blue%7Cb%26w',
    ],
    [{ in: 'query', schema: RECORD }, RGB, '/x?R=100&G=a%20b'],
    [{ in: 'query', explode: false, schema: RECORD }, RGB, '/x?c=R,100,G,a%20b'],
    [{ in: 'query', style: 'deepObject', schema: RECORD }, RGB, '/x?c[R]=100&c[G]=a%20b'],
    [
      { in: 'query', content: { 'application/json': { schema: RECORD } } },
      RGB,
      '/x?c=%7B%22R%22%3A100%2C%22G%22%3A%22a%20b%22%7D',
    ],
    [{ in: 'query' }, 'a b', '/x?c=a%20b'],
    [{ in: 'path', schema: LIST }, COLOURS, '/x/blue,b%26w/y'],
    [{ in: 'path', explode: true, schema: RECORD }, RGB, '/x/R=100,G=a%20b/y'],
    [{ in: 'path', style: 'label', schema: LIST }, COLOURS, '/x/.blue,b%26w/y'],
    [{ in: 'path', style: 'label', explode: true, schema: LIST }, COLOURS, '/x/.blue.b%26w/y'],
    [{ in: 'path', style: 'matrix', schema: LIST }, COLOURS, '/x/;c=blue,b%26w/y'],
    [{ in: 'path', style: 'matrix', explode: true, schema: LIST }, COLOURS, '/x/;c=blue;c=b%26w/y'],
    [{ in: 'path', style: 'matrix', explode: true, schema: RECORD }, RGB, '/x/;R=100;G=a%20b/y'],
  ])('%j of %j is %s', async (parameter, value, url) => {
    expect((await send(parameter, value)).url).toBe(url)
  })

  test('headers and cookies', async () => {
    expect((await send({ in: 'header', schema: LIST }, COLOURS)).headers['c']).toBe('blue,b&w')
    const exploded = await send({ in: 'header', explode: true, schema: RECORD }, RGB)
    expect(exploded.headers['c']).toBe('R=100,G=a b')
    const { headers } = await send({ in: 'cookie', schema: { type: 'string' } }, 'a; b')
    expect(headers.cookie).toBe('c=a%3B%20b')
  })

  test('a query in the charset of the system, or not at all', async () => {
    const parameter = { in: 'query', schema: { type: 'string' } }
    expect((await send(parameter, 'زهرا', 'windows-1256')).url).toBe('/x?c=%D2%E5%D1%C7')
    await expect(send(parameter, '日', 'windows-1256')).rejects.toMatchObject({
      code: 'INPUT_REJECTED',
      fields: ['c'],
    })
  })

  test.each<[object, Value]>([
    [{ in: 'query', style: 'deepObject', schema: RECORD }, { R: 'x' }],
    [{ in: 'query', style: 'deepObject', schema: RECORD }, { B: 1 }],
    [{ in: 'query', schema: RECORD }, 'text'],
  ])('refuses %j of %j', async (parameter, value) => {
    await expect(send(parameter, value)).rejects.toMatchObject({ code: 'INPUT_REJECTED' })
  })
})
