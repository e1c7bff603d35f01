import { describe, expect, test } from 'vitest'

import { ContractError } from '../../../../adapters/soap/contract/contract-error.ts'
import { NS } from '../contract.ts'
import { compiled, complex, elementNames, SCHEMA_START } from './schemas.ts'

const ARRAY = (inside: string) =>
  `<xs:complexType name="A"><xs:complexContent>${inside}</xs:complexContent></xs:complexType>`
const ARRAY_TYPE = (value: string) =>
  `<xs:attribute ref="soapenc:arrayType" w:arrayType="${value}"/>`

const simple = (name: string, inside: string) =>
  `<xs:simpleType name="${name}">${inside}</xs:simpleType>`
const enumeration = (...values: readonly string[]) =>
  `<xs:restriction base="xs:string">${values.map((value) => `<xs:enumeration value="${value}"/>`).join('')}</xs:restriction>`

const redefining = (inside: string) =>
  compiled(
    `<xs:redefine schemaLocation="old.xsd">${inside}</xs:redefine><xs:element name="e" type="t:A"/>`,
    {
      'old.xsd': `${SCHEMA_START}<xs:complexType name="A"><xs:sequence><xs:element name="a"/><xs:group ref="t:G"/></xs:sequence><xs:attributeGroup ref="t:H"/></xs:complexType>
        <xs:group name="G"><xs:sequence><xs:element name="g"/></xs:sequence></xs:group><xs:attributeGroup name="H"><xs:attribute name="x"/></xs:attributeGroup></xs:schema>`,
    },
  )

const other = (namespace: string) =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}"><xs:complexType name="A"/></xs:schema>`

describe('an array of SOAP', () => {
  test.each<[string, string, { of: string; inner?: string; sizes?: unknown[]; item?: string }]>([
    [
      'by restriction with arrayType',
      `<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int[]')}</xs:restriction>`,
      { of: 'int' },
    ],
    [
      'by extension with arrayType',
      `<xs:extension base="soapenc:Array">${ARRAY_TYPE('xs:int[]')}</xs:extension>`,
      { of: 'int' },
    ],
    [
      'with a size',
      `<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int[5]')}</xs:restriction>`,
      { of: 'int', sizes: [5] },
    ],
    [
      'of two dimensions',
      `<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int[,2]')}</xs:restriction>`,
      { of: 'int', sizes: [undefined, 2] },
    ],
    [
      'of arrays',
      `<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int[,][3]')}</xs:restriction>`,
      { of: 'int', inner: '[,]', sizes: [3] },
    ],
    [
      'by a sequence of one element',
      '<xs:restriction base="soapenc:Array"><xs:sequence><xs:element name="no" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:restriction>',
      { of: 'int', item: 'no' },
    ],
    [
      'by a sequence and arrayType: the name of one, the type of the other',
      `<xs:restriction base="soapenc:Array"><xs:sequence><xs:element name="no" type="xs:anyType" maxOccurs="unbounded"/></xs:sequence>${ARRAY_TYPE('xs:int[]')}</xs:restriction>`,
      { of: 'int', item: 'no' },
    ],
    [
      'of SOAP 1.2',
      '<xs:restriction base="enc12:Array"><xs:sequence><xs:element name="no" type="xs:int" maxOccurs="unbounded"/></xs:sequence></xs:restriction>',
      { of: 'int', item: 'no' },
    ],
    ['that says nothing of its items', '<xs:restriction base="soapenc:Array"/>', { of: 'anyType' }],
  ])('%s', async (...[, inside, expected]) => {
    const { type } = await compiled(ARRAY(inside))
    const { of, inner = '', sizes = [undefined], item = 'item' } = expected
    expect(complex(type('A'))).toMatchObject({
      attributes: [],
      content: { kind: 'array', of: { local: of }, inner, sizes, item: { local: item } },
    })
  })

  test('holds the items of its base unless it says its own', async () => {
    const { type } = await compiled(
      `${ARRAY(`<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int[]')}</xs:restriction>`)}
      <xs:complexType name="B"><xs:complexContent><xs:extension base="t:A"/></xs:complexContent></xs:complexType>`,
    )
    expect(complex(type('B')).content).toMatchObject({ kind: 'array', of: { local: 'int' } })
  })

  test('of arrays has items that are arrays', async () => {
    const { type } = await compiled(
      ARRAY(`<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int[][]')}</xs:restriction>`),
    )
    const { content } = complex(type('A'))
    const item = content.kind === 'array' ? content.item.type() : undefined
    expect(item).toMatchObject({ key: '', content: { kind: 'array', of: { local: 'int' } } })
  })

  test('refuses an arrayType without brackets', async () => {
    const { type } = await compiled(
      ARRAY(`<xs:restriction base="soapenc:Array">${ARRAY_TYPE('xs:int')}</xs:restriction>`),
    )
    expect(() => type('A')).toThrow(ContractError)
  })
})

