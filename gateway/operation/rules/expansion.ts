// Counts over a document as if every fragment were written out, without writing it out: each fragment is counted once
// and remembered, so a 1 KB bomb of nested fragments costs microseconds. Cycles count as nothing; validation names them.

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export interface Fold {
  /** What one selection counts by itself. */
  of(node: SelectionNode): number
  /** What a field makes of the count below it. */
  field(node: FieldNode, own: number, below: number): number
  /** Joins two siblings. */
  join(left: number, right: number): number
}

/** The largest count of the document's operations. */
export function expanded(document: DocumentNode, fold: Fold): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  const known = new Map<string, number>()
  let most = 0
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue
    most = Math.max(most, countSet(node.selectionSet, { fold, fragments, known }))
  }
  return most
}

interface Counting {
  readonly fold: Fold
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly known: Map<string, number>
}

function countSet(set: SelectionSetNode, counting: Counting): number {
  let count = 0
  for (const node of set.selections) count = counting.fold.join(count, countNode(node, counting))
  return count
}

function countNode(node: SelectionNode, counting: Counting): number {
  const { fold } = counting
  const own = fold.of(node)
  if (node.kind === Kind.FIELD) {
    const below = node.selectionSet === undefined ? 0 : countSet(node.selectionSet, counting)
    return fold.field(node, own, below)
  }
  if (node.kind === Kind.INLINE_FRAGMENT) {
    return fold.join(own, countSet(node.selectionSet, counting))
  }
  return fold.join(own, countFragment(node.name.value, counting))
}

function countFragment(name: string, counting: Counting): number {
  const known = counting.known.get(name)
  if (known !== undefined) return known
  const fragment = counting.fragments.get(name)
  if (fragment === undefined) return 0
  counting.known.set(name, 0)
  const count = countSet(fragment.selectionSet, counting)
  counting.known.set(name, count)
  return count
}

/** A fold that adds up what `of` says of each selection. */
export function total(of: Fold['of']): Fold {
  return { of, field: (_, own, below) => own + below, join: (left, right) => left + right }
}
