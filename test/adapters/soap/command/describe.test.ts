import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { UsageError } from '../../../../adapters/soap/command/command.ts'
import { describe as describeCommand } from '../../../../adapters/soap/command/describe.ts'
import { folderOf, toWsdl } from '../contract.ts'

const ROOTS =
  '<xs:element name="ask"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element><xs:element name="answer" type="xs:string"/>'

async function run(...args: readonly string[]) {
  const printed: string[] = []
  const warned: string[] = []
  const exit = await describeCommand(args, {
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
  })
  return { exit, warned, lines: printed.map((line): unknown => JSON.parse(line)) }
}

test('prints services, ports and operations of a contract in one line', async () => {
  const folder = await folderOf({ 'a.wsdl': toWsdl(ROOTS) })
  const { exit, lines } = await run(join(folder, 'a.wsdl'))
  expect(exit).toBe(0)
  expect(lines).toEqual([
    {
      file: join(folder, 'a.wsdl'),
      ok: true,
      services: ['RegisterService'],
      ports: [
        {
          name: 'RegisterPort',
          service: 'RegisterService',
          binding: 'RegisterSoap',
          soapVersion: '1.1',
          address: 'https://register.invalid/',
        },
      ],
      operations: [
        {
          name: 'ask',
          port: 'RegisterPort',
          soapVersion: '1.1',
          style: 'document',
          use: 'literal',
          action: 'urn:ask',
          oneWay: false,
          headers: [],
          faults: ['broken'],
          input: 'in',
          output: 'out',
        },
      ],
      notes: [expect.stringContaining('there is no element')],
    },
  ])
})

test('tells headers by their elements, and one-way operations', async () => {
  const text = toWsdl(ROOTS, {
    parts: {
      input: '<w:part name="p" element="tns:ask"/>',
      header: '<w:part name="head" element="tns:answer"/>',
    },
    oneWay: true,
  })
  const folder = await folderOf({ 'a.wsdl': text })
  const { lines } = await run(join(folder, 'a.wsdl'))
  expect(lines).toMatchObject([{ operations: [{ oneWay: true, headers: ['answer'] }] }])
})

test('tells what is wrong with an operation, and goes on with others', async () => {
  const text = toWsdl(`${ROOTS}<xs:element name="brokenRegister" type="xs:int"/>`)
  const other = text
    .replace(
      '<w:binding ',
      '<w:binding name="Second" type="tns:Register"><soap:binding/><w:operation name="gone"><soap:operation soapAction="urn:gone"/></w:operation></w:binding><w:binding ',
    )
    .replace('</w:service>', '<w:port name="Two" binding="tns:Second"/></w:service>')
  const folder = await folderOf({ 'a.wsdl': other })
  const { exit, lines } = await run(join(folder, 'a.wsdl'))
  expect(exit).toBe(0)
  expect(lines).toMatchObject([
    {
      ok: true,
      operations: [
        { name: 'ask' },
        {
          name: 'gone',
          port: 'Two',
          action: 'urn:gone',
          error: expect.stringContaining('has no operation "gone"'),
        },
      ],
    },
  ])
})

test('tells what the server alone calls, and goes over a header whose message is missing', async () => {
  const text = toWsdl(`${ROOTS}<xs:element name="brokenRegister" type="xs:int"/>`, {
    parts: {
      input: '<w:part name="p" element="tns:ask"/>',
      output: '<w:part name="p" element="tns:answer"/>',
      header: '<w:part name="head" element="tns:answer"/>',
    },
  })
    .replace(
      '<w:portType name="Register">',
      '$&<w:operation name="tell"><w:output message="tns:out"/></w:operation>',
    )
    .replace('<w:operation name="ask"><soap', '<w:operation name="tell"/>$&')
    .replace('message="tns:head"', 'message="tns:gone"')
  const folder = await folderOf({ 'a.wsdl': text })
  const { exit, lines } = await run(join(folder, 'a.wsdl'))
  expect(exit).toBe(0)
  expect(lines).toMatchObject([
    {
      operations: [
        { name: 'ask', headers: [] },
        { name: 'tell', note: expect.stringContaining('the server calls') },
      ],
      notes: [expect.stringContaining('no message "tns:gone"')],
    },
  ])
  expect(JSON.stringify(lines)).not.toContain('"error"')
})

test('reads every *.wsdl below a folder, refused ones too', async () => {
  const folder = await folderOf({
    'b.wsdl': '<a/>',
    'x/A.WSDL': toWsdl(ROOTS),
    'x/not.xsd': '<a/>',
  })
  const { exit, lines } = await run(folder)
  expect(exit).toBe(2)
  expect(lines).toMatchObject([
    {
      file: join(folder, 'b.wsdl'),
      ok: false,
      error: { kind: 'contract', findings: [{ line: 1 }] },
    },
    { file: join(folder, 'x/A.WSDL'), ok: true },
  ])
})

test('says on standard error that a folder holds nothing', async () => {
  const folder = await folderOf({ 'a.txt': '' })
  expect(await run(folder)).toMatchObject({
    exit: 0,
    lines: [],
    warned: [expect.stringContaining('holds no *.wsdl')],
  })
})

const importing = (location: string) => toWsdl(`<xs:include schemaLocation="${location}"/>`)

describe('imports', () => {
  const types = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:test:register">${ROOTS}<xs:element name="brokenRegister" type="xs:int"/></xs:schema>`

  test('may lie above the named file, but not above the root', async () => {
    const folder = await folderOf({ 'wsdl/a.wsdl': importing('../xsd/t.xsd'), 'xsd/t.xsd': types })
    const file = join(folder, 'wsdl/a.wsdl')
    const open = await run(file)
    expect(open.lines).not.toMatchObject([{ notes: expect.anything() }])
    const within = await run('--root', folder, file)
    expect(within.lines).not.toMatchObject([{ notes: expect.anything() }])
    const closed = await run('--root', join(folder, 'wsdl'), file)
    expect(closed.lines).toMatchObject([
      { notes: expect.arrayContaining([expect.stringContaining('outside')]) },
    ])
  })

  test('never lead to another kind of file, by a link neither', async () => {
    const outside = await folderOf({ 'secret.txt': types })
    const folder = await folderOf({ 'wsdl/a.wsdl': importing('../t.xsd') })
    await mkdir(join(folder, 'xsd'))
    await symlink(join(outside, 'secret.txt'), join(folder, 't.xsd'))
    await writeFile(join(folder, 'b.wsdl'), '')
    const { lines } = await run(join(folder, 'wsdl/a.wsdl'))
    expect(lines).toMatchObject([
      { notes: expect.arrayContaining([expect.stringContaining('cannot read')]) },
    ])
  })

  test('of an address are found beside the file', async () => {
    const folder = await folderOf({
      'a.wsdl': importing('http://example.org/v1/t.xsd'),
      't.xsd': types,
    })
    expect((await run(join(folder, 'a.wsdl'))).lines).not.toMatchObject([
      { notes: expect.anything() },
    ])
  })
})

test.each([[[]], [['--nonsense', 'x']]])('refuses arguments %j', async (args) => {
  await expect(run(...args)).rejects.toThrow(UsageError)
})