describe('a simple type', () => {
  test('has the enumeration of its own restriction, or of its base', async () => {
    const { type } = await compiled(
      simple('A', enumeration('x', 'y')) +
        simple('B', '<xs:restriction base="t:A"><xs:maxLength value="1"/></xs:restriction>') +
        simple('C', '<xs:restriction base="t:A"><xs:enumeration value="y"/></xs:restriction>'),
    )
    expect(type('A')).toMatchObject({ enumeration: ['x', 'y'], namespace: NS, local: 'A' })
    expect(type('B')).toMatchObject({ enumeration: ['x', 'y'] })
    expect(type('C')).toMatchObject({ enumeration: ['y'] })
  })

  test.each<[string, string, string, unknown]>([
    ['of one scalar is read by the first member that takes it', 'xs:byte xs:int', '300', 300],
    ['of different ones stays as it is written', 'xs:int xs:string', '007', '007'],
    ['with a list stays as it is written', 't:L xs:int', '1 2', '1 2'],
  ])('that is a union %s', async (...[, members, text, value]) => {
    const { type } = await compiled(
      simple('L', '<xs:list itemType="xs:int"/>') +
        simple('U', `<xs:union memberTypes="${members}"/>`),
    )
    const union = type('U')
    expect(union.kind === 'simple' && union.lexical.parse(text)).toEqual(value)
    expect(union).toMatchObject({ members: [{ kind: 'simple' }, { kind: 'simple' }] })
  })

  test('that is a union prints by the first member that takes the value', async () => {
    const { type } = await compiled(
      simple(
        'U',
        `<xs:union memberTypes="xs:int xs:date"><xs:simpleType>${enumeration('x')}</xs:simpleType></xs:union>`,
      ),
    )
    const union = type('U')
    const print = (value: string | number | boolean) =>
      union.kind === 'simple' ? union.lexical.print(value) : undefined
    expect([print(7), print('2026-01-02'), print('x'), print(true)]).toEqual([
      '7',
      '2026-01-02',
      'x',
      undefined,
    ])
  })

  test('that is a list has the items of its item type', async () => {
    const { type } = await compiled(
      simple(
        'L',
        '<xs:list><xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType></xs:list>',
      ),
    )
    expect(type('L')).toMatchObject({ list: true, lexical: { name: 'int' } })
  })

  test('of the encoding keeps its own name', async () => {
    const { element } = await compiled('<xs:element name="e" type="soapenc:base64"/>')
    expect(element('e').type()).toMatchObject({
      key: '{http://schemas.xmlsoap.org/soap/encoding/}base64',
      lexical: { name: 'base64Binary' },
    })
  })
})

describe('a substitution group', () => {
  const GROUP = `<xs:element name="head" type="xs:string" abstract="true"/>
    <xs:element name="a" substitutionGroup="t:head"/><xs:element name="b" type="xs:string" substitutionGroup="t:a"/>`

  test('is known to its head, at any distance', async () => {
    const { element } = await compiled(GROUP)
    expect(element('head').abstract).toBe(true)
    expect(element('head').substitutes()).toEqual([element('a'), element('b')])
    expect(element('b').substitutes()).toEqual([])
  })

  test('gives its type to elements that have none', async () => {
    const { element } = await compiled(GROUP)
    expect(element('a').type()).toMatchObject({ lexical: { name: 'string' } })
  })
})

describe('a complex type', () => {
  test('knows what is derived from it, by simple content, too', async () => {
    const { type } =
      await compiled(`<xs:complexType name="A"><xs:simpleContent><xs:extension base="xs:string"/></xs:simpleContent></xs:complexType>
      <xs:complexType name="B"><xs:simpleContent><xs:extension base="t:A"><xs:attribute name="x"/></xs:extension></xs:simpleContent></xs:complexType>`)
    expect(
      complex(type('A'))
        .derived()
        .map(({ local }) => local),
    ).toEqual(['B'])
  })

  test('has elements and attributes of its base before its own', async () => {
    const { type } =
      await compiled(`<xs:complexType name="A"><xs:sequence><xs:element name="a"/></xs:sequence><xs:attribute name="x"/><xs:anyAttribute/></xs:complexType>
      <xs:complexType name="B"><xs:complexContent><xs:extension base="t:A"><xs:sequence><xs:element name="b"/></xs:sequence><xs:attribute name="y"/></xs:extension></xs:complexContent></xs:complexType>`)
    expect(elementNames(type('B'))).toEqual(['a', 'b'])
    const { attributes, anyAttribute } = complex(type('B'))
    expect(attributes.map(({ local }) => local)).toEqual(['x', 'y'])
    expect(anyAttribute).toBe(true)
  })

  test('by restriction has only what it says again, and no prohibited attribute', async () => {
    const { type } =
      await compiled(`<xs:complexType name="A"><xs:sequence><xs:element name="a" minOccurs="0"/><xs:element name="b"/></xs:sequence><xs:attribute name="x"/><xs:attribute name="y"/></xs:complexType>
      <xs:complexType name="B"><xs:complexContent><xs:restriction base="t:A"><xs:sequence><xs:element name="b"/></xs:sequence><xs:attribute name="x" use="prohibited"/></xs:restriction></xs:complexContent></xs:complexType>`)
    expect(elementNames(type('B'))).toEqual(['b'])
    expect(complex(type('B')).attributes.map(({ local }) => local)).toEqual(['y'])
  })

  test('takes the preset of the attribute that it refers to', async () => {
    const { type } = await compiled(`<xs:attribute name="x" type="xs:int" default="3"/>
      <xs:complexType name="A"><xs:attribute ref="t:x"/></xs:complexType>`)
    expect(complex(type('A')).attributes).toMatchObject([
      { namespace: NS, local: 'x', preset: '3' },
    ])
  })
})

