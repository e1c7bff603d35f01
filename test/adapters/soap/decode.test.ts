import { describe, expect, test } from 'vitest'

import type { Tree } from '../../../adapters/adapter.ts'
import { decoded, type WsdlOptions } from './contract.ts'

const ASK = '<xs:element name="ask"><xs:complexType/></xs:element>'

function answering(content: string, more = ''): string {
  return `${ASK}<xs:element name="answer"><xs:complexType>${content}</xs:complexType></xs:element>${more}`
}

function one(inside: string): string {
  return `<tns:answer>${inside}</tns:answer>`
}

const PERSON = `<xs:sequence>
  <xs:element name="id" type="xs:long"/>
  <xs:element name="name" type="xs:string" minOccurs="0" nillable="true"/>
  <xs:element name="tag" type="xs:string" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
  <xs:element name="age" type="xs:int" minOccurs="0"/>
  <xs:element name="alive" type="xs:boolean" minOccurs="0"/>
</xs:sequence><xs:attribute name="source" type="xs:string"/>`
const MIXED =
  '<xs:sequence><xs:element name="r"><xs:complexType mixed="true"><xs:sequence><xs:any/></xs:sequence></xs:complexType></xs:element></xs:sequence>'
const SUBTYPES = `<xs:complexType name="Base"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType>
<xs:complexType name="Sub"><xs:complexContent><xs:extension base="tns:Base"><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>`
const SUB = '<xs:sequence><xs:element name="x" type="tns:Base"/></xs:sequence>'
const TREE = `<xs:complexType name="Node"><xs:sequence><xs:element name="name" type="xs:string"/><xs:element name="node" type="tns:Node" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>`
const ANY = '<xs:sequence><xs:element name="v"/></xs:sequence>'

