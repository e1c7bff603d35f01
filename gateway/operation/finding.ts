// What is wrong with an operation, in the words of graphql-js or ours, always with a code.

import type { GraphQLError } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import type { ErrorCode } from '../../schema/errors.ts'

/** A finding that may also point into the document. */
export interface LocatedError extends AnswerError {
  readonly locations?: readonly { readonly line: number; readonly column: number }[]
}

export function toFinding(
  error: GraphQLError,
  code: ErrorCode = 'OPERATION_INVALID',
): LocatedError {
  const { message, locations } = error
  return {
    message,
    ...(locations === undefined
      ? {}
      : { locations: locations.map(({ line, column }) => ({ line, column })) }),
    extensions: { code },
  }
}

export function refusal(
  code: ErrorCode,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): AnswerError {
  return { message, extensions: { code, ...facts } }
}
