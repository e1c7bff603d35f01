// Which response fields a subgraph document fills, so that the failure of the whole call can be shown where it hurts.

import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql'

import type { Filled } from './plan.ts'

/** `entities`: the response key of the `_entities` field below which they stand; empty for a call at the root. */
export function filledBy(document: DocumentNode, entities: string): readonly Filled[] {
  const filled: Filled[] = []
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const set = entities === '' ? definition.selectionSet : below(definition.selectionSet, entities)
    if (set !== undefined) addFields(set, undefined, filled)
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

function addFields(set: SelectionSetNode, type: string | undefined, into: Filled[]): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value
      if (name !== '__typename') into.push({ name, type })
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addFields(selection.selectionSet, selection.typeCondition?.name.value ?? type, into)
    }
  }
}
