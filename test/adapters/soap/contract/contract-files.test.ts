import { symlink } from 'node:fs/promises'
import { join } from 'node:path'

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
