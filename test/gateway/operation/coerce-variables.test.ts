import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql'
import { expect, test } from 'vitest'

import { coerceVariables } from '../../../gateway/operation/coerce-variables.ts'
import { invariant } from '../../../schema/errors.ts'

const schema = buildSchema('enum E { A B } type Query { f(n: Int!, e: E, l: [Int!]): Int }')
const operationOf = (text: string): OperationDefinitionNode => {
  const [definition] = parse(text).definitions
  invariant(definition?.kind === Kind.OPERATION_DEFINITION, 'a test passes an operation')
  return definition
}
const operation = operationOf('query ($n: Int!, $e: E = A, $l: [Int!]) { f(n: $n, e: $e, l: $l) }')

test('fills defaults, makes lists and leaves out what is not there', () => {
  const { variables } = coerceVariables(schema, operation, { n: 1, l: 2, other: 3 })
  expect(variables).toEqual({ n: 1, e: 'A', l: [2] })
})

test('names every variable that is wrong and repeats no value', () => {
  const { findings } = coerceVariables(schema, operation, { n: '0012345679', e: 'C' })
  expect(findings?.map(({ extensions }) => extensions)).toEqual([
    { code: 'OPERATION_INVALID', variable: 'n' },
    { code: 'OPERATION_INVALID', variable: 'e' },
  ])
  expect(JSON.stringify(findings)).not.toContain('0012345679')
})
