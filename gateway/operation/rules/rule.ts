// A limit on what one operation may ask, checked before validation because validation itself costs.

import type { DocumentNode } from 'graphql'

import type { OperationLimits } from '../operation.ts'

export interface LimitRule {
  readonly limit: Exclude<keyof OperationLimits, 'tokens'>
  measure(document: DocumentNode): number
}
