// Our own few plan nodes and the port to a planner. Plain data: whatever engine made the plan, execution knows only this.

import type { DocumentNode } from 'graphql'
// Alone, because the process that plans by native code does without the rest of the package and its 19 MB.
import { Kind } from 'graphql/language/kinds.js'

export type PlanNode = Sequence | Parallel | Condition | Fetch | Entities | Defer | Subscription

interface Sequence {
  readonly kind: 'sequence'
  readonly nodes: readonly PlanNode[]
}

interface Parallel {
  readonly kind: 'parallel'
  readonly nodes: readonly PlanNode[]
}

interface Condition {
  readonly kind: 'condition'
  /** Name of a Boolean variable. */
  readonly variable: string
  readonly whenTrue: PlanNode | undefined
  readonly whenFalse: PlanNode | undefined
}

/** One call of one subgraph. */
export interface SubgraphCall {
  readonly subgraph: string
  readonly document: DocumentNode
  /** The document as text, for subgraphs behind a network. */
  readonly text: string
  readonly operationName: string | undefined
  readonly mutates: boolean
  /** Variables of the client's operation that the document uses. */
  readonly variables: readonly string[]
  /** By it deferred parts say what they wait for; undefined if none does. */
  readonly id: string | undefined
}

/** A call for fields at the root of the operation. */
export interface Fetch extends SubgraphCall {
  readonly kind: 'fetch'
  readonly outputRewrites: readonly Rewrite[]
  /** Where a failure of the whole call is shown: the response fields it was to fill. */
  readonly fills: readonly Filled[]
}

/** A call that completes objects of the gathered data (`_entities`), of several places at once if the engine batches. */
export interface Entities extends SubgraphCall {
  readonly kind: 'entities'
  readonly parts: readonly EntityPart[]
}

/** One `_entities` field of the document: what it is asked for and whose objects it completes. */
export interface EntityPart {
  /** Its response key in the subgraph's answer. */
  readonly key: string
  /** Its variable that holds the representations. */
  readonly variable: string
  /** To the objects it completes, from the root of the data. */
  readonly paths: readonly PlanPath[]
  /** What a representation holds. */
  readonly requires: readonly Selection[]
  readonly inputRewrites: readonly Rewrite[]
  readonly outputRewrites: readonly Rewrite[]
  readonly fills: readonly Filled[]
  /** What the call is told of the objects above those it completes; a call has one value of each variable. Absent: nothing. */
  readonly context?: readonly FromContext[]
}

/** A variable of a call that is filled from above its objects (`@fromContext`). */
export interface FromContext {
  readonly variable: string
  /** How many fields above the object; lists are no step. */
  readonly up: number
  /** From there to the value. Of several for one variable the first that leads somewhere counts. */
  readonly path: PlanPath
}

export interface Filled {
  readonly name: string
  /** The type condition it stands under; undefined at the root. */
  readonly type: string | undefined
}

export type PlanPath = readonly Step[]

/** Into a key, into each item of a list, or on only if the object is of one of these types. */
export type Step =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'items' }
  | { readonly kind: 'types'; readonly names: readonly string[] }

/** Parts of the answer that may come later (`@defer`). */
interface Defer {
  readonly kind: 'defer'
  readonly primary: PlanNode | undefined
  readonly deferred: readonly Deferred[]
}

export interface Deferred {
  readonly label: string | undefined
  /** Response keys from the root of the operation to the object that is told of later; lists are not named. */
  readonly path: readonly string[]
  /** Ids of calls that must be answered before this part may begin. */
  readonly after: readonly string[]
  /** Undefined: what it waits for brings all it needs. */
  readonly node: PlanNode | undefined
}

/** Each event of the source is the data of a root call; the rest of the plan completes it. */
interface Subscription {
  readonly kind: 'subscription'
  readonly source: Fetch
  readonly rest: PlanNode | undefined
}

export type Selection = SelectedField | SelectedFragment

interface SelectedField {
  readonly kind: 'field'
  /** Key in the gathered data. */
  readonly from: string
  /** Key in the representation. */
  readonly name: string
  readonly selections: readonly Selection[] | undefined
}

interface SelectedFragment {
  readonly kind: 'fragment'
  readonly type: string | undefined
  readonly selections: readonly Selection[]
  /** Boolean variables: left out if the first is true, or if the second is not. */
  readonly skipIf?: string | undefined
  readonly includeIf?: string | undefined
}

export type Rewrite =
  | { readonly kind: 'set'; readonly path: PlanPath; readonly value: unknown }
  | { readonly kind: 'rename'; readonly path: PlanPath; readonly to: string }

/** What with-documents.ts makes of the text of a call; an engine leaves it open. */
export const UNREAD: Pick<SubgraphCall, 'document'> & Pick<Fetch, 'fills'> = {
  document: { kind: Kind.DOCUMENT, definitions: [] },
  fills: [],
}

/** The plan of an operation that no subgraph need answer. */
export const NOTHING: PlanNode = { kind: 'sequence', nodes: [] }

/** Which of the supergraph's progressive overrides (`@override(label:)`) a plan is to follow. */
export interface Overrides {
  /** The request's place among all, 0 to 100: `percent(x)` is followed by those below x. */
  readonly percent: number
  /** Labels of other forms that are followed. */
  readonly labels: ReadonlySet<string>
}

export const NO_OVERRIDES: Overrides = { percent: 100, labels: new Set() }

/** One of the programs that make plans. */
export interface PlanEngine {
  /**
   * The text of one validated operation, normalised. NOTHING if that is the plan. Without overrides none is followed.
   * Calls have their texts only: with-documents.ts does the rest. Throws for what the subgraphs cannot answer together.
   */
  plan(text: string, overrides?: Overrides): PlanNode
}

export interface PlanningOptions {
  readonly overrides?: Overrides
  /** Does anybody still wait for the plan? It is not begun for nobody. */
  readonly isWanted?: () => boolean
}

/** The engines as the gateway uses them: whatever one of them does, the gateway lives on. */
export interface Planner {
  /** Every x of a `percent(x)` in the supergraph. */
  readonly percentages: readonly number[]
  /**
   * Settled when plans can be made: not before does a request find them quick. Never rejects. A supergraph that no engine can open
   * shows with its first plan.
   */
  readonly ready: Promise<void>
  /** As an engine, but throws ServiceError. SYSTEM_BUSY says nothing of the document: it may be asked again at once. */
  plan(document: DocumentNode, options?: PlanningOptions): Promise<PlanNode>
  close(): void
}
