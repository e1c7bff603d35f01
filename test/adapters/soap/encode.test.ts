import { createClientAsync } from 'soap'
import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { CallerError } from '../../../schema/errors.ts'
import { serve } from '../wire.ts'
import {
  adapterOf,
  bodyOf,
  CONTEXT,
  canonical,
  encoded,
  folderOf,
  NS,
  toWsdl,
  type WsdlOptions,
} from './contract.ts'

const ANSWER = '<xs:element name="answer"><xs:complexType/></xs:element>'

function asking(content: string, more = ''): string {
  return `<xs:element name="ask"><xs:complexType>${content}</xs:complexType></xs:element>${more}${ANSWER}`
}

/** The body written with the prefix t for the target namespace. */
function expected(body: string): string {
  return canonical(
    `<t:x xmlns:t="${NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${body}</t:x>`,
  )
    .replace(/^<[^>]*>/, '')
    .replace(/<\/[^>]*>$/, '')
}

const PERSON = `<xs:sequence>
  <xs:element name="id" type="xs:long"/>
  <xs:element name="name" type="xs:string" minOccurs="0"/>
  <xs:element name="tag" type="xs:string" minOccurs="0" maxOccurs="3"/>
  <xs:element name="born" type="xs:date" nillable="true" minOccurs="0"/>
</xs:sequence>`
const CHOICE = `<xs:choice><xs:element name="byId" type="xs:string"/>
  <xs:sequence><xs:element name="first" type="xs:string"/><xs:element name="last" type="xs:string"/></xs:sequence></xs:choice>`
const ROWS = `<xs:sequence maxOccurs="unbounded"><xs:element name="k" type="xs:string"/><xs:element name="v" type="xs:int"/></xs:sequence>`
const SUBTYPES = `<xs:complexType name="Base" abstract="true"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType>
<xs:complexType name="Sub"><xs:complexContent><xs:extension base="tns:Base"><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence><xs:attribute name="c" type="xs:string"/></xs:extension></xs:complexContent></xs:complexType>`
const SUB = '<xs:sequence><xs:element name="x" type="tns:Base"/></xs:sequence>'
const TREE = `<xs:complexType name="Node"><xs:sequence><xs:element name="name" type="xs:string"/><xs:element name="node" type="tns:Node" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>`
const TWICE =
  '<xs:sequence><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:string" minOccurs="0"/></xs:sequence>'
const TEXTUAL = `<xs:sequence><xs:element name="m"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="unit" use="required" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:sequence>`

