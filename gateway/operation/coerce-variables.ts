// A client's variables made what the schema says: GraphQL §6.1.2. Values are never repeated in a message.

import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode, print } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import { refusal } from './finding.ts'

type Variables = Readonly<Record<string, unknown>>

export type Coerced =
  | { readonly variables: Variables; readonly findings?: undefined }
  | { readonly variables?: undefined; readonly findings: readonly AnswerError[] }

export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Variables,
): Coerced {
  const findings: AnswerError[] = []
  const variables: Record<string, unknown> = {}
  for (const definition of operation.variableDefinitions ?? []) {
    const { coerced, errors } = getVariableValues(schema, [definition], given, { maxErrors: 1 })
    if (errors === undefined) {
      Object.assign(variables, coerced)
      continue
    }
    const name = definition.variable.name.value
    const text = `Variable "$${name}" is not a valid ${print(definition.type)}.`
    findings.push(refusal('OPERATION_INVALID', text, { variable: name }))
  }
  return findings.length > 0 ? { findings } : { variables }
}
