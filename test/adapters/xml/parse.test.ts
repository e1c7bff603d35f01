import { expect, test } from 'vitest'

import { parseXml, XmlError, type XmlFault } from '../../../adapters/xml/parse.ts'

function events(text: string, depth?: number): string[] {
  const seen: string[] = []
  parseXml(
    text,
    {
      open: ({ namespace, local, attributes }) =>
        seen.push(
          `<{${namespace}}${local}${attributes.map((a) => ` {${a.namespace}}${a.local}=${a.value}`).join('')}>`,
        ),
      text: (value) => seen.push(value),
      close: () => seen.push('</>'),
    },
    depth === undefined ? {} : { depth },
  )
  return seen
}

function refusal(text: string, depth?: number): XmlFault | undefined {
  try {
    events(text, depth)
    return undefined
  } catch (error) {
    return error instanceof XmlError ? error.reason : undefined
  }
}

test.each([
  ['default namespace', '<a xmlns="u"><b/></a>', ['<{u}a>', '<{u}b>', '</>', '</>']],
  [
    'namespace taken back',
    '<a xmlns="u"><b xmlns=""/><c/></a>',
    ['<{u}a>', '<{}b>', '</>', '<{u}c>', '</>', '</>'],
  ],
  [
    'prefix bound again inside',
    '<p:a xmlns:p="u"><p:b xmlns:p="v"/><p:c/></p:a>',
    ['<{u}a>', '<{v}b>', '</>', '<{u}c>', '</>', '</>'],
  ],
  ['attributes have no default namespace', '<a xmlns="u" x="1"/>', ['<{u}a {}x=1>', '</>']],
  [
    'xml prefix is known',
    '<a xml:lang="fa"/>',
    ['<{}a {http://www.w3.org/XML/1998/namespace}lang=fa>', '</>'],
  ],
  [
    'entities and CDATA are text',
    '<a>&lt;&#x6A9;<![CDATA[<b>]]></a>',
    ['<{}a>', '<ک', '<b>', '</>'],
  ],
  ['white space before the declaration', '\n <?xml version="1.0"?><a/>', ['<{}a>', '</>']],
])('reads %s', (_, text, expected) => {
  expect(events(text)).toEqual(expected)
})

test.each<[string, string, XmlFault]>([
  ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'doctype'],
  ['an external DOCTYPE', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'doctype'],
  ['an HTML page', '<!DOCTYPE html><html><body><br></body></html>', 'html'],
  ['an HTML page without DOCTYPE', '<html><body><br></body></html>', 'html'],
  ['an unknown entity', '<a>&nbsp;</a>', 'malformed'],
  ['an undeclared prefix', '<p:a/>', 'malformed'],
  ['an undeclared prefix of an attribute', '<a p:x="1"/>', 'malformed'],
  ['the same attribute twice', '<a x="1" x="2"/>', 'malformed'],
  [
    'the same attribute by two prefixes',
    '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
    'malformed',
  ],
  ['crossed tags', '<a><b></a></b>', 'malformed'],
  ['two roots', '<a/><b/>', 'malformed'],
  ['text after the root', '<a/>x', 'malformed'],
  ['a missing end', '<a><b>te', 'truncated'],
  ['nothing', '', 'truncated'],
  ['JSON', '{"a":1}', 'malformed'],
])('refuses %s', (_, text, reason) => {
  expect(refusal(text)).toBe(reason)
})

function nested(depth: number): string {
  return '<a>'.repeat(depth) + '</a>'.repeat(depth)
}

test('refuses elements deeper than the limit and takes those at it', () => {
  expect(refusal(nested(10), 10)).toBeUndefined()
  expect(refusal(nested(11), 10)).toBe('too-deep')
  expect(refusal(nested(100_000))).toBe('too-deep')
})

test('reads values across the chunks it is fed by', () => {
  const value = 'ن'.repeat(200_000)
  expect(events(`<a>${value}</a>`).slice(1, -1).join('')).toBe(value)
})
