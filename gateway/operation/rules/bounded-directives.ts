import { type DocumentNode, Kind } from 'graphql'

import { expanded, total } from './expansion.ts'
import type { LimitRule } from './rule.ts'

/** Directives on selections, and on operations with their variables and fragments. */
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

function onDefinitions({ definitions }: DocumentNode): number {
  let count = 0
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) count += node.directives?.length ?? 0
    if (node.kind !== Kind.OPERATION_DEFINITION) continue
    count += node.directives?.length ?? 0
    for (const { directives } of node.variableDefinitions ?? []) count += directives?.length ?? 0
  }
  return count
}
