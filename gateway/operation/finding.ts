// What is wrong with an operation, in the words of graphql-js or ours, always with a code.

import { type GraphQLError, isValueNode, Kind, print } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import type { ErrorCode } from '../../schema/errors.ts'

/** A finding that may also point into the document. */
export interface LocatedError extends AnswerError {
  readonly locations?: readonly { readonly line: number; readonly column: number }[]
}

/** A message repeats names, and a name may be as long as a body; a finding may point to every token of a document. */
const LONGEST_MESSAGE = 300
const MOST_LOCATIONS = 4

export function toFinding(
  error: GraphQLError,
  code: ErrorCode = 'OPERATION_INVALID',
): LocatedError {
  const { locations } = error
  return {
    message: shortened(withoutValues(error)),
    ...(locations === undefined ? {} : { locations: locations.slice(0, MOST_LOCATIONS) }),
    extensions: { code },
  }
}

/** A token that the parser did not expect, with its text. */
const TOKEN = /\b(String|BlockString|Int|Float) "[\s\S]*"/

/** A value in a document may be somebody's number as well as one in a variable. Names may be repeated. */
function withoutValues({ message, nodes }: GraphQLError): string {
  const [node] = nodes ?? []
  if (node === undefined) return message.replace(TOKEN, '$1')
  const repeated = isValueNode(node) && node.kind !== Kind.ENUM && message.includes(print(node))
  return repeated ? 'A value is not of the type that is expected here.' : message
}

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message
}

export function refusal(
  code: ErrorCode,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): AnswerError {
  return { message, extensions: { code, ...facts } }
}