describe('writes', () => {
  test.each<[string, string, Tree, string, WsdlOptions?]>([
    [
      'in the order of the schema, not of the input',
      asking(PERSON),
      { tag: ['a', 'b'], name: 'n', id: '9007199254740993' },
      '<t:ask><t:id>9007199254740993</t:id><t:name>n</t:name><t:tag>a</t:tag><t:tag>b</t:tag></t:ask>',
    ],
    [
      'one value where a list is due',
      asking(PERSON),
      { id: 1, tag: 'a' },
      '<t:ask><t:id>1</t:id><t:tag>a</t:tag></t:ask>',
    ],
    [
      'null of a nillable element as xsi:nil, of another as absence',
      asking(PERSON),
      { id: 1, name: null, born: null },
      '<t:ask><t:id>1</t:id><t:born xsi:nil="true"/></t:ask>',
    ],
    [
      'every markup character of a value as text',
      asking(PERSON),
      { id: 1, name: '</t:name><x a="1">&{env.HOME}${1}' },
      '<t:ask><t:id>1</t:id><t:name>&lt;/t:name&gt;&lt;x a="1"&gt;&amp;{env.HOME}${1}</t:name></t:ask>',
    ],
    [
      'local elements unqualified when the schema says so',
      asking(PERSON),
      { id: 1 },
      '<t:ask><id>1</id></t:ask>',
      { schemaAttributes: '' },
    ],
    [
      'the form of a single element against the default',
      asking(
        '<xs:sequence><xs:element name="a" form="unqualified" type="xs:string"/></xs:sequence>',
      ),
      { a: '1' },
      '<t:ask><a>1</a></t:ask>',
    ],
    [
      'the given branch of a choice',
      asking(CHOICE),
      { byId: '1' },
      '<t:ask><t:byId>1</t:byId></t:ask>',
    ],
    [
      'a sequence inside a choice',
      asking(CHOICE),
      { last: 'l', first: 'f' },
      '<t:ask><t:first>f</t:first><t:last>l</t:last></t:ask>',
    ],
    [
      'a repeated sequence row by row',
      asking(ROWS),
      { k: ['a', 'b'], v: [1, 2] },
      '<t:ask><t:k>a</t:k><t:v>1</t:v><t:k>b</t:k><t:v>2</t:v></t:ask>',
    ],
    [
      'a subtype with its xsi:type',
      asking(SUB, SUBTYPES),
      { x: { $type: 'Sub', a: '1', b: 2, c: 'z' } },
      `<t:ask><t:x xmlns:ns1="${NS}" c="z" xsi:type="ns1:Sub"><t:a>1</t:a><t:b>2</t:b></t:x></t:ask>`,
    ],
    [
      'recursive types',
      asking('<xs:sequence><xs:element name="top" type="tns:Node"/></xs:sequence>', TREE),
      { top: { name: 'a', node: [{ name: 'b', node: [{ name: 'c' }] }] } },
      '<t:ask><t:top><t:name>a</t:name><t:node><t:name>b</t:name><t:node><t:name>c</t:name></t:node></t:node></t:top></t:ask>',
    ],
    [
      'text with attributes',
      asking(TEXTUAL),
      { m: { unit: 'm"2', $value: '86.40' } },
      '<t:ask><t:m unit="m&quot;2">86.40</t:m></t:ask>',
    ],
    [
      'an element by reference',
      asking(
        '<xs:sequence><xs:element ref="tns:code"/></xs:sequence>',
        '<xs:element name="code" type="xs:int"/>',
      ),
      { code: 3 },
      '<t:ask><t:code>3</t:code></t:ask>',
    ],
    [
      'a named group and an attribute group',
      asking(
        '<xs:sequence><xs:group ref="tns:g"/></xs:sequence><xs:attributeGroup ref="tns:h"/>',
        '<xs:group name="g"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:group><xs:attributeGroup name="h"><xs:attribute name="b" type="xs:boolean"/></xs:attributeGroup>',
      ),
      { a: '1', b: true },
      '<t:ask b="true"><t:a>1</t:a></t:ask>',
    ],
    [
      'the items of a list where its elements stand apart',
      asking(TWICE),
      { a: ['x', 'y'], b: 1 },
      '<t:ask><t:a>x</t:a><t:b>1</t:b><t:a>y</t:a></t:ask>',
    ],
    [
      'a name without the white space round it',
      asking('<xs:sequence><xs:element name="a " type="xs:int"/></xs:sequence>'),
      { a: 1 },
      '<t:ask><t:a>1</t:a></t:ask>',
    ],
    [
      'only the first of them',
      asking(TWICE),
      { a: ['x'], b: 1 },
      '<t:ask><t:a>x</t:a><t:b>1</t:b></t:ask>',
    ],
    [
      'an xs:list',
      asking(
        '<xs:sequence><xs:element name="l"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element></xs:sequence>',
      ),
      { l: [1, 2] },
      '<t:ask><t:l>1 2</t:l></t:ask>',
    ],
    [
      'a fixed value that is due and not given',
      asking('<xs:sequence><xs:element name="v" type="xs:string" fixed="2"/></xs:sequence>'),
      {},
      '<t:ask><t:v>2</t:v></t:ask>',
    ],
    [
      'well-formed XML where the schema has a wildcard',
      asking(
        '<xs:sequence><xs:element name="a" type="xs:string"/><xs:any minOccurs="0"/></xs:sequence>',
      ),
      { a: '1', any: '<q xmlns="urn:q"><r/></q>' },
      '<t:ask><t:a>1</t:a><q xmlns="urn:q"><r/></q></t:ask>',
    ],
    [
      'all in any order',
      asking(
        '<xs:all><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string" minOccurs="0"/></xs:all>',
      ),
      { b: '2', a: '1' },
      '<t:ask><t:a>1</t:a><t:b>2</t:b></t:ask>',
    ],
    ['an empty wrapper', asking(''), {}, '<t:ask/>'],
    [
      'an rpc wrapper around unqualified parts',
      ANSWER,
      { nin: '1', n: { a: '1', b: 2 } },
      '<t:ask><nin>1</nin><n><t:a>1</t:a><t:b>2</t:b></n></t:ask>',
      {
        style: 'rpc',
        parts: {
          input: '<w:part name="nin" type="xs:long"/><w:part name="n" type="tns:N"/>',
          output: '',
        },
      },
    ],
  ])('%s', async (...[, schema, input, body, options = {}]) => {
    const rpc = options.style === 'rpc'
    const text = rpc
      ? `${schema}<xs:complexType name="N"><xs:sequence><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:int"/></xs:sequence></xs:complexType>`
      : schema
    expect(await encoded(text, input, options)).toBe(expected(body))
  })
})

