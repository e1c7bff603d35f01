import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { encode } from 'iconv-lite'
import { describe, expect, test } from 'vitest'

import { readContractFiles } from '../../../../adapters/soap/contract/contract-files.ts'
import { folderOf } from '../contract.ts'

const W = 'xmlns="http://schemas.xmlsoap.org/wsdl/"'
const XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const wsdl = (inside: string) => `<definitions ${W} ${XS}>\n${inside}\n</definitions>`
const types = (inside: string) =>
  wsdl(`<types><xs:schema targetNamespace="urn:a">${inside}</xs:schema></types>`)
const schema = (inside: string, target = '') => `<xs:schema ${XS} ${target}>${inside}</xs:schema>`

test('follows imports and includes through folders, each file once', async () => {
  const folder = await folderOf({
    'contract/a.wsdl': wsdl('<import namespace="urn:b" location="more/b.wsdl"/>'),
    'contract/more/b.wsdl': types(
      '<xs:include schemaLocation="../x%20y.xsd"/><xs:import namespace="urn:z" schemaLocation="z.xsd"/>',
    ),
    'contract/x y.xsd': schema('<xs:include schemaLocation="x y.xsd"/>'),
    'contract/more/z.xsd': schema(
      '<xs:import namespace="urn:a" schemaLocation="../x y.xsd"/>',
      'targetNamespace="urn:z"',
    ),
  })
  const files = await readContractFiles(folder, 'contract/a.wsdl')
  expect(files.findings).toEqual([])
  expect(files.definitions.map(({ file }) => file)).toEqual([
    'contract/a.wsdl',
    'contract/more/b.wsdl',
  ])
  const targets = files.schemas.map(({ file, targetNamespace }) => `${file} ${targetNamespace}`)
  expect(targets).toContain('contract/x y.xsd urn:a')
  expect(targets).toContain('contract/more/z.xsd urn:z')
})

describe('reports', () => {
  test.each<[string, Record<string, string>, string, number, string]>([
    [
      'a remote WSDL import',
      { 'a.wsdl': wsdl('<import namespace="urn:b" location="http://127.0.0.1:9/b.wsdl"/>') },
      'a.wsdl',
      2,
      'remote',
    ],
    [
      'a remote include',
      { 'a.wsdl': types('<xs:include schemaLocation="//127.0.0.1/x.xsd"/>') },
      'a.wsdl',
      2,
      'remote',
    ],
    [
      'a file URL',
      { 'a.wsdl': types('<xs:include schemaLocation="file:///etc/passwd"/>') },
      'a.wsdl',
      2,
      'remote',
    ],
    [
      'a place outside the folder',
      { 'a.wsdl': types('<xs:include schemaLocation="../x.xsd"/>') },
      'a.wsdl',
      2,
      'outside',
    ],
    [
      'an encoded place outside the folder',
      { 'a.wsdl': types('<xs:include schemaLocation="..%2F..%2Fx.xsd"/>') },
      'a.wsdl',
      2,
      'outside',
    ],
    [
      'an absolute path',
      { 'a.wsdl': types('<xs:include schemaLocation="/etc/passwd"/>') },
      'a.wsdl',
      2,
      'outside',
    ],
    [
      'a missing file',
      { 'a.wsdl': types('<xs:include schemaLocation="x.xsd"/>') },
      'a.wsdl',
      2,
      'cannot read "x.xsd"',
    ],
    [
      'a file that is not XML',
      { 'a.wsdl': types('<xs:include schemaLocation="x.xsd"/>'), 'x.xsd': '<a>\n<b></a>' },
      'x.xsd',
      2,
      'not XML: malformed',
    ],
    [
      'a DOCTYPE',
      { 'a.wsdl': `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>${wsdl('&y;')}` },
      'a.wsdl',
      1,
      'not XML: doctype',
    ],
    ['another document', { 'a.wsdl': '<openapi/>' }, 'a.wsdl', 1, 'neither a WSDL'],
  ])('%s', async (...[, files, file, line, message]) => {
    const { findings, unmet } = await readContractFiles(await folderOf(files), 'a.wsdl')
    expect([...findings, ...unmet]).toEqual([
      { file, line, message: expect.stringContaining(message) },
    ])
  })

  test('a link that leads out of the folder', async () => {
    const outside = await folderOf({ 'x.xsd': schema('', 'targetNamespace="urn:a"') })
    const folder = await folderOf({ 'a.wsdl': types('<xs:include schemaLocation="x.xsd"/>') })
    await symlink(join(outside, 'x.xsd'), join(folder, 'x.xsd'))
    const { unmet, schemas } = await readContractFiles(folder, 'a.wsdl')
    expect(unmet).toEqual([
      { file: 'a.wsdl', line: 2, message: expect.stringContaining('cannot read') },
    ])
    expect(schemas).toHaveLength(1)
  })
})

