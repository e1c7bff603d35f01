import { expect, test } from 'vitest'

import { lineOf, linesOf } from '../../../subgraphs/folder/json-lines.ts'

const TEXT = `{
  "a": 1,
  "b": [
    { "c": "x" },
    "y",
    {
      "d/e": { "f": null }
    }
  ], "g": true
}`

test.each([
  ['', 1],
  ['/a', 2],
  ['/b', 3],
  ['/b/0', 4],
  ['/b/0/c', 4],
  ['/b/1', 5],
  ['/b/2/d~1e', 7],
  ['/b/2/d~1e/f', 7],
  ['/g', 9],
])('%j stands in line %i', (pointer, line) => {
  expect(lineOf(linesOf(TEXT), pointer)).toBe(line)
})

test('what is not there is looked for around it', () => {
  expect(lineOf(linesOf(TEXT), '/b/0/absent/below')).toBe(4)
})

test('a brace or quote inside text is text', () => {
  expect(lineOf(linesOf('{"a": "}\\"{",\n"b": 1}'), '/b')).toBe(2)
})
