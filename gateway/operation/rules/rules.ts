// The limits in the order in which they are checked.

import { boundedAliases } from './bounded-aliases.ts'
import { boundedComparisons } from './bounded-comparisons.ts'
import { boundedDepth } from './bounded-depth.ts'
import { boundedDirectives } from './bounded-directives.ts'
import { boundedRootFields } from './bounded-root-fields.ts'
import { boundedSelections } from './bounded-selections.ts'
import type { LimitRule } from './rule.ts'

export const LIMIT_RULES: readonly LimitRule[] = [
  boundedSelections,
  boundedDepth,
  boundedAliases,
  boundedRootFields,
  boundedDirectives,
  boundedComparisons,
]
