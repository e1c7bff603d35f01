// The port between the gateway and a subgraph, local or remote.

import type { DocumentNode } from 'graphql'

import type { Answer, RequestContext } from './context.ts'

export interface SubgraphRequest {
  readonly document: DocumentNode
  readonly operationName?: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: RequestContext
}

export interface Subgraph {
  readonly name: string
  /** Federation 2 SDL without mapping directives: what composition reads. */
  readonly sdl: string
  /**
   * What the calls that it makes to a legacy system cost, by coordinate: `Person` for the call that fetches an object,
   * `Person.deeds` for one that a field makes. Absent: it makes none.
   */
  readonly callCosts?: ReadonlyMap<string, number> | undefined
  execute(request: SubgraphRequest): Promise<Answer>
  /** The events of a subscription; absent if there are none to subscribe to. Should end with the request's signal. */
  subscribe?(request: SubgraphRequest): AsyncIterable<Answer>
  /** Undefined for a subgraph of our own that stands before no legacy system. */
  health(): SystemHealth | undefined
  close(): Promise<void>
}

export type SystemState = 'up' | 'unknown' | 'failing' | 'open' | 'maintenance'

/** What became of the questions to a system since the start; numbers that only grow, but for `active` and `waiting`. */
export interface SystemCalls {
  readonly asked: number
  /** Calls that went out, retries and hedges included. */
  readonly sent: number
  readonly joined: number
  readonly cacheHits: number
  readonly cacheStale: number
  readonly cacheMisses: number
  readonly queued: number
  readonly queueMs: number
  /** Refused because queue, rate or patience were used up. */
  readonly shed: number
  /** Not tried because the breaker was open. */
  readonly notTried: number
  readonly retried: number
  readonly hedged: number
  /** Answers "busy" of the system itself. */
  readonly busy: number
  /** Times that the breaker opened. */
  readonly opened: number
  readonly active: number
  readonly waiting: number
}

/** One legacy system as seen from here. Never holds an address with credentials. */
export interface SystemHealth {
  readonly system: string
  readonly agency: string
  readonly protocol: string
  readonly state: SystemState
  /** ISO 8601 in UTC of the last answer that was understood. */
  readonly lastSuccessAt?: string | undefined
  readonly lastErrorCode?: string | undefined
  readonly calls?: SystemCalls | undefined
}
