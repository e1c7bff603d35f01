// Which response fields a subgraph document fills, so that the failure of the whole call can be shown where it hurts.

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

import type { Filled } from './plan.ts'

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** `entities`: the response key of the `_entities` field below which they stand; empty for a call at the root. */
export function filledBy(document: DocumentNode, entities: string): readonly Filled[] {
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
    else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition)
    }
  }
  const filled: Filled[] = []
  for (const { selectionSet } of operations) {
    const set = entities === '' ? selectionSet : below(selectionSet, entities)
    if (set !== undefined) addFields(set, undefined, fragments, filled)
  }
  return filled
}

function below(set: SelectionSetNode, key: string): SelectionSetNode | undefined {
  for (const node of set.selections) {
    if (node.kind !== Kind.FIELD) continue
    if ((node.alias ?? node.name).value === key) return node.selectionSet
  }
  return undefined
}

/** `type`: the innermost type condition passed on the way. */
function addFields(
  set: SelectionSetNode,
  type: string | undefined,
  fragments: Fragments,
  into: Filled[],
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value
      if (name !== '__typename') into.push({ name, type })
      continue
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    if (fragment === undefined) continue
    addFields(fragment.selectionSet, fragment.typeCondition?.name.value ?? type, fragments, into)
  }
}
