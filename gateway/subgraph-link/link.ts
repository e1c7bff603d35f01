// The port to a subgraph, as the executor sees it. Never rejects for what a subgraph or the network did: that is an
// answer with errors.

import type { DocumentNode } from 'graphql'

import type { Answer, RequestContext } from '../../schema/context.ts'

export interface SubgraphLink {
  readonly name: string
  /** Nobody may change the answer or anything in it: others may be given the same one. */
  send(request: LinkRequest): Promise<Answer>
  /** The events of a subscription; absent if this way offers none. Ends with the request's signal. */
  subscribe?(request: LinkRequest): AsyncIterable<Answer>
}

export interface LinkRequest {
  readonly operation: LinkOperation
  /** Without the representations. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly representations: readonly Representations[]
  readonly context: RequestContext
}

/** One object per planned call, so that what a link makes of it once can be remembered with it. */
export interface LinkOperation {
  readonly document: DocumentNode
  /** The document as text. */
  readonly text: string
  readonly operationName: string | undefined
  readonly mutates: boolean
}

/** The objects to be completed, for one variable of the operation; each distinct one once. */
export interface Representations {
  readonly variable: string
  /** Each as JSON. */
  readonly texts: readonly string[]
  /** The same as values; made only where they are wanted. */
  values(): readonly Readonly<Record<string, unknown>>[]
}
