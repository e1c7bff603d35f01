import { expect, test } from 'vitest'

import { XmlFragment } from '../../../adapters/xml/fragment.ts'
import { parseXml } from '../../../adapters/xml/parse.ts'

/** The content of the root, by itself. */
function inner(text: string): string {
  const fragment = new XmlFragment()
  let depth = 0
  parseXml(text, {
    open(tag, place) {
      if (depth > 0) fragment.open(tag, place)
      depth += 1
    },
    text(value) {
      if (depth > 0) fragment.write(value)
    },
    close() {
      depth -= 1
      if (depth > 0) fragment.close()
    },
  })
  return fragment.toString()
}

test.each([
  [
    'declares a default namespace from outside once',
    '<a xmlns="u"><b><c/></b></a>',
    '<b xmlns="u"><c></c></b>',
  ],
  [
    'declares a prefix from outside where it is used',
    '<a xmlns:p="u" xmlns:q="v"><b p:x="1"/></a>',
    '<b xmlns:p="u" p:x="1"></b>',
  ],
  [
    'takes a default namespace back',
    '<a xmlns="u"><b><c xmlns=""/></b></a>',
    '<b xmlns="u"><c xmlns=""></c></b>',
  ],
  [
    'keeps the prefix of an xsi:type',
    '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="u"><b i:type="t:x"/></a>',
    '<b xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="u" i:type="t:x"></b>',
  ],
  [
    'escapes again',
    '<a><b x="&quot;&lt;">&lt;&amp;<![CDATA[<]]></b></a>',
    '<b x="&quot;&lt;">&lt;&amp;&lt;</b>',
  ],
])('%s', (_, text, expected) => {
  expect(inner(text)).toBe(expected)
  expect(() => parseXml(`<x>${expected}</x>`, { open() {}, text() {}, close() {} })).not.toThrow()
})
