import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'

import { buildCoerceVariables } from '../../../gateway/operation/coerce-variables.ts'
import { invariant } from '../../../schema/errors.ts'

const schema = buildSchema('enum E { A B } type Query { f(n: Int!, e: E, l: [Int!]): Int }')
const coerce = buildCoerceVariables({ schema, most: 100 })
const operationOf = (text: string): OperationDefinitionNode => {
  const [definition] = parse(text).definitions
  invariant(definition?.kind === Kind.OPERATION_DEFINITION, 'a test passes an operation')
  return definition
}
const operation = operationOf('query ($n: Int!, $e: E = A, $l: [Int!]) { f(n: $n, e: $e, l: $l) }')

test('fills defaults, makes lists and leaves out what is not there', () => {
  const { variables } = coerce(operation, { n: 1, l: 2, other: 3 })
  expect(variables).toEqual({ n: 1, e: 'A', l: [2] })
})

test('names every variable that is wrong and repeats no value', () => {
  const { findings } = coerce(operation, { n: '0012345679', e: 'C' })
  expect(findings?.map(({ extensions }) => extensions)).toEqual([
    { code: 'OPERATION_INVALID', variable: 'n' },
    { code: 'OPERATION_INVALID', variable: 'e' },
  ])
  expect(JSON.stringify(findings)).not.toContain('0012345679')
})

const nested = (levels: number) =>
  Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1)

test.each([
  ['a long list', { n: 1, l: Array(100).fill(1) }],
  ['two lists together', { n: Array(60).fill(1), l: Array(60).fill(1) }],
  ['lists within lists', { n: 1, l: nested(80) }],
  ['a hundred thousand lists within lists', { n: 1, l: nested(100_000) }],
])('refuses %s before it is coerced', (_, variables) => {
  const { findings, reason } = { findings: [], reason: '', ...coerce(operation, variables) }
  expect(reason).toBe('values')
  expect(findings).toMatchObject([
    { extensions: { code: 'OPERATION_TOO_COSTLY', limit: 'values' } },
  ])
})

test('what no variable asks for is not counted', () => {
  expect(coerce(operation, { n: 1, other: nested(80) }).variables).toEqual({ n: 1, e: 'A' })
})
