import { expect, test } from 'vitest'

import { checkSupergraph, refuseUnservable } from '../../../schema/compose/check-supergraph.ts'

const LINK = '@link(url: "https://specs.apollo.dev/link/v1.0")'
const supergraph = (links: string, types = 'type Query { a: Int }') =>
  `schema ${LINK} ${links} { query: Query } ${types}`

test.each([
  ['a known feature', '@link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)'],
  ['a feature without a purpose', '@link(url: "https://example.org/mine/v1.0")'],
  ['cost', '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])'],
  ['contexts', '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)'],
])('serves a supergraph with %s', (_, links) => {
  expect(checkSupergraph(supergraph(links))).toEqual([])
})

test.each([
  ['SECURITY', '@link(url: "https://example.org/mine/v1.0", for: SECURITY)'],
  ['EXECUTION', '@core(feature: "https://example.org/mine/v1.0", for: EXECUTION)'],
])('refuses an unknown feature for %s, however it is linked', (purpose, links) => {
  expect(checkSupergraph(supergraph(links))).toEqual([
    `the feature https://example.org/mine/v1.0 (for ${purpose}) is not known here`,
  ])
})

test('says all at once', () => {
  const types = 'type Query { a: Int, _p_a: Int } interface I { _q_b: Int, _own: Int }'
  const links = '@link(url: "https://example.org/mine/v1.0", for: SECURITY)'
  expect(checkSupergraph(supergraph(links, types))).toEqual([
    'the feature https://example.org/mine/v1.0 (for SECURITY) is not known here',
    'Query._p_a: no field may begin with _p_',
    'I._q_b: no field may begin with _q_',
  ])
})

test('refuses text that is no GraphQL, with its line', () => {
  expect(checkSupergraph('type Query {\n a: Int\n} }')).toEqual([
    'Syntax Error: Unexpected "}". (line 3)',
  ])
  expect(() => refuseUnservable('type')).toThrow(
    expect.objectContaining({ name: 'SupergraphError', findings: [expect.any(String)] }),
  )
})
