import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { loadRest } from '../../../adapters/rest/load.ts'
import { loadFrom } from '../codec-suite.ts'
import { callContext, serve, systemSettings } from '../wire.ts'

const FORM = {
  type: 'object',
  required: ['name'],
  properties: {
    id: { type: 'integer', readOnly: true },
    name: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    point: { type: 'object', properties: { x: { type: 'number' } } },
    file: { type: 'string', format: 'binary' },
  },
}

async function send(type: string, body: Tree | string, media: object = {}, charset?: string) {
  const wire = await serve(() => ({ status: 204 }))
  const schema = typeof body === 'string' ? { type: 'string' } : FORM
  const operation = {
    operationId: 'x',
    requestBody: { required: true, content: { [type]: { schema, ...media } } },
    responses: {},
  }
  const contract = JSON.stringify({ openapi: '3.1.0', paths: { '/x': { post: operation } } })
  const settings = systemSettings(charset === undefined ? {} : { charset })
  const { adapter } = await loadFrom(loadRest, contract, { address: wire.address, settings })
  await adapter.call('x', { body }, callContext())
  const [sent] = wire.received
  return { body: sent?.body, type: sent?.headers['content-type'] }
}

const URLENCODED = 'application/x-www-form-urlencoded'

describe('a form', () => {
  test('holds values, lists and records', async () => {
    const body = { name: 'a&b', tags: ['1', '2'], point: { x: '1.50' } }
    expect(await send(URLENCODED, body)).toEqual({
      type: URLENCODED,
      body: 'name=a%26b&tags=1&tags=2&point=%7B%22x%22%3A1.50%7D',
    })
    const encoding = { tags: { explode: false } }
    expect((await send(URLENCODED, { name: 'a', tags: ['1', '2'] }, { encoding })).body).toBe(
      'name=a&tags=1%2C2',
    )
  })

  test.each([
    [`${URLENCODED}; charset=windows-1256`, undefined],
    [URLENCODED, 'windows-1256'],
  ])('is written in its charset: %s %s', async (type, charset) => {
    expect(await send(type, { name: 'زهرا' }, {}, charset)).toEqual({
      type: `${URLENCODED}; charset=windows-1256`,
      body: 'name=%D2%E5%D1%C7',
    })
  })

  test.each<[Tree, string]>([
    [{}, 'body.name'],
    [{ name: 'a', other: 1 }, 'body.other'],
    [{ name: 'a', id: '5' }, 'body.id'],
    [{ name: 'a', tags: 'x' }, 'body.tags'],
  ])('refuses %j', async (body, field) => {
    await expect(send(URLENCODED, body)).rejects.toMatchObject({
      code: 'INPUT_REJECTED',
      fields: [field],
    })
  })
})

describe('multipart/form-data', () => {
  test('has parts in the order of the contract, a file as bytes', async () => {
    const encoding = { file: { contentType: 'application/pdf, image/png' } }
    const body = { name: 'نور', file: 'JVBERi0x', point: { x: '1.50' } }
    const { type, body: sent } = await send('multipart/form-data', body, { encoding })
    const boundary = /boundary=(.+)$/.exec(type ?? '')?.[1]
    expect(sent).toBe(
      [
        `--${boundary}`,
        'content-disposition: form-data; name="name"',
        '',
        'نور',
        `--${boundary}`,
        'content-disposition: form-data; name="point"',
        '',
        '{"x":1.50}',
        `--${boundary}`,
        'content-disposition: form-data; name="file"; filename="file"',
        'content-type: application/pdf',
        '',
        '%PDF-1',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    )
  })

  test('a value cannot begin a part of its own', async () => {
    const { type, body } = await send('multipart/form-data', { name: '\r\n--part-\r\nx' })
    const boundary = /boundary=(.+)$/.exec(type ?? '')?.[1] ?? ''
    expect(body?.split(`--${boundary}`)).toHaveLength(3)
  })

  test('a file that is no base64 is refused', async () => {
    await expect(send('multipart/form-data', { name: 'a', file: 'x!' })).rejects.toMatchObject({
      fields: ['body.file'],
    })
  })
})

test('a body of plain text or bytes', async () => {
  expect(await send('text/plain', 'سلام', {}, 'utf-8')).toEqual({
    type: 'text/plain; charset=utf-8',
    body: 'سلام',
  })
  expect(await send('application/pdf', 'JVBERi0x')).toEqual({
    type: 'application/pdf',
    body: '%PDF-1',
  })
})
