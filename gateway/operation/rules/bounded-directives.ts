import { type DocumentNode, Kind } from 'graphql'

import { expanded, total } from './expansion.ts'
import type { LimitRule } from './rule.ts'

/** Directives on selections, on operations and on fragments. */
export const boundedDirectives: LimitRule = {
  limit: 'directives',
  reason: 'directives',
  measure: (document) =>
    onDefinitions(document) +
    expanded(
      document,
      total((node) => node.directives?.length ?? 0),
    ),
}

function onDefinitions(document: DocumentNode): number {
  let count = 0
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION || node.kind === Kind.FRAGMENT_DEFINITION) {
      count += node.directives?.length ?? 0
    }
  }
  return count
}
