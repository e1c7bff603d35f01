// Which response fields a subgraph document fills, so that the failure of the whole call can be shown where it hurts.

import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql'

import type { Filled } from './plan.ts'

export function filledBy(document: DocumentNode, ofEntities: boolean): readonly Filled[] {
  const filled: Filled[] = []
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const [first] = definition.selectionSet.selections
    const set =
      ofEntities && first?.kind === Kind.FIELD ? first.selectionSet : definition.selectionSet
    if (set !== undefined) addFields(set, undefined, filled)
  }
  return filled
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
