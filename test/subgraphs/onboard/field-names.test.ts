import { expect, test } from 'vitest'

import { containers, fieldNames } from '../../../subgraphs/onboard/field-names.ts'

test('XML: paths of local names, each once', () => {
  const text = '<s:a><b x="1"/><c><![CDATA[<no/>]]><d>1</d></c><c><d>2</d></c><!-- <e/> --></s:a>'
  expect([...fieldNames(text, 'text/xml')]).toEqual(['a', 'a.b', 'a.c', 'a.c.d'])
})

test('JSON: paths of members, places in lists are no part of them', () => {
  const text = '{"a": {"b": "x:y, {z}"}, "c": [{"d": 1}, {"d": 2, "e": []}], "f": null}'
  expect([...fieldNames(text, 'application/json')]).toEqual(['a', 'a.b', 'c', 'c.d', 'c.e', 'f'])
})

test('a table has no names to compare', () => {
  expect(fieldNames('a;b', 'text/csv').size).toBe(0)
})

test('JSON: what is a list and what a record, by the name that holds it', () => {
  const { lists, records } = containers(
    '{"a":[{"b":{"c":1}}],"d":[1],"e":"[{"}',
    'application/json',
  )
  expect([...lists]).toEqual(['a', 'd'])
  expect(records).toContain('a.b')
  expect(records).not.toContain('a')
})
