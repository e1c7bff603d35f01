// One document: within limits, valid, and one operation of it meant. Limits come before validation, because validation
// itself costs; the cost comes after it, because it needs types.

import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  specifiedRules,
  validate,
  type ValidationRule,
} from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { type Asked, toChecked } from './checked-operation.ts'
import { boundedCost } from './cost/bounded-cost.ts'
import type { CostSchema } from './cost/cost-schema.ts'
import { requireOneSlicingArgument } from './cost/one-slicing-argument.ts'
import { refusal, toFinding } from './finding.ts'
import { isAskingForSchema, refuseSchema, withoutTypes } from './hidden-schema.ts'
import type { CheckedOperation, OperationLimits } from './operation.ts'
import { parseWithin } from './parse-within.ts'
import { refuseDefer } from './refuse-defer.ts'
import { LIMIT_RULES } from './rules/rules.ts'

export interface DocumentOptions {
  readonly schema: GraphQLSchema
  /** Rules of ours, beside those of GraphQL. */
  readonly rules?: readonly ValidationRule[]
  readonly limits: OperationLimits
  readonly costs: CostSchema
}

/** How far its author is known. */
export interface DocumentTrust {
  readonly introspection: boolean
  /**
   * Reviewed: limits on a document do not apply, those on variables do. Own: the product's own (prefill, inquiries), whose
   * variables are its own, too.
   */
  readonly author: 'stranger' | 'reviewed' | 'own'
}

interface Refused {
  readonly operation?: undefined
  readonly findings: readonly AnswerError[]
  readonly reason: RefusalReason
}

export type Checked =
  | { readonly operation: CheckedOperation; readonly findings?: undefined }
  | Refused

export function checkDocument(
  asked: Asked,
  trust: DocumentTrust,
  options: DocumentOptions,
): Checked {
  const { limits } = options
  const parsed = parseWithin(asked.query, trust.author === 'stranger' ? limits.tokens : undefined)
  if (parsed.document === undefined) return refused(parsed.reason, parsed.finding)
  const { document } = parsed
  const beyond = trust.author === 'stranger' ? beyondLimits(document, limits) : undefined
  if (beyond !== undefined) return beyond
  const errors = invalid(document, trust, options)
  if (errors.length > 0) {
    const hidden = !trust.introspection && isAskingForSchema(document)
    return refused(hidden ? 'introspection' : 'invalid', ...errors.map((error) => toFinding(error)))
  }
  const shown = trust.introspection ? document : withoutTypes(document)
  const operation = getOperationAST(shown, asked.operationName)
  if (operation === null || operation === undefined) {
    const text = 'The document holds no operation of this name, or several and none is named.'
    return refused('operation-name', refusal('OPERATION_INVALID', text))
  }
  // No rule of GraphQL's asks for it: `subscription { __typename }` is valid in a graph without any.
  if (options.schema.getRootType(operation.operation) === undefined) {
    return refused(
      'invalid',
      refusal('OPERATION_INVALID', `Nothing is offered as ${operation.operation}.`),
    )
  }
  return withinCost(toChecked(shown, operation, asked), trust, options)
}

function withinCost(
  operation: CheckedOperation,
  { author }: DocumentTrust,
  { costs: schema, limits }: DocumentOptions,
): Checked {
  if (author === 'own') return { operation }
  const { finding, refuseCost } = boundedCost({ schema, most: limits.cost }, operation)
  if (finding !== undefined && author === 'stranger') return refused('cost', finding)
  return { operation: refuseCost === undefined ? operation : { ...operation, refuseCost } }
}

function beyondLimits(document: DocumentNode, limits: OperationLimits): Refused | undefined {
  for (const rule of LIMIT_RULES) {
    const { limit, reason } = rule
    const most = limits[limit]
    const asked = rule.measure(document, most)
    if (asked <= most) continue
    const text = `The operation asks for too much: ${limit} ${asked}, allowed ${most}.`
    return refused(reason, refusal('OPERATION_TOO_COSTLY', text, { limit, most }))
  }
  return undefined
}

function invalid(
  document: DocumentNode,
  { introspection }: DocumentTrust,
  { schema, rules = [], costs }: DocumentOptions,
): readonly GraphQLError[] {
  const all = [...specifiedRules, refuseDefer, requireOneSlicingArgument(costs), ...rules]
  if (!introspection) all.push(refuseSchema)
  return validate(schema, document, all, { maxErrors: 10, hideSuggestions: !introspection })
}

function refused(reason: RefusalReason, ...findings: readonly AnswerError[]): Refused {
  return { reason, findings }
}