describe('reads', () => {
  test.each<[string, string, string, Tree, WsdlOptions?]>([
    [
      '64-bit integers exactly and leading zeros',
      answering(PERSON),
      '<tns:answer><tns:id>009007199254740993</tns:id></tns:answer>',
      { id: '009007199254740993', tag: [] },
    ],
    [
      'a single item as a list',
      answering(PERSON),
      '<tns:answer><tns:id>1</tns:id><tns:tag>a</tns:tag></tns:answer>',
      { id: '1', tag: ['a'] },
    ],
    [
      'nil as null, also inside lists, and absent as absent',
      answering(PERSON),
      '<tns:answer><tns:id>1</tns:id><tns:name xsi:nil="true"/><tns:tag xsi:nil="1"/><tns:tag>b</tns:tag></tns:answer>',
      { id: '1', name: null, tag: [null, 'b'] },
    ],
    [
      'numbers, booleans and numeric-looking text by type',
      answering(PERSON),
      '<tns:answer><tns:id>1</tns:id><tns:name>1e5</tns:name><tns:age> 7 </tns:age><tns:alive>1</tns:alive></tns:answer>',
      { id: '1', name: '1e5', age: 7, alive: true, tag: [] },
    ],
    [
      'members in any order, list items apart from each other',
      answering(PERSON),
      '<tns:answer><tns:alive>0</tns:alive><tns:tag>a</tns:tag><tns:age>1</tns:age><tns:tag/><tns:id>1</tns:id><tns:tag>c</tns:tag></tns:answer>',
      { alive: false, tag: ['a', '', 'c'], age: 1, id: '1' },
    ],
    [
      'text as it stands, with CDATA and entities',
      answering(PERSON),
      '<tns:answer><tns:id>1</tns:id><tns:name> a<![CDATA[<b>]]>&amp; </tns:name></tns:answer>',
      { id: '1', name: ' a<b>& ', tag: [] },
    ],
    [
      'attributes beside elements, strange ones left out',
      answering(PERSON),
      '<tns:answer source="s" id="9" xsi:schemaLocation="a b"><tns:id>1</tns:id></tns:answer>',
      { source: 's', id: '1', tag: [] },
    ],
    [
      'comments and processing instructions as nothing',
      answering(PERSON),
      '<tns:answer><!-- x --><?y?><tns:id>1<!-- x -->2</tns:id></tns:answer>',
      { id: '12', tag: [] },
    ],
    [
      'unqualified children',
      answering(PERSON),
      '<tns:answer><id>1</id></tns:answer>',
      { id: '1', tag: [] },
      { schemaAttributes: '' },
    ],
    [
      'mixed content as XML',
      answering(MIXED),
      '<tns:answer><tns:r>a<q xmlns="u" k="1">ب</q>&lt;</tns:r></tns:answer>',
      { r: 'a<q xmlns="u" k="1">ب</q>&lt;' },
    ],
    [
      'xsd:any beside elements',
      answering(
        '<xs:sequence><xs:element name="a" type="xs:int"/><xs:any minOccurs="0"/></xs:sequence>',
      ),
      '<tns:answer><tns:a>1</tns:a><q:z xmlns:q="u"><q:y/>t</q:z></tns:answer>',
      { a: 1, any: '<q:z xmlns:q="u"><q:y></q:y>t</q:z>' },
    ],
    [
      'repeated xsd:any as a list',
      answering(
        '<xs:sequence><xs:element name="a" type="xs:int"/><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>',
      ),
      '<tns:answer><tns:a>1</tns:a><b/><c/></tns:answer>',
      { a: 1, any: ['<b></b>', '<c></c>'] },
    ],
    [
      'xsd:anyType as text',
      answering(ANY),
      '<tns:answer><tns:v>a&lt;b</tns:v></tns:answer>',
      { v: 'a<b' },
    ],
    [
      'xsd:anyType as XML',
      answering(ANY),
      '<tns:answer><tns:v>a<b/></tns:v></tns:answer>',
      { v: 'a<b></b>' },
    ],
    [
      'xsd:anyType by xsi:type',
      answering(ANY),
      '<tns:answer><tns:v xsi:type="xs:int">5</tns:v></tns:answer>',
      { v: 5 },
    ],
    [
      'a subtype with its name',
      answering(SUB, SUBTYPES),
      '<tns:answer><tns:x xsi:type="tns:Sub"><tns:a>1</tns:a><tns:b>2</tns:b></tns:x></tns:answer>',
      { x: { $type: 'Sub', a: '1', b: 2 } },
    ],
    [
      'the base type where no subtype is named',
      answering(SUB, SUBTYPES),
      '<tns:answer><tns:x><tns:a>1</tns:a></tns:x></tns:answer>',
      { x: { a: '1' } },
    ],
    [
      'recursive types',
      answering('<xs:sequence><xs:element name="top" type="tns:Node"/></xs:sequence>', TREE),
      '<tns:answer><tns:top><tns:name>a</tns:name><tns:node><tns:name>b</tns:name></tns:node></tns:top></tns:answer>',
      { top: { name: 'a', node: [{ name: 'b', node: [] }] } },
    ],
    [
      'text with attributes',
      answering(
        '<xs:sequence><xs:element name="m"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="unit" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:sequence>',
      ),
      '<tns:answer><tns:m unit="m2">86.40</tns:m></tns:answer>',
      { m: { unit: 'm2', $value: '86.40' } },
    ],
    [
      'the same element in both branches of a choice as one value',
      answering(
        '<xs:choice><xs:sequence><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/></xs:sequence><xs:element name="a" type="xs:string"/></xs:choice>',
      ),
      '<tns:answer><tns:a>1</tns:a></tns:answer>',
      { a: '1' },
    ],
    [
      'members of a repeated choice as lists',
      answering(
        '<xs:choice maxOccurs="unbounded"><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>',
      ),
      '<tns:answer><tns:b>1</tns:b><tns:a>2</tns:a><tns:b>3</tns:b></tns:answer>',
      { a: [2], b: [1, 3] },
    ],
    [
      'xs:list and xs:union',
      answering(
        '<xs:sequence><xs:element name="l"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element><xs:element name="u"><xs:simpleType><xs:union memberTypes="xs:int xs:string"/></xs:simpleType></xs:element></xs:sequence>',
      ),
      '<tns:answer><tns:l> 1  2 </tns:l><tns:u>007</tns:u></tns:answer>',
      { l: [1, 2], u: '007' },
    ],
    [
      'names that objects have themselves',
      answering(
        '<xs:sequence><xs:element name="constructor" type="xs:string" minOccurs="0"/><xs:element name="toString" type="xs:string" minOccurs="0" maxOccurs="9"/></xs:sequence>',
      ),
      '<tns:answer/>',
      { toString: [] },
    ],
    [
      'a simple root under $value',
      `${ASK}<xs:element name="answer" type="xs:int"/>`,
      '<tns:answer>5</tns:answer>',
      { $value: 5 },
    ],
    [
      'rpc parts',
      ASK,
      '<tns:askResponse><n>5</n><s>x</s></tns:askResponse>',
      { n: 5, s: 'x' },
      {
        style: 'rpc',
        parts: {
          input: '',
          output: '<w:part name="n" type="xs:int"/><w:part name="s" type="xs:string"/>',
        },
      },
    ],
  ])('%s', async (...[, schema, body, expected, options]) => {
    expect(await decoded(schema, body, options)).toStrictEqual(expected)
  })
})

