import { Kind } from 'graphql'

import { expanded } from './expansion.ts'
import type { LimitRule } from './rule.ts'

/** Fields at the root: each is a call of its own. */
export const boundedRootFields: LimitRule = {
  limit: 'rootFields',
  reason: 'root-fields',
  measure: (document) =>
    expanded(document, {
      of: (node) => (node.kind === Kind.FIELD ? 1 : 0),
      field: (_, own) => own,
      join: (left, right) => left + right,
    }),
}
