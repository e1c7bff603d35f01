// What travels with one request through every room, and the port through which a subgraph asks the graph itself.

import type { Caller } from './caller.ts'
import type { CaseOf } from './case.ts'
import type { Path, ProvenanceEntry } from './provenance.ts'

export interface RequestContext {
  /** Our own id for the request, a UUID; X-Road calls it `id`. Stands in every log line and error. */
  readonly requestId: string
  /** W3C trace context, passed on to the systems. */
  readonly traceparent: string
  readonly caller: Caller
  /** What the data is asked for (code of an inquiry purpose, as in the role `inquiry:<purpose>`), if the request says so. */
  readonly purpose?: string | undefined
  /** The application or case because of which it is asked (X-Road `issue`), if the request says so. */
  readonly issue?: string | undefined
  /**
   * Whose case that is, for agencies and staff that ask for what is for a case only. Absent: nothing of the kind is asked, or
   * no case is named. Set by the gateway's access stage.
   */
  readonly caseOf?: CaseOf | undefined
  /**
   * Aborted when the client went away or the request's deadline has passed. One object per request, also in copies of
   * this context: by it a room knows its request again.
   */
  readonly signal: AbortSignal
  /** Headers of the client that subgraphs behind a network get, by lower-case name; only those that are configured. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Has the client asked for provenance? */
  readonly provenance: boolean
  /** Asks the whole graph on behalf of the same caller (prefill, inquiries). */
  readonly ask: Ask
  /** What observers count of the request; one object also in copies of this context. */
  readonly tally?: Tally | undefined
}

export interface Tally {
  /** Calls of subgraphs, as the executor made them. */
  fetches: number
  /** Those of them that an equal call answered. */
  shared: number
}

/** Runs one trusted operation through the gateway with provenance, as the given context's caller. */
export type Ask = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
  context: RequestContext,
) => Promise<Answer>

export interface AnswerError {
  readonly message: string
  readonly path?: Path | undefined
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/** The shape of a GraphQL answer between rooms: plain data. */
export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly AnswerError[]
  readonly extensions?: { readonly provenance?: readonly ProvenanceEntry[] }
}

/** A part of an answer that comes after it (`@defer`), told by its place in the answer. */
export interface LaterPart {
  readonly path: Path
  readonly label: string | undefined
  readonly data: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly AnswerError[]
  readonly extensions?: Answer['extensions']
}
