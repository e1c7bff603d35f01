import { expect, test } from 'vitest'

import { graphsOf } from '../../../gateway/subgraph-link/graphs-of.ts'

const supergraph = (...values: readonly string[]) =>
  `enum Other { A }  enum join__Graph { ${values.join(' ')} }`

test('names the subgraphs as the supergraph does, with their addresses', () => {
  const sdl = supergraph(
    'A @join__graph(name: "a-b", url: "http://127.0.0.1:1/graphql")',
    'B @join__graph(url: "https://b.example/x?y=1", name: "b")',
  )
  expect(graphsOf(sdl)).toEqual({
    graphs: [
      { name: 'a-b', url: 'http://127.0.0.1:1/graphql' },
      { name: 'b', url: 'https://b.example/x?y=1' },
    ],
    findings: [],
  })
})

test.each<[string, string, readonly string[]]>([
  ['text that is no GraphQL', 'type {', [expect.stringMatching(/^line 1, column 6: Syntax Error/)]],
  ['a schema', 'type Query { a: Int }', [expect.stringContaining('not a supergraph')]],
  [
    'an address that is missing',
    supergraph('A @join__graph(name: "a", url: "")'),
    ['subgraph "a" has no URL'],
  ],
  ['a subgraph without a directive', supergraph('A'), ['subgraph "A" has no URL']],
  [
    'addresses that cannot be called',
    supergraph(
      'A @join__graph(name: "a", url: "ftp://x/y")',
      'B @join__graph(name: "b", url: "x")',
    ),
    [
      'the URL of subgraph "a" is not http or https',
      'the URL of subgraph "b" is not http or https',
    ],
  ],
])('finds %s', (_, sdl, findings) => {
  expect(graphsOf(sdl)).toEqual({ graphs: [], findings })
})
