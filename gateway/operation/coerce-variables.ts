// A client's variables made what the schema says: GraphQL §6.1.2. Values are never repeated in a message.

import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode, print } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { countValues } from './bounded-values.ts'
import { refusal } from './finding.ts'

type Variables = Readonly<Record<string, unknown>>

type Coerced =
  | { readonly variables: Variables; readonly findings?: undefined }
  | {
      readonly variables?: undefined
      readonly findings: readonly AnswerError[]
      readonly reason: RefusalReason
    }

export type CoerceVariables = (operation: OperationDefinitionNode, given: Variables) => Coerced

interface CoerceOptions {
  readonly schema: GraphQLSchema
  /** Most values that the variables of one operation may hold. */
  readonly most: number
}

export function buildCoerceVariables({ schema, most }: CoerceOptions): CoerceVariables {
  return (operation, given) => {
    let values = 0
    for (const { variable } of operation.variableDefinitions ?? []) {
      values += countValues(given[variable.name.value], most)
      if (values > most) return tooMany(most)
    }
    return coerceAll(schema, operation, given)
  }
}

function coerceAll(
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
  return findings.length > 0 ? { findings, reason: 'variable-values' } : { variables }
}

function tooMany(most: number): Coerced {
  const text = `The variables hold too much: more than ${most} values, or too many within each other.`
  const finding = refusal('OPERATION_TOO_COSTLY', text, { limit: 'values', most })
  return { findings: [finding], reason: 'values' }
}
