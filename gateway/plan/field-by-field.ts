// The root fields of a mutation happen one after the other, each with all below it (GraphQL §6.2.2), although a planner
// orders only the mutating calls: it would complete what the first field gave while, or after, the second changes it.

import {
  type FieldNode,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

import type { Operation } from './normalise.ts'

/** A mutation field by field: operations of one root field each. Else nothing. */
export function fieldByField(operation: Operation): readonly Operation[] {
  if (operation.operation !== OperationTypeNode.MUTATION) return []
  const names = new Set<string>()
  addNames(operation.selectionSet, names)
  if (names.size < 2) return []
  return [...names].map((name) => ({
    ...operation,
    selectionSet: only(name, operation.selectionSet),
  }))
}

function addNames({ selections }: SelectionSetNode, into: Set<string>): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) {
      if (node.name.value !== '__typename') into.add(keyOf(node))
    } else if (node.kind === Kind.INLINE_FRAGMENT) addNames(node.selectionSet, into)
  }
}

/** What asks for this response name, under the conditions that it stands under. */
function only(name: string, set: SelectionSetNode): SelectionSetNode {
  const selections: SelectionNode[] = []
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      if (keyOf(node) === name) selections.push(node)
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      const selectionSet = only(name, node.selectionSet)
      if (selectionSet.selections.length > 0) selections.push({ ...node, selectionSet })
    }
  }
  return { kind: Kind.SELECTION_SET, selections }
}

function keyOf(node: FieldNode): string {
  return (node.alias ?? node.name).value
}
