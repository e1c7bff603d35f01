import type { DocumentNode } from 'graphql'

import { expanded, total } from './expansion.ts'
import type { LimitRule } from './rule.ts'

export const boundedSelections: LimitRule = {
  limit: 'selections',
  reason: 'selections',
  measure: selectionsOf,
}

/** Counted as often as fragments repeat them: the size the planner would see. */
export function selectionsOf(document: DocumentNode): number {
  return expanded(
    document,
    total(() => 1),
  )
}
