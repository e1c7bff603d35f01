// A limit on what one operation may ask, checked before validation because validation itself costs.

import type { DocumentNode } from 'graphql'

import type { RefusalReason } from '../../../schema/refusal-reason.ts'
import type { OperationLimits } from '../operation.ts'

export interface LimitRule {
  readonly limit: Exclude<keyof OperationLimits, 'tokens' | 'values' | 'cost' | 'listSize'>
  readonly reason: RefusalReason
  /** What is beyond `most` need not be exact. */
  measure(document: DocumentNode, most: number): number
}
