// What the stages after this one know of a client's operation.

import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql'

/** As GraphQL over HTTP names its parameters. */
export interface OperationRequest {
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
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
  /** `@defer` was taken out of the document; the hash is still that of the text. */
  readonly whole?: true
}

/** The limits of one operation (facts: sign-on and security, "Limits by default"). */
export interface OperationLimits {
  readonly tokens: number
  readonly depth: number
  readonly aliases: number
  readonly rootFields: number
  readonly directives: number
  /** Fields counted as often as fragments repeat them. */
  readonly selections: number
}
