import { Kind } from 'graphql'

import { expanded, total } from './expansion.ts'
import type { LimitRule } from './rule.ts'

/** Aliased fields, `__typename` included: the cheapest way to ask one costly thing a thousand times. */
export const boundedAliases: LimitRule = {
  limit: 'aliases',
  reason: 'aliases',
  measure: (document) =>
    expanded(
      document,
      total((node) => (node.kind === Kind.FIELD && node.alias !== undefined ? 1 : 0)),
    ),
}
