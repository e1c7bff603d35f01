import { expanded, total } from './expansion.ts'
import type { LimitRule } from './rule.ts'

/** Selections, counted as often as fragments repeat them: the size the planner would see. */
export const boundedSelections: LimitRule = {
  limit: 'selections',
  reason: 'selections',
  measure: (document) =>
    expanded(
      document,
      total(() => 1),
    ),
}
