// A selection set from which everything was taken still has to be one.

import { Kind, type SelectionSetNode } from 'graphql'

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const

/** For visit(): what was emptied asks for its type, so that its object is still there. */
export const KEEP_EMPTIED = {
  leave: (node: SelectionSetNode): SelectionSetNode | undefined =>
    node.selections.length === 0 ? { ...node, selections: [TYPENAME] } : undefined,
}
