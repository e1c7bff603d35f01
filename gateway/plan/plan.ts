// Our own few plan nodes and the port to a planner. Plain data: whatever engine made the plan, execution knows only this.

import type { DocumentNode } from 'graphql'

export type PlanNode = Sequence | Parallel | Fetch | Flatten | Condition

interface Sequence {
  readonly kind: 'sequence'
  readonly nodes: readonly PlanNode[]
}

interface Parallel {
  readonly kind: 'parallel'
  readonly nodes: readonly PlanNode[]
}

/** One call of one subgraph. With `requires` it asks `_entities` for the objects its flatten node points to. */
export interface Fetch {
  readonly kind: 'fetch'
  readonly subgraph: string
  readonly document: DocumentNode
  readonly operationName: string | undefined
  /** Variables of the client's operation that the document uses. */
  readonly variables: readonly string[]
  /** What a representation holds; undefined for a root call. */
  readonly requires: readonly Selection[] | undefined
  readonly inputRewrites: readonly Rewrite[]
  readonly outputRewrites: readonly Rewrite[]
  /** Where a failure of the whole call is shown: the response fields it was to fill. */
  readonly fills: readonly Filled[]
}

export interface Filled {
  readonly name: string
  /** The type condition it stands under; undefined at the root. */
  readonly type: string | undefined
}

/** Runs its node for each object that `path` reaches; `@` steps into each item of a list. */
interface Flatten {
  readonly kind: 'flatten'
  readonly path: readonly string[]
  readonly node: PlanNode
}

interface Condition {
  readonly kind: 'condition'
  /** Name of a Boolean variable. */
  readonly variable: string
  readonly whenTrue: PlanNode | undefined
  readonly whenFalse: PlanNode | undefined
}

export type Selection = SelectedField | SelectedFragment

interface SelectedField {
  readonly kind: 'field'
  /** Key in the merged data; also the key in the representation. */
  readonly name: string
  readonly selections: readonly Selection[] | undefined
}

interface SelectedFragment {
  readonly kind: 'fragment'
  readonly type: string | undefined
  readonly selections: readonly Selection[]
}

/** `... on T` in a path is a type condition, all else a key. */
export type Rewrite =
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly value: unknown }
  | { readonly kind: 'rename'; readonly path: readonly string[]; readonly to: string }

/** The plan of an operation that no subgraph need answer. */
export const NOTHING: PlanNode = { kind: 'sequence', nodes: [] }

export interface Planner {
  /** The document holds one validated operation and its fragments, nothing of introspection. NOTHING if that is the plan. */
  plan(document: DocumentNode): PlanNode
}