describe('xsd:redefine', () => {
  test('extends a type under its own name', async () => {
    const { element } = await redefining(
      '<xs:complexType name="A"><xs:complexContent><xs:extension base="t:A"><xs:sequence><xs:element name="b"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>',
    )
    expect(elementNames(element('e').type())).toEqual(['a', 'g', 'b'])
    expect(complex(element('e').type()).derived()).toEqual([])
  })

  test('extends groups for whoever uses them', async () => {
    const { element } = await redefining(
      '<xs:group name="G"><xs:sequence><xs:group ref="t:G"/><xs:element name="h"/></xs:sequence></xs:group><xs:attributeGroup name="H"><xs:attributeGroup ref="t:H"/><xs:attribute name="y"/></xs:attributeGroup>',
    )
    expect(elementNames(element('e').type())).toEqual(['a', 'g', 'h'])
    expect(complex(element('e').type()).attributes.map(({ local }) => local)).toEqual(['y', 'x'])
  })
})

describe('a contract made to exhaust us', () => {
  test('by a chain of types is refused', async () => {
    const chain = Array.from(
      { length: 5000 },
      (_, at) =>
        `<xs:complexType name="T${at}"><xs:complexContent><xs:extension base="t:T${at + 1}"/></xs:complexContent></xs:complexType>`,
    )
    const { type } = await compiled(`${chain.join('')}<xs:complexType name="T5000"/>`)
    expect(() => type('T0')).toThrow('too many')
  })

  test('by groups that double is refused', async () => {
    const groups = Array.from(
      { length: 40 },
      (_, at) =>
        `<xs:group name="G${at}"><xs:sequence><xs:group ref="t:G${at + 1}"/><xs:group ref="t:G${at + 1}"/></xs:sequence></xs:group>`,
    )
    const { type } = await compiled(
      `${groups.join('')}<xs:group name="G40"><xs:sequence/></xs:group><xs:complexType name="A"><xs:group ref="t:G0"/></xs:complexType>`,
    )
    expect(() => type('A')).toThrow('too many')
  })
})

test('anyType knows the types that an xsi:type may name', async () => {
  const { element } = await compiled(
    '<xs:element name="e"/><xs:complexType name="A"/><xs:complexType name="Bad"><xs:sequence><xs:element ref="t:none"/></xs:sequence></xs:complexType>',
  )
  const type = element('e').type()
  const named = (key: string) => (type.kind === 'anything' ? type.named(key) : undefined)
  expect(named(`{${NS}}A`)).toMatchObject({ kind: 'complex', local: 'A' })
  expect(named('{http://www.w3.org/2001/XMLSchema}int')).toMatchObject({ kind: 'simple' })
  expect([named(`{${NS}}Bad`), named('{urn:x}y')]).toEqual([undefined, undefined])
})

describe('a lenient reader', () => {
  test.each<[string, string, string, string]>([
    [
      'a type in the wrong namespace',
      '<xs:element name="e" type="A"/><xs:complexType name="A"/>',
      'A',
      `{${NS}}A is taken`,
    ],
    [
      'a built-in type in the wrong namespace',
      '<xs:element name="e" type="t:int"/>',
      'int',
      'int is taken',
    ],
    [
      'a built-in type in the wrong case',
      '<xs:element name="e" type="xs:base64binary"/>',
      'base64Binary',
      'base64Binary is taken',
    ],
    [
      'an undeclared prefix',
      '<xs:element name="e" type="q:A"/><xs:complexType name="A"/>',
      'A',
      'prefix of "q:A"',
    ],
    [
      'a type that is nowhere',
      '<xs:element name="e" type="t:Nowhere"/>',
      'anyType',
      'anything is taken',
    ],
  ])('goes over %s, and says so', async (...[, content, local, note]) => {
    const { schema, element } = await compiled(content, {}, { lenient: true })
    expect(element('e').type().local).toBe(local)
    expect(schema.notes.map(({ message }) => message).join('\n')).toContain(note)
    const strict = await compiled(content)
    expect(() => strict.element('e').type()).toThrow(ContractError)
  })

  test('does not choose between two of one name', async () => {
    const { element } = await compiled(
      '<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:import namespace="urn:c" schemaLocation="c.xsd"/><xs:element name="e" type="t:A"/>',
      { 'b.xsd': other('urn:b'), 'c.xsd': other('urn:c') },
      { lenient: true },
    )
    expect(element('e').type().kind).toBe('anything')
  })
})
