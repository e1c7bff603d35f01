import { buildSchema, Kind, OperationTypeNode, parse } from 'graphql'
import { expect, test } from 'vitest'

import { buildExecuteOperation } from '../../../gateway/execute/execute-operation.ts'
import { NOTHING } from '../../../gateway/plan/plan.ts'
import { ANONYMOUS } from '../../../schema/caller.ts'
import { invariant } from '../../../schema/errors.ts'

const schema = buildSchema('type Query { name: String }')
const execute = buildExecuteOperation(schema, { links: new Map(), meets: () => false })

test('an empty plan for fields that were asked is a bug, not an answer of nulls', async () => {
  await expect(run('{ name }')).rejects.toThrow('the planner left out what was asked')
})

test.each([['{ __typename }'], ['{ __typename name @skip(if: true) }']])(
  'an empty plan answers %s',
  async (text) => {
    expect(await run(text)).toEqual({ data: { __typename: 'Query' } })
  },
)

test('an empty plan answers what was denied', async () => {
  expect(await run('{ name }', true)).toMatchObject({
    data: { name: null },
    errors: [{ path: ['name'], extensions: { code: 'FORBIDDEN' } }],
  })
})

function run(text: string, denied = false) {
  const [operation] = parse(text).definitions
  invariant(operation?.kind === Kind.OPERATION_DEFINITION, 'the test writes one operation')
  invariant(operation.operation === OperationTypeNode.QUERY, 'and it is a query')
  return execute({
    plan: NOTHING,
    operation,
    fragments: [],
    denied: () => (denied ? 'FORBIDDEN' : undefined),
    variables: {},
    context: {
      requestId: 'r',
      traceparent: '',
      caller: ANONYMOUS,
      signal: new AbortController().signal,
      provenance: false,
      ask: () => Promise.resolve({}),
    },
  })
}
