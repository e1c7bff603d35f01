import { expect, test } from 'vitest'

import { parseDocument } from '../../../adapters/xml/document.ts'

test('keeps names, attributes, lines and the prefixes in scope', () => {
  const root = parseDocument(
    '<?xml version="1.0"?>\n<a xmlns="u" xmlns:p="v" x="1" p:y="2">\n  text\n  <p:b xmlns:q="w"/>\n  <c/>\n</a>',
  )
  const [b, c] = root.children
  expect([root.local, root.namespace, root.line]).toEqual(['a', 'u', 2])
  expect(root.attributes.get('x')).toBe('1')
  expect(root.foreign.get('{v}y')).toBe('2')
  expect([b?.local, b?.namespace, b?.line]).toEqual(['b', 'v', 4])
  expect(b?.prefixes.get('q')).toBe('w')
  expect(c?.prefixes.has('q')).toBe(false)
  expect(c?.prefixes.get('')).toBe('u')
})