test('takes what a given fetch brings, and what that imports', async () => {
  const web: Readonly<Record<string, string>> = {
    'http://example.org/v1/r.xsd': schema(
      '<xs:include schemaLocation="more/s.xsd"/>',
      'targetNamespace="urn:r"',
    ),
    'http://example.org/v1/more/s.xsd': schema(
      '<xs:import namespace="urn:q" schemaLocation="http://example.org/gone.xsd"/>',
    ),
  }
  const remote = '<xs:import namespace="urn:r" schemaLocation="http://example.org/v1/r.xsd"/>'
  const files = await readContractFiles(await folderOf({ 'a.wsdl': types(remote) }), 'a.wsdl', {
    fetch: ({ href }) =>
      Promise.resolve(web[href] === undefined ? undefined : Buffer.from(web[href])),
  })
  expect(files.schemas.map(({ file, targetNamespace }) => `${file} ${targetNamespace}`)).toEqual([
    'a.wsdl urn:a',
    'http://example.org/v1/r.xsd urn:r',
    'http://example.org/v1/more/s.xsd urn:r',
  ])
  expect(files.unmet).toMatchObject([
    { file: 'http://example.org/v1/more/s.xsd', message: expect.stringContaining('gone.xsd') },
  ])
})

test.each(['utf-16le', 'utf-8', 'windows-1256'])('reads %s', async (charset) => {
  const text = `<?xml version="1.0" encoding="${charset === 'utf-16le' ? 'utf-16' : charset}"?>${types('<!-- شناسه ملی -->')}`
  const folder = await folderOf({})
  await writeFile(
    join(folder, 'a.wsdl'),
    encode(charset === 'utf-16le' ? `\ufeff${text}` : text, charset),
  )
  expect((await readContractFiles(folder, 'a.wsdl')).findings).toEqual([])
})

test('a lenient reader finds a schema by its namespace, if there is one', async () => {
  const content = {
    'a.wsdl': types('<xs:import namespace="urn:z" schemaLocation="http://example.org/z?v=1"/>'),
    'other.xsd': schema('', 'targetNamespace="urn:z"'),
  }
  const found = await readContractFiles(await folderOf(content), 'a.wsdl', { lenient: true })
  expect(found.schemas.map(({ file }) => file)).toEqual(['a.wsdl', 'other.xsd'])
  const twice = { ...content, 'third.xsd': schema('', 'targetNamespace="urn:z"') }
  expect(
    (await readContractFiles(await folderOf(twice), 'a.wsdl', { lenient: true })).unmet,
  ).toHaveLength(1)
  expect((await readContractFiles(await folderOf(content), 'a.wsdl')).unmet).toHaveLength(1)
})

test('a lenient reader declares the prefixes that a file forgets', async () => {
  const content = { 'a.wsdl': types('').replace('xmlns:xs="http://www.w3.org/2001/XMLSchema"', '') }
  const files = await readContractFiles(await folderOf(content), 'a.wsdl', { lenient: true })
  expect(files.schemas).toHaveLength(1)
  expect(files.unmet).toMatchObject([{ message: 'does not declare xs' }])
  expect((await readContractFiles(await folderOf(content), 'a.wsdl')).findings).toMatchObject([
    { message: 'is not XML: malformed' },
  ])
})

test('keeps a remote schema import for the operation that may need it', async () => {
  const remote = '<xs:import namespace="urn:r" schemaLocation="http://127.0.0.1:9/r.xsd"/>'
  const known =
    '<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/" schemaLocation="http://schemas.xmlsoap.org/soap/encoding/"/>'
  const files = await readContractFiles(
    await folderOf({ 'a.wsdl': types(remote + known) }),
    'a.wsdl',
  )
  expect(files.findings).toEqual([])
  expect(files.unmet).toEqual([
    { file: 'a.wsdl', line: 2, message: expect.stringContaining('r.xsd') },
  ])
})
