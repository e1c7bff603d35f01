import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import type { LoadedAdapter, Tree } from '../../../adapters/adapter.ts'
import { loadRest } from '../../../adapters/rest/load.ts'
import { openTransport } from '../../../adapters/transport/http.ts'
import { callContext, serve, systemSettings, type Wire, type WireAnswer } from '../wire.ts'

/** A folder of these files, the first of them the contract, in front of a real socket. */
async function open(
  files: Readonly<Record<string, string>>,
  { answer = {}, operations = {} }: { answer?: WireAnswer; operations?: object } = {},
): Promise<LoadedAdapter & { readonly wire: Wire }> {
  const folder = await mkdtemp(join(tmpdir(), 'description-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const wire = await serve(() => ({ body: '{"name":"a"}', ...answer }))
  const limits = { replyBytes: 65_536, concurrency: 2 }
  const transport = openTransport({ system: 'sys', address: wire.address, limits })
  onTestFinished(() => transport.close())
  const [contract = ''] = Object.keys(files)
  const settings = systemSettings({ contract, operations: Object(operations) })
  return {
    ...(await loadRest({ system: 'sys', folder, settings, transport, secret: () => '' })),
    wire,
  }
}

async function call(loaded: LoadedAdapter, operation: string, input: Tree): Promise<Tree> {
  return (await loaded.adapter.call(operation, input, callContext())).value
}

const SWAGGER = `
swagger: 2.0
basePath: /ignored
consumes: [application/json]
parameters:
  Nin: { name: nin, in: path, required: true, type: string }
definitions:
  Person:
    type: object
    required: [name]
    properties:
      name: { type: string }
      age: { type: integer, format: int32, x-nullable: true }
responses:
  Found: { description: found, schema: { $ref: '#/definitions/Person' } }
paths:
  /persons/{nin}:
    parameters: [{ $ref: '#/parameters/Nin' }]
    get:
      operationId: person
      parameters:
        - { name: tags, in: query, type: array, items: { type: string }, collectionFormat: COLLECTION }
      responses: { 200: { $ref: '#/responses/Found' } }
    post:
      operationId: change
      parameters:
        - { name: it, in: body, required: true, schema: { $ref: '#/definitions/Person' } }
      responses: { 200: { $ref: '#/responses/Found' } }
    patch:
      operationId: form
      consumes: [application/x-www-form-urlencoded]
      parameters:
        - { name: city, in: formData, required: true, type: string }
        - { name: no, in: formData, type: integer }
      responses: { 204: {} }
    put:
      operationId: upload
      parameters: [{ name: photo, in: formData, required: true, type: file }]
      responses: { 204: {} }
`

describe('Swagger 2.0 in YAML', () => {
  test.each([
    ['csv', 'tags=a,b.c'],
    ['multi', 'tags=a&tags=b.c'],
    ['pipes', 'tags=a%7Cb.c'],
    ['ssv', 'tags=a%20b.c'],
    ['tsv', 'tags=a%09b.c'],
  ])('a collection of format %s is %s', async (format, query) => {
    const loaded = await open({ 'api.yaml': SWAGGER.replace('COLLECTION', format) })
    expect(await call(loaded, 'person', { nin: '0012', tags: ['a', 'b.c'] })).toEqual({ name: 'a' })
    expect(loaded.wire.received[0]?.url).toBe(`/base/persons/0012?${query}`)
  })

  test('a body, a form and a file are request bodies; a method beyond GET and POST is spoken', async () => {
    const loaded = await open({ 'api.yaml': SWAGGER.replace('COLLECTION', 'csv') })
    await call(loaded, 'change', { nin: '1', body: { name: 'ب', age: null } })
    await call(loaded, 'form', { nin: '1', body: { city: 'قم', no: '7' } })
    await call(loaded, 'upload', { nin: '1', body: { photo: 'aGk=' } })
    const [change, form, upload] = loaded.wire.received
    expect(change?.body).toBe('{"name":"ب","age":null}')
    expect(form).toMatchObject({ method: 'PATCH', body: 'city=%D9%82%D9%85&no=7' })
    expect(form?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(upload?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=part-/)
    expect(upload?.body).toContain('name="photo"; filename="photo"')
    expect(upload?.body).toContain('\r\n\r\nhi\r\n')
  })
})

describe('descriptions of several files', () => {
  const MAIN = {
    openapi: '3.1.0',
    paths: {
      '/p': {
        get: {
          operationId: 'p',
          responses: {
            200: {
              content: { 'application/json': { schema: { $ref: 'parts/person.yaml#/Person' } } },
            },
          },
        },
      },
    },
  }
  const PERSON = `
Person:
  type: object
  properties:
    name: { $ref: '#/Name' }
    kin: { type: array, items: { $ref: '../parts/person.yaml#/Person' } }
Name: { type: string }
`

  test('references lead from file to file, each from its own place', async () => {
    const loaded = await open({ 'api.json': JSON.stringify(MAIN), 'parts/person.yaml': PERSON })
    expect(await call(loaded, 'p', {})).toEqual({ name: 'a' })
    expect(loaded.contract.operations.get('p')?.output).toMatchObject({
      fields: new Map<string, unknown>([
        ['name', { kind: 'scalar', type: 'string' }],
        ['kin', { kind: 'list', of: { kind: 'any' } }],
      ]),
    })
  })

  test.each([
    ['../secret.yaml#/a', '../secret.yaml is not a file of this folder'],
    ['https://example.org/a.json', 'https://example.org/a.json is not a file of this folder'],
    ['none.yaml#/a', 'none.yaml cannot be read'],
  ])('refuses %s', async (reference, finding) => {
    const text = JSON.stringify(MAIN).replace('parts/person.yaml#/Person', reference)
    await expect(open({ 'api.json': text })).rejects.toThrow(finding)
  })

  test('aliases that would grow without end are no YAML to us', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, at) => `l${at + 1}: &l${at + 1} [*l${at}, *l${at}, *l${at}, *l${at}]`,
    )
    const bomb = ['openapi: 3.0.0', 'l0: &l0 [x, x, x, x]', ...levels].join('\n')
    await expect(open({ 'api.yaml': bomb })).rejects.toThrow('is neither JSON nor YAML')
  })
})

test('what cannot be spoken stops only a folder that asks for it', async () => {
  const paths = {
    '/a': { get: { responses: { 200: { content: { 'text/turtle': {} } } } } },
    '/b': { get: { operationId: 'b', responses: { 204: {} } } },
  }
  const text = JSON.stringify({ openapi: '3.0.0', paths })
  const operations = { mine: { operation: 'b', kind: 'query' } }
  const loaded = await open({ 'api.json': text }, { operations })
  expect([...loaded.contract.operations.keys()]).toEqual(['b'])
  const asked = { mine: { operation: 'GET /a', kind: 'query' } }
  await expect(open({ 'api.json': text }, { operations: asked })).rejects.toThrow(
    'GET /a: a reply of text/turtle is not spoken',
  )
})
