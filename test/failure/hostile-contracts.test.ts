// Descriptions that are careless or made to exhaust us: every one is loaded in bounded time or refused with file and line.

import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test } from 'vitest'

import { toLine } from '../../adapters/finding.ts'
import { FindingsError } from '../../adapters/finding.ts'
import { loadRest } from '../../adapters/rest/load.ts'
import { systemSettings } from '../adapters/wire.ts'

async function load(file: string, text: string, asked: readonly string[] = [], linked = false) {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'))
  const outside = await mkdtemp(join(tmpdir(), 'outside-'))
  onTestFinished(async () => {
    await rm(folder, { recursive: true })
    await rm(outside, { recursive: true })
  })
  await writeFile(join(folder, file), text)
  if (linked) {
    await writeFile(join(outside, 'x.json'), '{"a":{"type":"string"}}')
    await symlink(join(outside, 'x.json'), join(folder, 'x.json'))
  }
  const transport = { exchange: () => Promise.reject(new Error('unused')), close: async () => {} }
  const operations = Object.fromEntries(asked.map((name) => [name, { kind: 'query' as const }]))
  const settings = systemSettings({ contract: file, operations })
  return loadRest({ system: 'sys', folder, settings, transport, secret: () => '' })
}

async function findingsOf(...asked: Parameters<typeof load>): Promise<string[]> {
  try {
    await load(...asked)
  } catch (error) {
    if (error instanceof FindingsError) return error.findings.map(toLine)
    throw error
  }
  return []
}

const YAML = `openapi: 3.0.3
paths:
  /a:
    get:
      operationId: a
      responses:
        "200":
          content:
            application/json:
              schema: SCHEMA
`
const described = (schema: object, schemas: object = {}) =>
  JSON.stringify({
    openapi: '3.0.3',
    paths: {
      '/a': {
        get: {
          operationId: 'a',
          responses: { 200: { content: { 'application/json': { schema } } } },
        },
      },
    },
    components: { schemas },
  })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