describe('refuses', () => {
  test.each<[string, string, Tree, string]>([
    ['a missing element', asking(PERSON), {}, 'id'],
    ['a value outside its type', asking(PERSON), { id: '12a' }, 'id'],
    ['a number that has lost digits', asking(PERSON), { id: 2 ** 60 }, 'id'],
    ['a character that XML cannot carry', asking(PERSON), { id: 1, name: 'a\u0001' }, 'name'],
    ['an unknown member', asking(PERSON), { id: 1, nmae: 'x' }, 'nmae'],
    ['too many items', asking(PERSON), { id: 1, tag: ['a', 'b', 'c', 'd'] }, 'tag'],
    ['more items than elements that stand apart', asking(TWICE), { a: ['x', 'y', 'z'], b: 1 }, 'a'],
    ['none where one of them is due', asking(TWICE), { a: [], b: 1 }, 'a[0]'],
    [
      'a bad item, by its index',
      asking('<xs:sequence><xs:element name="n" type="xs:int" maxOccurs="9"/></xs:sequence>'),
      { n: [1, 'x'] },
      'n[1]',
    ],
    ['a date that is none', asking(PERSON), { id: 1, born: '1359/1/2' }, 'born'],
    ['two branches of a choice', asking(CHOICE), { byId: '1', first: 'f', last: 'l' }, ''],
    ['no branch of a choice', asking(CHOICE), {}, ''],
    ['half a branch', asking(CHOICE), { first: 'f' }, 'last'],
    ['text where a structure is due', asking(SUB, SUBTYPES), { x: 'a' }, 'x'],
    ['an abstract type without a subtype', asking(SUB, SUBTYPES), { x: { a: '1' } }, 'x'],
    ['a subtype that is none', asking(SUB, SUBTYPES), { x: { $type: 'Other', a: '1' } }, 'x.$type'],
    ['a missing attribute', asking(TEXTUAL), { m: { $value: '1' } }, 'm.unit'],
    [
      'raw XML that closes our tags',
      asking('<xs:sequence><xs:element name="a" type="xs:string"/><xs:any/></xs:sequence>'),
      { a: '1', any: '</x><y/><x>' },
      'any',
    ],
    [
      'raw XML that uses our prefixes',
      asking('<xs:sequence><xs:element name="a" type="xs:string"/><xs:any/></xs:sequence>'),
      { a: '1', any: '<n1:a/>' },
      'any',
    ],
    ['input of an operation that takes none', asking(''), { a: 1 }, 'a'],
  ])('%s', async (_, schema, input, field) => {
    const refused = await encoded(schema, input).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(CallerError)
    expect(refused).toMatchObject({ code: 'INPUT_REJECTED', fields: [field] })
  })

  test('without showing the value', async () => {
    const refused = await encoded(asking(PERSON), { id: 'secret-value' }).catch(String)
    expect(refused).not.toContain('secret-value')
  })
})

test('puts the header blocks of the contract beside the body', async () => {
  const schema = asking(
    '',
    '<xs:element name="login"><xs:complexType><xs:sequence><xs:element name="user" type="xs:string"/></xs:sequence></xs:complexType></xs:element>',
  )
  const parts = {
    input: '<w:part name="p" element="tns:ask"/>',
    output: '<w:part name="p" element="tns:answer"/>',
    header: '<w:part name="head" element="tns:login"/>',
  }
  const { loaded, transport } = await adapterOf(schema, { parts })
  await loaded.adapter
    .call('ask', { $header: { login: { user: 'u<' } } }, CONTEXT)
    .catch(() => undefined)
  expect(canonical(transport.text)).toContain(
    `Header><{${NS}}login><{${NS}}user>"u<"</{${NS}}user></{${NS}}login></`,
  )
  await expect(
    loaded.adapter.call('ask', { $header: { logon: {} } }, CONTEXT),
  ).rejects.toMatchObject({ code: 'INPUT_REJECTED', fields: ['$header.logon'] })
})

test('writes what node-soap writes, where node-soap is right', async () => {
  const input = { id: '12', name: 'علی <&>', tag: ['a', 'b'] }
  const { loaded, transport } = await adapterOf(asking(PERSON))
  await loaded.adapter.call('ask', input, CONTEXT).catch(() => undefined)
  const folder = await folderOf({ 'service.wsdl': toWsdl(asking(PERSON)) })
  const wire = await serve(() => ({ body: '' }))
  const client = await createClientAsync(`${folder}/service.wsdl`)
  client.setEndpoint(wire.address)
  await client['askAsync'](input).catch(() => undefined)
  const reference = wire.received[0]?.body ?? '<nothing/>'
  expect(bodyOf(reference)).not.toBe('')
  expect(bodyOf(transport.text)).toBe(bodyOf(reference))
})
