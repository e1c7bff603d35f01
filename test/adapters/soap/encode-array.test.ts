// rpc/encoded messages both ways: types on every accessor, arrays, references (SOAP 1.1 §5, §7).

import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import {
  bodyOf,
  canonical,
  CONTEXT,
  decoded,
  encoded,
  adapterOf,
  NS,
  type WsdlOptions,
} from './contract.ts'

const ENC = 'http://schemas.xmlsoap.org/soap/encoding/'
const ARRAYS = `<xs:import namespace="${ENC}"/>
<xs:complexType name="Names"><xs:complexContent><xs:restriction base="e:Array" xmlns:e="${ENC}">
  <xs:attribute ref="e:arrayType" xmlns:w="http://schemas.xmlsoap.org/wsdl/" w:arrayType="xs:string[]"/>
</xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="Table"><xs:complexContent><xs:restriction base="e:Array" xmlns:e="${ENC}">
  <xs:attribute ref="e:arrayType" xmlns:w="http://schemas.xmlsoap.org/wsdl/" w:arrayType="xs:int[,]"/>
</xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="Person"><xs:sequence>
  <xs:element name="name" type="xs:string"/><xs:element name="age" type="xs:int"/>
  <xs:element name="friend" type="tns:Person" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType>
<xs:complexType name="People"><xs:complexContent><xs:restriction base="e:Array" xmlns:e="${ENC}">
  <xs:attribute ref="e:arrayType" xmlns:w="http://schemas.xmlsoap.org/wsdl/" w:arrayType="tns:Person[]"/>
</xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="Nameless"><xs:sequence>
  <xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="c"><xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType></xs:element>
</xs:sequence></xs:complexType>
<xs:complexType name="brokenType"/><xs:element name="brokenRegister" type="tns:brokenType"/>`

function rpc(type: string): WsdlOptions {
  return {
    style: 'rpc',
    use: 'encoded',
    parts: {
      input: `<w:part name="p" type="${type}"/>`,
      output: `<w:part name="r" type="${type}"/>`,
    },
  }
}

function answer(inside: string, beside = ''): string {
  return `<tns:askResponse xmlns:c="${ENC}">${inside}</tns:askResponse>${beside}`
}

