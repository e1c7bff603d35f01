import { expanded } from './expansion.ts'
import type { LimitRule } from './rule.ts'

/** Fields within fields. Introspection is left out: graphql-js bounds it by its own rule. */
export const boundedDepth: LimitRule = {
  limit: 'depth',
  reason: 'depth',
  measure: (document) =>
    expanded(document, {
      of: () => 0,
      field: (node, _, below) => (INTROSPECTION.has(node.name.value) ? 0 : 1 + below),
      join: Math.max,
    }),
}

const INTROSPECTION = new Set(['__schema', '__type'])
