// What stands below removed fields. The same object may be asked for once more by a field that stayed, for instance of a type
// behind an interface: what only the removed one asked of it was not fetched, and must not be a null without a reason.

import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  visit,
} from 'graphql'

import type { FieldRefusal } from '../../schema/errors.ts'

/**
 * Adds the fields below to the removed ones, with their reason. A fragment that something else spreads, too, is left out: its
 * fields are fetched there.
 */
export function addBelowRemoved(
  removed: Map<FieldNode, FieldRefusal>,
  document: DocumentNode,
  left: DocumentNode,
): void {
  const fragments = fragmentsOf(document)
  const spread = spreadIn(left)
  const add = (node: ASTNode, refusal: FieldRefusal): void => {
    visit(node, {
      Field: (field) => {
        if (!removed.has(field)) removed.set(field, refusal)
      },
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (fragment === undefined || spread.has(name.value)) return
        spread.add(name.value)
        add(fragment, refusal)
      },
    })
  }
  const tops = new Map(removed)
  for (const [node, refusal] of tops) add(node, refusal)
}

/** Names of the fragments that the operation reaches. */
function spreadIn(document: DocumentNode): Set<string> {
  const fragments = fragmentsOf(document)
  const found = new Set<string>()
  const search = (node: ASTNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (fragment === undefined || found.has(name.value)) return
        found.add(name.value)
        search(fragment)
      },
    })
  }
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) search(node)
  }
  return found
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const found = new Map<string, FragmentDefinitionNode>()
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) found.set(node.name.value, node)
  }
  return found
}
