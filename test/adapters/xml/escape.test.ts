import { expect, test } from 'vitest'

import { escapeAttribute, escapeText, isXmlText } from '../../../adapters/xml/escape.ts'

test.each([
  ['plain', 'plain', 'plain'],
  ['a<b>&"c"', 'a&lt;b&gt;&amp;"c"', 'a&lt;b&gt;&amp;&quot;c&quot;'],
  [']]>', ']]&gt;', ']]&gt;'],
  ['a\r\n\tb', 'a&#13;\n\tb', 'a&#13;&#10;&#9;b'],
  ['{env.SECRET} ${x}', '{env.SECRET} ${x}', '{env.SECRET} ${x}'],
  ['می‌روم', 'می‌روم', 'می‌روم'],
])('escapes %j', (text, asText, asAttribute) => {
  expect(escapeText(text)).toBe(asText)
  expect(escapeAttribute(text)).toBe(asAttribute)
})

test.each([
  ['\u0000', false],
  ['\u000B', false],
  ['\uFFFE', false],
  ['\uD800', false],
  ['\t\n\r', true],
  ['😀', true],
])('knows whether XML can carry %j', (text, expected) => {
  expect(isXmlText(`a${text}b`)).toBe(expected)
})