describe('refuses as SYSTEM_REPLY_INVALID', () => {
  test.each<[string, string, string, { reason: string; path?: string }]>([
    [
      'an unknown element',
      answering(PERSON),
      one('<tns:id>1</tns:id><tns:extra>secret</tns:extra>'),
      { reason: 'unknown-element', path: 'extra' },
    ],
    [
      'a known element in another namespace',
      answering(PERSON),
      one('<o:id xmlns:o="urn:other">1</o:id>'),
      { reason: 'unknown-element', path: 'id' },
    ],
    [
      'a missing element, with its path',
      answering(SUB, SUBTYPES),
      one('<tns:x/>'),
      { reason: 'missing-element', path: 'x.a' },
    ],
    [
      'a repeated element behind others',
      answering(PERSON),
      one('<tns:id>1</tns:id><tns:age>2</tns:age><tns:alive>1</tns:alive><tns:age>2</tns:age>'),
      { reason: 'repeated-element', path: 'age' },
    ],
    [
      'an element of the name that an attribute of any name has taken',
      answering(
        `<xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence><xs:anyAttribute/>`,
      ),
      '<tns:answer a="1"><tns:a>2</tns:a></tns:answer>',
      { reason: 'repeated-element', path: 'a' },
    ],
    [
      'an element twice',
      answering(PERSON),
      one('<tns:id>1</tns:id><tns:id>2</tns:id>'),
      { reason: 'repeated-element', path: 'id' },
    ],
    [
      'a value outside its type',
      answering(PERSON),
      one('<tns:id>secret</tns:id>'),
      { reason: 'value', path: 'id' },
    ],
    ['an empty number', answering(PERSON), one('<tns:id/>'), { reason: 'value', path: 'id' }],
    [
      'an attribute outside its type',
      answering('<xs:attribute name="n" type="xs:int"/>'),
      '<tns:answer n="secret"/>',
      { reason: 'value', path: 'n' },
    ],
    [
      'text between elements',
      answering(PERSON),
      one('<tns:id>1</tns:id>secret'),
      { reason: 'text' },
    ],
    [
      'elements inside text',
      answering(PERSON),
      one('<tns:id>1<b/></tns:id>'),
      { reason: 'unknown-element', path: 'id.b' },
    ],
    [
      'an unknown element whose name may be a value, without that name',
      answering(PERSON),
      one('<tns:id>1</tns:id><tns:n0004120371/>'),
      { reason: 'unknown-element', path: '…' },
    ],
    [
      'an unknown element with a name of another script, without that name',
      answering(PERSON),
      one('<tns:id>1</tns:id><tns:کاوه/>'),
      { reason: 'unknown-element', path: '…' },
    ],
    ['another root', answering(PERSON), '<tns:other/>', { reason: 'wrong-root' }],
    ['two roots', answering(''), '<tns:answer/><tns:answer/>', { reason: 'wrong-root' }],
    ['an empty body', answering(''), '', { reason: 'empty' }],
  ])('%s', async (_, schema, body, detail) => {
    const refused = await decoded(schema, body).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'SYSTEM_REPLY_INVALID',
      system: 'test-register',
      operation: 'ask',
      detail,
    })
    expect(JSON.stringify(refused) + String(refused)).not.toContain('secret')
  })
})
