// What the stages after this one know of a client's operation.

import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'

/** As GraphQL over HTTP names its parameters. */
export interface OperationRequest {
  /** Absent where a trusted document is named instead. */
  readonly query?: string | undefined
  readonly document?: DocumentReference | undefined
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

/** A trusted document by the SHA-256 of its text, in lower-case hex. */
interface DocumentReference {
  readonly sha256: string
  /** Asked in the manner of Apollo's automatic persisted queries, which are not offered. */
  readonly automatic: boolean
}

/** One operation, valid and within limits. Without `@provenance`, which is for the gateway alone. */
export interface CheckedOperation {
  /** The operation and the fragments it uses, nothing else. The same object for the same text. */
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly fragments: readonly FragmentDefinitionNode[]
  /** SHA-256 of text and operation name, base64url: for logs and cache keys. */
  readonly hash: string
  readonly provenance: boolean
  /** Where variables decide what the operation costs: refuses those that ask for too much. */
  readonly refuseCost?: RefuseCost | undefined
  /** `@defer` was taken out of the document; the hash is still that of the text. */
  readonly whole?: true
  /** As often as fragments repeat them: with it grows all that is remembered of the operation. */
  readonly selections: number
}

/** Selections that an operation has in one place of a cache; most have fewer. */
const PLACE = 100

/**
 * How many places of a cache an operation takes, with its filtered documents and programs. One that is as large as the
 * limits allow was measured at 1 MB.
 */
export function placesOf({ selections }: Pick<CheckedOperation, 'selections'>): number {
  return Math.max(1, Math.ceil(selections / PLACE))
}

/** In: coerced variables. Undefined where the operation may be asked with them. */
export type RefuseCost = (variables: Readonly<Record<string, unknown>>) => AnswerError | undefined

/** The limits of one operation (facts: sign-on and security, "Limits by default"). */
export interface OperationLimits {
  readonly tokens: number
  readonly depth: number
  readonly aliases: number
  readonly rootFields: number
  readonly directives: number
  /** Fields counted as often as fragments repeat them. */
  readonly selections: number
  /** Pairs of fields in the same place, and of fragments, that validation compares. */
  readonly comparisons: number
  /** In the variables, with all values inside. */
  readonly values: number
  /** Estimated: weights of objects and calls, as often as lists are long. */
  readonly cost: number
  /** Assumed length of a list that says nothing of itself. */
  readonly listSize: number
}
