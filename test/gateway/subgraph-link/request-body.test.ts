import { expect, test } from 'vitest'

import { toRequestBody } from '../../../gateway/subgraph-link/request-body.ts'
import { call, operation } from '../support/remote.ts'

const one = { variable: 'r', texts: ['{"id":1}', '{"id":2}'], values: () => [] }
const two = { variable: 's', texts: [], values: () => [] }

test.each([
  ['nothing but the document', {}, [], {}],
  ['variables', { a: 'سلام "x"', b: null }, [], { a: 'سلام "x"', b: null }],
  ['representations', {}, [one], { r: [{ id: 1 }, { id: 2 }] }],
  ['both, of several places', { a: [1] }, [one, two], { a: [1], r: [{ id: 1 }, { id: 2 }], s: [] }],
])('writes %s as one JSON text', (_, variables, representations, expected) => {
  const request = call('query Named { a }', {}, { variables, representations })
  expect(JSON.parse(toRequestBody(request))).toEqual({
    query: 'query Named { a }',
    operationName: 'Named',
    variables: expected,
  })
})

test('the text of one operation is not another one’s, and a nameless one has no name', () => {
  const first = operation('{ a }')
  const second = operation('query B { b }')
  const texts = [first, second, first].map((which) => toRequestBody(call(which)))
  expect(texts.map((text): unknown => JSON.parse(text))).toEqual([
    { query: '{ a }', variables: {} },
    { query: 'query B { b }', operationName: 'B', variables: {} },
    { query: '{ a }', variables: {} },
  ])
})