describe('a description is refused for', () => {
  test.each<[string, string, string, string]>([
    [
      'broken JSON',
      'c.json',
      '{\n"openapi": "3.0.3",\n"paths": }',
      'c.json:3 is neither JSON nor YAML: here it breaks off or goes wrong',
    ],
    [
      'broken YAML',
      'c.yaml',
      'openapi: 3.0.3\npaths: [\n',
      'c.yaml:3 is neither JSON nor YAML: bad indent',
    ],
    ['nothing', 'c.yaml', ' \n', 'c.yaml is neither JSON nor YAML: it is empty'],
    [
      'a name twice in JSON',
      'c.json',
      '{"openapi":"3.0.3",\n"paths":{"/a":{},\n"/a":{}}}',
      'c.json:3 has "/a" twice in one object; keep one',
    ],
    [
      'a name twice in YAML',
      'c.yaml',
      'openapi: 3.0.3\npaths:\n  /a: {}\n  /a: {}\n',
      'c.yaml:4 is neither JSON nor YAML: duplicate key',
    ],
    [
      'aliases without end',
      'c.yaml',
      `${['a', 'b', 'c', 'd', 'e']
        .map(
          (name, at, all) =>
            `${name}: &${name} [${Array(9)
              .fill(at === 0 ? 'x' : `*${all[at - 1]}`)
              .join(',')}]`,
        )
        .join('\n')}\n`,
      'c.yaml is neither JSON nor YAML: too many aliases',
    ],
    [
      'an alias within itself',
      'c.yaml',
      'openapi: 3.0.3\npaths: &a\n  /a: *a\n',
      'c.yaml is nested deeper than any description, or within itself',
    ],
    [
      'nesting without end',
      'c.json',
      `{"x":${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
      'c.json is nested deeper than any description, or within itself',
    ],
    [
      'codes that lost their zeros',
      'c.yaml',
      YAML.replace('SCHEMA', '{ type: string, enum: [01, 02] }'),
      'c.yaml:10 enum of a text lists numbers, whose leading zeros are lost: put them in quotes',
    ],
    [
      'an escape that is none',
      'c.json',
      described({ $ref: '#/components/%zz' }),
      'c.json:1 #/components/%zz is not a place in this document',
    ],
    [
      'a name of JavaScript',
      'c.json',
      described({ $ref: '#/components/constructor' }),
      'c.json:1 #/components/constructor is not a place in this document',
    ],
    [
      'a circle',
      'c.json',
      described(ref('A'), { A: ref('B'), B: ref('A') }),
      'c.json:1 #/components/schemas/B is not a place in this document',
    ],
    [
      'a file outside',
      'c.json',
      described({ $ref: '../../x.json#/a' }),
      'c.json ../../x.json is not a file of this folder',
    ],
    [
      'a file elsewhere',
      'c.json',
      described({ $ref: 'file:///x.json#/a' }),
      'c.json file:///x.json is not a file of this folder',
    ],
    [
      'a file of the net',
      'c.json',
      described({ $ref: 'https://x.example/a.json' }),
      'c.json https://x.example/a.json is not a file of this folder',
    ],
  ])('%s', async (_what, file, text, finding) => {
    expect(await findingsOf(file, text)).toContain(finding)
  })

  test('a file that is only linked here', async () => {
    const text = described({ $ref: 'x.json#/a' })
    expect(await findingsOf('c.json', text, [], true)).toContain(
      'x.json cannot be read: no such file in this folder',
    )
  })

  test.each([
    ['Host', 'is a header of the connection; take it out of the description'],
    ['content-length', 'is a header of the connection; take it out of the description'],
    ['Transfer-Encoding', 'is a header of the connection; take it out of the description'],
    ['x y', 'is no name of a header'],
    ['x:y', 'is no name of a header'],
  ])('a parameter in the header %j', async (name, problem) => {
    const text = described({}).replace(
      '"operationId":"a"',
      `"operationId":"a","parameters":[{"name":"${name}","in":"header","schema":{"type":"string"}}]`,
    )
    expect(await findingsOf('c.json', text)).toEqual([`c.json:1 a: parameter ${name} ${problem}`])
  })
})

const operation = (at: number) => ({
  get: {
    operationId: `o${at}`,
    responses: { 200: { content: { 'application/json': { schema: { type: 'string' } } } } },
  },
})

describe('a description is loaded', () => {
  test('that merges one map into another', async () => {
    const text = `base: &base { name: { type: string } }\n${YAML.replace('SCHEMA', '{ type: object, properties: { <<: *base, no: { type: integer } } }')}`
    const { contract } = await load('c.yaml', text)
    const output = contract.operations.get('a')?.output
    expect(output?.kind === 'object' && [...output.fields.keys()].toSorted()).toEqual([
      'name',
      'no',
    ])
  })

  test('whose schemas fork at every step, each read once', async () => {
    const schemas: Record<string, object> = { S60: { type: 'string' } }
    for (let at = 0; at < 60; at += 1) {
      const next = ref(`S${at + 1}`)
      schemas[`S${at}`] = { type: 'object', properties: { a: next, b: next } }
    }
    const { contract } = await load('c.json', described(ref('S0'), schemas))
    let shape = contract.operations.get('a')?.output
    for (let at = 0; at < 60; at += 1)
      shape = shape?.kind === 'object' ? shape.fields.get('b') : shape
    expect(shape).toEqual({ kind: 'scalar', type: 'string' })
  })

  test('whose schemas all refer to each other', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `S${at}`)
    const properties = Object.fromEntries(names.map((name) => [name, ref(name)]))
    const schemas = Object.fromEntries(names.map((name) => [name, { type: 'object', properties }]))
    const { contract } = await load('c.json', described(ref('S0'), schemas))
    const output = contract.operations.get('a')?.output
    expect(output?.kind === 'object' && output.fields.get('S7')?.kind).toBe('object')
  })

  test('of ten thousand operations, of which one is asked for', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [`/${at}`, operation(at)]),
    )
    const { contract } = await load('c.json', JSON.stringify({ openapi: '3.1.0', paths }), [
      'o9999',
    ])
    expect([...contract.operations.keys()]).toEqual(['o9999'])
  })

  test('with a method and a format of the names of JavaScript', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string', format: 'constructor' } } }
    const text = described(schema).replace('"get":', '"constructor":{},"toString":{},"get":')
    const { contract } = await load('c.json', text)
    expect([...contract.operations.keys()]).toEqual(['a'])
    expect(contract.operations.get('a')?.output).toMatchObject({
      fields: new Map([['a', { kind: 'scalar', type: 'string' }]]),
    })
  })
})
