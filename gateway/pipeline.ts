// One operation in, one answer out: read this first. Each stage is a folder beside this file and takes from the work what
// the stage before it put there. http/ stands in front and authenticates; observe/ wraps stages from outside.

import { type GraphQLSchema, OperationTypeNode } from 'graphql'

import type { Caller } from '../schema/caller.ts'
import type { Answer, AnswerError, RequestContext } from '../schema/context.ts'
import { invariant } from '../schema/errors.ts'
import type { Access, Filtered } from './auth/access.ts'
import type { ExecuteOperation } from './execute/execute-operation.ts'
import type { CheckOperation } from './operation/check-operation.ts'
import { coerceVariables } from './operation/coerce-variables.ts'
import type { CheckedOperation, OperationRequest } from './operation/operation.ts'
import type { PlanOperation } from './plan/plan-operation.ts'
import type { PlanNode } from './plan/plan.ts'

/** What grows while one operation passes through. */
export interface Work {
  readonly request: OperationRequest
  /** An observer puts its own span into it while a stage runs. */
  context: RequestContext
  /** Our own document (prefill, inquiries), not a client's: limits do not apply, access does. */
  readonly trusted: boolean
  /** Over GET nothing may change (GraphQL over HTTP §6.2.1). */
  readonly readOnly: boolean
  operation?: CheckedOperation
  variables?: Readonly<Record<string, unknown>>
  filtered?: Filtered
  plan?: PlanNode
  answer?: Answer
  /** Why the work ended early. */
  refusal?: Refusal
}

interface Refusal {
  readonly kind: 'invalid' | 'mutation-over-get'
  readonly errors: readonly AnswerError[]
}

export interface Stage {
  readonly name: string
  run(work: Work): void | Promise<void>
}

export interface Parts {
  readonly api: GraphQLSchema
  readonly check: CheckOperation
  readonly access: Access
  readonly plan: PlanOperation
  readonly execute: ExecuteOperation
  readonly mayIntrospect: (caller: Caller) => boolean
}

export function stagesOf(parts: Parts): readonly Stage[] {
  return [
    { name: 'operation', run: (work) => checkStage(work, parts) },
    { name: 'access', run: (work) => accessStage(work, parts) },
    { name: 'plan', run: (work) => planStage(work, parts) },
    { name: 'execute', run: (work) => executeStage(work, parts) },
  ]
}

/** Runs the stages in order until one refuses. */
export async function runStages(stages: readonly Stage[], work: Work): Promise<Work> {
  for (const stage of stages) {
    await stage.run(work)
    if (work.refusal !== undefined) return work
  }
  return work
}

function checkStage(work: Work, { check, api, mayIntrospect }: Parts): void {
  const { request, context, trusted } = work
  const introspection = mayIntrospect(context.caller)
  const { operation, findings } = check(request, { introspection, trusted })
  if (operation === undefined) return refuse(work, 'invalid', findings)
  work.operation = operation
  if (operation.operation.operation === OperationTypeNode.SUBSCRIPTION) {
    return refuse(work, 'invalid', [toError('Subscriptions are not offered here.')])
  }
  if (work.readOnly && operation.operation.operation !== OperationTypeNode.QUERY) {
    return refuse(work, 'mutation-over-get', [toError('A mutation needs POST.')])
  }
  const coerced = coerceVariables(api, operation.operation, request.variables ?? {})
  if (coerced.variables === undefined) return refuse(work, 'invalid', coerced.findings)
  work.variables = coerced.variables
  return undefined
}

function accessStage(work: Work, { access }: Parts): void {
  const { operation, context } = work
  invariant(operation, 'access comes after operation')
  work.filtered = access(operation.document, operation.hash, context.caller)
}

function planStage(work: Work, { plan }: Parts): void {
  const { filtered } = work
  invariant(filtered, 'plan comes after access')
  work.plan = plan(filtered.document, filtered.key)
}

async function executeStage(work: Work, { execute }: Parts): Promise<void> {
  const { operation, variables, filtered, plan, context } = work
  invariant(operation && variables && filtered && plan, 'execute comes after plan')
  work.answer = await execute({
    plan,
    operation: operation.operation,
    fragments: operation.fragments,
    denied: filtered.denied,
    variables,
    context: { ...context, provenance: context.provenance || operation.provenance },
  })
}

function refuse(work: Work, kind: Refusal['kind'], errors: readonly AnswerError[]): void {
  work.refusal = { kind, errors }
}

function toError(message: string): AnswerError {
  return { message, extensions: { code: 'OPERATION_INVALID' } }
}
