import { describe, expect, test } from 'vitest'

import { differences } from '../../../adapters/playback/match.ts'

const NONE = { name: 'case', method: 'POST', path: undefined } as const
const REPLY = { status: 200, headers: {}, body: new Uint8Array() }

function compare(sent: string, request: string): string[] {
  const asked = { method: 'POST', path: '', headers: {}, body: sent } as const
  return differences(asked, { ...NONE, request, reply: REPLY })
}

const XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
const ENCODED = 'xmlns:n="http://schemas.xmlsoap.org/soap/encoding/"'

describe('XML is the same request', () => {
  test.each([
    ['with other prefixes', '<p:a xmlns:p="urn:x"><p:b/></p:a>', '<a xmlns="urn:x"><b/></a>'],
    [
      'with namespaces declared elsewhere',
      '<p:a xmlns:p="urn:x" xmlns:q="urn:y"><q:b/></p:a>',
      '<a xmlns="urn:x"><b xmlns="urn:y"/></a>',
    ],
    ['in another layout', '<a><b>1</b></a>', '<?xml version="1.0"?>\n<a>\n  <b>1</b>\n</a>\n'],
    ['written otherwise', "<a b='&#49;'><![CDATA[<]]></a>", '<a b="1">&lt;</a>'],
    ['with attributes in another order', '<a b="1" c="2"/>', '<a c="2" b="1"></a>'],
    [
      'with attributes of a namespace by other prefixes',
      '<a xmlns:p="urn:x" p:b="1"/>',
      '<a xmlns:q="urn:x" q:b="1"/>',
    ],
    [
      'with a type by another prefix',
      `<a ${XSI} xmlns:p="urn:x" i:type="p:T"/>`,
      `<a ${XSI} xmlns:q="urn:x" i:type="q:T"/>`,
    ],
    [
      'with an array of a type by another prefix',
      `<a ${ENCODED} xmlns:p="urn:x" n:arrayType="p:T[2]"/>`,
      `<a ${ENCODED} xmlns:q="urn:x" n:arrayType="q:T[2]"/>`,
    ],
    [
      'with any text where it is left open',
      '<a b="x-1-y"><c>9</c></a>',
      '<a b="x-{*}-y"><c>{*}</c></a>',
    ],
    ['with any type where it is left open', `<a ${XSI} i:type="T"/>`, `<a ${XSI} i:type="{*}"/>`],
  ])('%s', (_name, sent, recorded) => {
    expect(compare(sent, recorded)).toEqual([])
  })
})

describe('XML is another request', () => {
  test.each([
    ['in a text', '<a><b>1</b><b>2</b></a>', '<a><b>1</b><b>3</b></a>', ['a.b[2]']],
    ['in a blank', '<a> </a>', '<a/>', ['a']],
    ['in its root', '<a xmlns="urn:y"/>', '<a xmlns="urn:x"/>', ['a']],
    ['in a namespace', '<a><b xmlns="urn:y"/></a>', '<a><b xmlns="urn:x"/></a>', ['a.b']],
    ['in the order of elements', '<a><c/><b/></a>', '<a><b/><c/></a>', ['a.b']],
    ['by an element too few', '<a><b/></a>', '<a><b/><c/></a>', ['a.c']],
    ['by an element too many', '<a><b/><c/></a>', '<a><b/></a>', ['a.c']],
    ['in an attribute', '<a b="1" c="1"/>', '<a b="2" c="1"/>', ['a@b']],
    ['by an attribute too many', '<a b="1"/>', '<a/>', ['a@b']],
    ['by an attribute too few', '<a/>', '<a b="{*}"/>', ['a@b']],
    [
      'in the namespace of a type',
      `<a ${XSI} xmlns:p="urn:y" i:type="p:T"/>`,
      `<a ${XSI} xmlns:p="urn:x" i:type="p:T"/>`,
      ['a@type'],
    ],
    ['in several places', '<a><b>1</b><c>1</c></a>', '<a><b>2</b><c>2</c></a>', ['a.b', 'a.c']],
    ['around elements', '<a>1<b/></a>', '<a><b/></a>', ['a']],
  ])('%s', (_name, sent, recorded, places) => {
    expect(compare(sent, recorded)).toEqual(places.map((place) => `body at ${place}`))
  })

  test('when it is none', () => {
    expect(compare('<a>', '<a/>')).toEqual(['body at line 1'])
  })
})

describe('a form', () => {
  test.each<[string, string, string, string[]]>([
    ['is the same in another order', 'b=2&a=1', 'a=1&b=2', []],
    ['is the same when encoded otherwise', 'a=x%20%d8%A2%7E', 'a=x+%D8%a2~', []],
    ['is the same where it is left open', 'a=1&t=99', 'a=1&t={*}', []],
    ['is another in a value', 'a=1&b=3', 'a=1&b=2', ['body.b']],
    ['is another by a field too few', 'a=1', 'a=1&b=2', ['body.b']],
    ['is another by a field too many', 'a=1&b=2', 'a=1', ['body.b']],
    ['is another in the order of one field', 'a=2&a=1', 'a=1&a=2', ['body.a']],
    ['holds a blank and a plus apart', 'a=x+y', 'a=x%2By', ['body.a']],
    ['is another than a text', 'a=1', 'text', ['body at line 1']],
  ])('%s', (_name, sent, recorded, places) => {
    expect(compare(sent, recorded)).toEqual(places)
  })
})
