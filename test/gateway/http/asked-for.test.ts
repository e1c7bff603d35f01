import { expect, test } from 'vitest'

import { askedFor } from '../../../gateway/http/asked-for.ts'

const purposes = () => new Set(['deed', 'court'])

function read(lines: Readonly<Record<string, string[]>>) {
  const headers = Object.fromEntries(
    Object.entries(lines).map(([name, values]) => [name, values.join(', ')]),
  )
  return askedFor({ headers, headersDistinct: lines }, purposes)
}

test('says nothing of a request that says nothing', () => {
  expect(read({})).toEqual({})
})

test('reads the purpose and the case', () => {
  const said = { 'panjareh-purpose': ['deed'], 'x-road-issue': ['T-1405/8812 (b)'] }
  expect(read(said)).toEqual({ purpose: 'deed', issue: 'T-1405/8812 (b)' })
})

test.each<[string, Record<string, string[]>]>([
  ['a purpose that nothing is read for', { 'panjareh-purpose': ['identity'] }],
  ['the name of a role', { 'panjareh-purpose': ['inquiry:deed'] }],
  ['no purpose', { 'panjareh-purpose': [''] }],
  ['two purposes', { 'panjareh-purpose': ['deed', 'court'] }],
  ['one purpose twice', { 'panjareh-purpose': ['deed', 'deed'] }],
  ['a list of purposes', { 'panjareh-purpose': ['deed, court'] }],
  ['two cases', { 'x-road-issue': ['a', 'b'] }],
  ['an empty case', { 'x-road-issue': [''] }],
  ['a long case', { 'x-road-issue': ['x'.repeat(65)] }],
  ['a case with a line', { 'x-road-issue': ['a\nb'] }],
  ['a case in another script', { 'x-road-issue': ['پرونده'] }],
])('refuses %s', (_, lines) => {
  expect(() => read(lines)).toThrow(expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }))
})

test('a name of what every object has is no purpose', () => {
  expect(() => read({ 'panjareh-purpose': ['constructor'] })).toThrow(/purpose/)
})