describe('writes', () => {
  test.each<[string, string, Tree, string]>([
    ['a scalar with its type', 'xs:int', { p: 5 }, '<p xsi:type="xs:int">5</p>'],
    ['null as nil', 'xs:int', { p: null }, '<p xsi:nil="true"/>'],
    [
      'nil of a record with its type',
      'tns:Person',
      { p: null },
      '<p xsi:nil="true" xsi:type="t:Person"/>',
    ],
    [
      'types without a name by the elements that they stand in',
      'tns:Nameless',
      { p: { a: { b: 1 }, c: 2 } },
      '<p xsi:type="t:Nameless"><a xsi:type="t:a"><b xsi:type="xs:int">1</b></a><c xsi:type="t:c">2</c></p>',
    ],
    ['nothing for nothing', 'xs:int', {}, ''],
    [
      'an array with its size',
      'tns:Names',
      { p: ['a', null] },
      '<p c:arrayType="xs:string[2]" xsi:type="t:Names"><item xsi:type="xs:string">a</item><item xsi:nil="true"/></p>',
    ],
    [
      'an empty array',
      'tns:Names',
      { p: [] },
      '<p c:arrayType="xs:string[0]" xsi:type="t:Names"/>',
    ],
    [
      'a table row by row',
      'tns:Table',
      {
        p: [
          [1, 2],
          [3, 4],
        ],
      },
      '<p c:arrayType="xs:int[2,2]" xsi:type="t:Table"><item xsi:type="xs:int">1</item><item xsi:type="xs:int">2</item><item xsi:type="xs:int">3</item><item xsi:type="xs:int">4</item></p>',
    ],
    [
      'a struct with unqualified members',
      'tns:Person',
      { p: { name: 'علی', age: 3 } },
      '<p xsi:type="t:Person"><name xsi:type="xs:string">علی</name><age xsi:type="xs:int">3</age></p>',
    ],
  ])('%s', async (_, type, input, expected) => {
    const { loaded, transport } = await adapterOf(ARRAYS, rpc(type))
    await loaded.adapter.call('ask', input, CONTEXT).catch(() => undefined)
    const prefixes = `xmlns:t="${NS}" xmlns:c="${ENC}" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
    expect(bodyOf(transport.text)).toBe(
      canonical(`<t:ask ${prefixes}>${expected}</t:ask>`)
        .replace(/="t:(\w+)"/g, '="ns1:$1"')
        .replaceAll('"xs:', '"xsd:'),
    )
    expect(transport.text).toContain(`soap:encodingStyle="${ENC}"`)
  })

  test('rows of different lengths are refused', async () => {
    await expect(encoded(ARRAYS, { p: [[1], [2, 3]] }, rpc('tns:Table'))).rejects.toMatchObject({
      code: 'INPUT_REJECTED',
      fields: ['p[1]'],
    })
  })
})

describe('reads', () => {
  test.each<[string, string, string, Tree]>([
    ['a scalar', 'xs:int', '<r xsi:type="xs:int">5</r>', { r: 5 }],
    ['the only accessor under another name', 'xs:int', '<return>5</return>', { r: 5 }],
    ['an absent accessor', 'xs:int', '', {}],
    [
      'an array whose items have any name',
      'tns:Names',
      '<r c:arrayType="xs:string[3]"><a>1</a><b xsi:nil="true"/><a>3</a></r>',
      { r: ['1', null, '3'] },
    ],
    ['an array without its type', 'tns:Names', '<r><item>1</item></r>', { r: ['1'] }],
    [
      'a table',
      'tns:Table',
      '<r c:arrayType="xs:int[2,2]"><i>1</i><i>2</i><i>3</i><i>4</i></r>',
      {
        r: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    [
      'items at positions',
      'tns:Names',
      '<r c:arrayType="xs:string[9]"><a c:position="[2]">c</a><a>d</a></r>',
      { r: [null, null, 'c', 'd'] },
    ],
    [
      'items behind an offset',
      'tns:Names',
      '<r c:arrayType="xs:string[4]" c:offset="[1]"><a>b</a></r>',
      { r: [null, 'b'] },
    ],
  ])('%s', async (_, type, inside, expected) => {
    expect(await decoded(ARRAYS, answer(inside), rpc(type))).toEqual(expected)
  })

  test('values that stand beside the answer, and one value twice', async () => {
    const body = answer(
      '<r c:arrayType="tns:Person[2]"><a href="#1"/><a href="#1"/></r>',
      '<multiRef id="1" xsi:type="tns:Person"><name href="#n"/><age>3</age></multiRef><multiRef id="n">علی</multiRef>',
    )
    const person = { name: 'علی', age: 3, friend: [] }
    expect(await decoded(ARRAYS, body, rpc('tns:People'))).toEqual({ r: [person, person] })
  })

  test.each([
    ['a value inside itself', '<r href="#1"/>', '<m id="1"><friend href="#1"/></m>'],
    ['references in a circle', '<r href="#1"/>', '<m id="1" href="#2"/><m id="2" href="#1"/>'],
    ['a reference to nothing', '<r href="#9"/>', ''],
    [
      'a few values that mean a million',
      '<r href="#0"/>',
      Array.from(
        { length: 30 },
        (_, at) => `<m id="${at}"><friend href="#${at + 1}"/><friend href="#${at + 1}"/></m>`,
      ).join('') + '<m id="30"/>',
    ],
  ])('refuses %s', async (_, inside, beside) => {
    await expect(decoded(ARRAYS, answer(inside, beside), rpc('tns:Person'))).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      detail: { reason: 'reference' },
    })
  })

  test('refuses a gap that no system would send', async () => {
    const far = answer(
      '<r c:arrayType="xs:string[2000000000]"><a c:position="[199999999]">x</a></r>',
    )
    await expect(decoded(ARRAYS, far, rpc('tns:Names'))).rejects.toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
    })
  })
})
