import { expect, test } from 'vitest'

import {
  hashOf,
  type ManifestOperation,
  readManifest,
  writeManifest,
} from '../../schema/document-manifest.ts'

const entry = (name: string, clientName?: string): ManifestOperation => {
  const body = `query ${name} { a }`
  return { id: hashOf(body), name, type: 'query', body, ...(clientName ? { clientName } : {}) }
}

test('what is written is read again', () => {
  const operations = [entry('A'), entry('B', 'portal')]
  expect(readManifest(writeManifest(operations))).toEqual({ operations })
})

test('the order of operations does not change the text', () => {
  const operations = [entry('B'), entry('A', 'portal'), entry('A', 'kiosk'), entry('C')]
  expect(writeManifest(operations)).toBe(writeManifest(operations.toReversed()))
})

test("reads what Apollo's own tool writes", () => {
  const text = JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ ...entry('A'), clientName: null }],
  })
  expect(readManifest(text).operations).toHaveLength(1)
})

test.each([
  ['no JSON', '{', '/'],
  ['another format', JSON.stringify({ format: 'x', version: 1, operations: [] }), '/format'],
  [
    'another version',
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 2, operations: [] }),
    '/version',
  ],
  [
    'an id that is no hash',
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ ...entry('A'), id: 'abc' }],
    }),
    '/operations/0/id',
  ],
])('refuses %s and says where', (_, text, place) => {
  expect(readManifest(text).findings).toEqual([
    `is not a manifest of persisted queries, version 1: ${place}`,
  ])
})

test('refuses an id that is the hash of another text', () => {
  const wrong = { ...entry('A'), id: hashOf('query A { b }') }
  expect(readManifest(writeManifest([wrong, entry('B')])).findings).toEqual([
    'the id of A is not the SHA-256 of its body',
  ])
})
