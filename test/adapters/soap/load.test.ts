import { describe, expect, test } from 'vitest'

import type { Shape } from '../../../adapters/adapter.ts'
import { FindingsError } from '../../../adapters/finding.ts'
import { loadSoap } from '../../../adapters/soap/load.ts'
import {
  adapterOf,
  canonical,
  CONTEXT,
  encoded,
  folderOf,
  MemoryTransport,
  NS,
  settingsOf,
  sourceOf,
  toWsdl,
  type WsdlOptions,
} from './contract.ts'

const ROOTS =
  '<xs:element name="ask"><xs:complexType/></xs:element><xs:element name="answer"><xs:complexType/></xs:element>'
const asking = (content: string, more = '') =>
  `<xs:element name="ask"><xs:complexType>${content}</xs:complexType></xs:element>${more}\n<xs:element name="answer"><xs:complexType/></xs:element>`

test('says the shape of every input and output', async () => {
  const { loaded } = await adapterOf(`
    <xs:element name="ask" type="tns:Person"/><xs:element name="answer" type="tns:Person"/>
    <xs:complexType name="Person"><xs:sequence>
      <xs:element name="nin" type="xs:long"/><xs:element name="age" type="tns:Age" minOccurs="0"/>
      <xs:element name="born" type="xs:date"/><xs:element name="photo" type="xs:base64Binary"/>
      <xs:element name="alive" type="xs:boolean"/><xs:element name="score" type="xs:double"/>
      <xs:element name="at" type="xs:dateTime"/><xs:element name="alias" type="xs:string" maxOccurs="unbounded"/>
      <xs:element name="father" type="tns:Person" minOccurs="0"/><xs:element name="more"/>
      <xs:element name="plot"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="unit" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
    </xs:sequence></xs:complexType>
    <xs:simpleType name="Age"><xs:restriction base="xs:int"><xs:maxInclusive value="150"/></xs:restriction></xs:simpleType>`)
  const { input, output } = loaded.contract.operations.get('ask') ?? {}
  const expected = {
    nin: 'exact',
    age: 'int',
    born: 'date',
    photo: 'binary',
    alive: 'boolean',
    score: 'double',
    at: 'dateTime',
    alias: ['string'],
    father: 'any',
    more: 'any',
    plot: { unit: 'string', $value: 'exact' },
  }
  expect(outline(input)).toEqual(expected)
  expect(outline(output)).toEqual(expected)
})

test('takes a contract whose types lie in each other without end', async () => {
  const chain = Array.from(
    { length: 5000 },
    (_, at) =>
      `<xs:complexType name="T${at}"><xs:sequence><xs:element name="e" type="tns:T${at + 1}" minOccurs="0"/></xs:sequence></xs:complexType>`,
  ).join('\n')
  const last = '<xs:complexType name="T5000"><xs:sequence/></xs:complexType>'
  const schema = asking(
    '<xs:sequence><xs:element name="e" type="tns:T0"/></xs:sequence>',
    chain + last,
  )
  const { loaded } = await adapterOf(schema)
  expect(loaded.contract.operations.get('ask')?.input).toMatchObject({ kind: 'object' })
  const root = canonical(`<t:ask xmlns:t="${NS}"><t:e><t:e/></t:e></t:ask>`)
  expect(await encoded(schema, { e: { e: {} } })).toBe(root)
})

describe('refuses with file and line', () => {
  test.each<[string, string, number, string, WsdlOptions?]>([
    [
      'an unknown type',
      asking('<xs:sequence>\n<xs:element name="a" type="tns:Nowhere"/></xs:sequence>'),
      7,
      'there is no type {urn:test:register}Nowhere',
    ],
    [
      'an unknown element',
      asking('<xs:sequence>\n<xs:element ref="tns:nowhere"/></xs:sequence>'),
      7,
      'there is no element',
    ],
    [
      'an unknown group',
      asking('<xs:sequence>\n<xs:group ref="tns:nowhere"/></xs:sequence>'),
      7,
      'there is no group',
    ],
    [
      'an unknown attribute group',
      asking('\n<xs:attributeGroup ref="tns:nowhere"/>'),
      7,
      'there is no attribute group',
    ],
    [
      'an undeclared prefix',
      asking('<xs:sequence>\n<xs:element name="a" type="q:a"/></xs:sequence>'),
      7,
      'prefix of "q:a" is not declared',
    ],
    [
      'one name with two types',
      asking(
        '<xs:choice><xs:element name="a" type="xs:int"/><xs:element name="a" type="xs:string"/></xs:choice>',
      ),
      6,
      'named "a"',
    ],
    [
      'a type that extends itself',
      asking(
        '',
        '\n<xs:complexType name="A"><xs:complexContent><xs:extension base="tns:A"/></xs:complexContent></xs:complexType>',
      ).replace(
        '<xs:complexType></xs:complexType>',
        '<xs:complexType><xs:sequence><xs:element name="a" type="tns:A"/></xs:sequence></xs:complexType>',
      ),
      7,
      'defined by itself',
    ],
  ])('%s', async (...[, schema, line, message, options = {}]) => {
    const folder = await folderOf({ 'service.wsdl': toWsdl(schema, options) })
    const refused = await loadSoap(sourceOf(folder, new MemoryTransport())).catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(FindingsError)
    expect(refused).toMatchObject({
      findings: [{ file: 'service.wsdl', line, message: expect.stringContaining(message) }],
    })
  })

  test.each([
    ['message', 'name="out"', 13],
    ['portType', 'portType name="Register"', 15],
    ['binding', 'binding name="RegisterSoap"', 21],
  ])('a %s that is not there', async (kind, name, line) => {
    const text = toWsdl(ROOTS).replace(name, name.replace(/"[^"]*"/, '"Other"'))
    const folder = await folderOf({ 'service.wsdl': text })
    await expect(loadSoap(sourceOf(folder, new MemoryTransport()))).rejects.toMatchObject({
      findings: [
        { file: 'service.wsdl', line, message: expect.stringContaining(`no ${kind} "tns:`) },
      ],
    })
  })

  test('the import that was not followed, when the operation needs it', async () => {
    const schema = asking(
      '<xs:sequence><xs:element name="a" type="r:A" xmlns:r="urn:r"/></xs:sequence>',
    )
    const remote = `<xs:import namespace="urn:r" schemaLocation="https://127.0.0.1:9/r.xsd"/>${schema}`
    await expect(adapterOf(remote)).rejects.toMatchObject({
      findings: [
        { message: expect.stringContaining('is remote') },
        { message: expect.stringContaining('no type {urn:r}A') },
      ],
    })
  })
})

test('loads what the system uses, though another operation of the contract is broken', async () => {
  const broken = asking('<xs:sequence><xs:element name="a" type="tns:Nowhere"/></xs:sequence>')
  const { loaded } = await adapterOf(
    broken,
    {},
    { operations: { other: { kind: 'query', operation: 'whatever' } } },
  )
  expect([...loaded.contract.operations.keys()]).toEqual([])
})

describe('takes the port', () => {
  const ports = toWsdl(ROOTS).replace(
    '</w:service>',
    '<w:port name="Soap12" binding="tns:Register12"><soap12:address location="https://register.invalid/"/></w:port></w:service>' +
      '<w:binding name="Register12" type="tns:Register"><soap12:binding transport="http://schemas.xmlsoap.org/soap/http"/>' +
      '<w:operation name="ask"><soap12:operation soapAction="urn:twelve"/><w:input><soap12:body use="literal"/></w:input><w:output><soap12:body use="literal"/></w:output></w:operation></w:binding>' +
      '<w:service name="Other"/>',
  )

  test.each([
    [undefined, 'http://schemas.xmlsoap.org/soap/envelope/'],
    ['RegisterPort', 'http://schemas.xmlsoap.org/soap/envelope/'],
    ['Soap12', 'http://www.w3.org/2003/05/soap-envelope'],
  ])('%s', async (port, namespace) => {
    const folder = await folderOf({ 'service.wsdl': ports })
    const transport = new MemoryTransport()
    const { adapter } = await loadSoap(
      sourceOf(folder, transport, port === undefined ? {} : { port }),
    )
    await adapter.call('ask', {}, CONTEXT).catch(() => undefined)
    expect(canonical(transport.text)).toContain(`<{${namespace}}Envelope>`)
  })

  test('and refuses one that is not there, naming those that are', async () => {
    const folder = await folderOf({ 'service.wsdl': ports })
    await expect(
      loadSoap(sourceOf(folder, new MemoryTransport(), { port: 'Nope' })),
    ).rejects.toMatchObject({
      findings: [
        { file: 'service.wsdl', message: expect.stringContaining('"RegisterPort", "Soap12"') },
      ],
    })
  })
})

test('names the same types in two namespaces apart', async () => {
  const folder = await folderOf({
    'service.wsdl': toWsdl(
      `<xs:import namespace="urn:b" schemaLocation="b.xsd"/>` +
        asking(
          '<xs:sequence><xs:element name="x" type="tns:T"/><xs:element name="y" type="b:T" xmlns:b="urn:b"/></xs:sequence>',
          '<xs:complexType name="T"><xs:sequence><xs:element name="v" type="xs:int"/></xs:sequence></xs:complexType>',
        ),
    ),
    'b.xsd':
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b" elementFormDefault="qualified"><xs:complexType name="T"><xs:sequence><xs:element name="v" type="xs:date"/></xs:sequence></xs:complexType></xs:schema>',
  })
  const transport = new MemoryTransport()
  const { adapter, contract } = await loadSoap(sourceOf(folder, transport))
  expect(outline(contract.operations.get('ask')?.input)).toEqual({
    x: { v: 'int' },
    y: { v: 'date' },
  })
  await adapter.call('ask', { x: { v: 1 }, y: { v: '2020-01-01' } }, CONTEXT).catch(() => undefined)
  expect(canonical(transport.text)).toContain(
    `<{${NS}}x><{${NS}}v>"1"</{${NS}}v></{${NS}}x><{${NS}}y><{urn:b}v>"2020-01-01"`,
  )
})

test('puts a UsernameToken of the settings into the header', async () => {
  const auth = [{ scheme: 'username-token', user: 'U', password: 'P', type: 'text' }] as const
  const { loaded, transport } = await adapterOf(ROOTS, { version: '1.2' }, { auth: [...auth] })
  await loaded.adapter.call('ask', {}, CONTEXT).catch(() => undefined)
  const [first, nonce] = [canonical(transport.text), /Nonce[^>]*>([^<]*)/.exec(transport.text)?.[1]]
  expect(first).toMatch(
    /Header><[^>]*Security [^>]*mustUnderstand="1"><[^>]*UsernameToken><[^>]*Username>"secret of U"<.*Password [^>]*PasswordText">"secret of P"</,
  )
  await loaded.adapter.call('ask', {}, CONTEXT).catch(() => undefined)
  expect(/Nonce[^>]*>([^<]*)/.exec(transport.text)?.[1]).not.toBe(nonce)
})

test('reports a contract that is not in the folder', async () => {
  const folder = await folderOf({})
  const source = {
    ...sourceOf(folder, new MemoryTransport()),
    settings: settingsOf({ contract: 'contract/x.wsdl' }),
  }
  await expect(loadSoap(source)).rejects.toMatchObject({
    findings: [{ message: expect.stringContaining('cannot read "contract/x.wsdl"') }],
  })
})

/** A shape in short: scalars by name, lists in brackets. */
function outline(shape: Shape | undefined): unknown {
  if (shape === undefined || shape.kind === 'any') return shape?.kind
  if (shape.kind === 'scalar') return shape.type
  if (shape.kind === 'list') return [outline(shape.of)]
  return Object.fromEntries([...shape.fields].map(([name, field]) => [name, outline(field)]))
}
