// One operation in, one answer out: read this first. Each stage is a folder beside this file and takes from the work what
// the stage before it put there. http/ stands in front and authenticates; observe/ wraps stages from outside.

import { OperationTypeNode } from 'graphql'

import type { Caller } from '../schema/caller.ts'
import type { FindCase } from '../schema/case.ts'
import type { Answer, AnswerError, LaterPart, RequestContext } from '../schema/context.ts'
import { invariant, SystemError } from '../schema/errors.ts'
import type { FindMandate } from '../schema/mandate.ts'
import type { RefusalReason } from '../schema/refusal-reason.ts'
import type { Access, Filtered } from './auth/access.ts'
import { lookUpMandate } from './auth/acting.ts'
import type { AssuranceLevels } from './auth/assurance.ts'
import { caseOf } from './auth/case-of.ts'
import { type Challenge, challengeOf, refusalErrors } from './auth/refuse-whole.ts'
import type { RefusedFields } from './auth/refused-fields.ts'
import type { ExecuteOperation } from './execute/execute-operation.ts'
import type { SubscribeOperation } from './execute/subscribe-operation.ts'
import type { CheckOperation } from './operation/check-operation.ts'
import type { CoerceVariables } from './operation/coerce-variables.ts'
import type { CheckedOperation, OperationRequest } from './operation/operation.ts'
import { withoutDefer } from './operation/without-defer.ts'
import type { PlanOperation } from './plan/plan-operation.ts'
import type { PlanNode } from './plan/plan.ts'

/** What a client asks. */
export interface Asked extends OperationRequest {
  /** The request as it came: equal ones ask the same. */
  readonly text?: string | undefined
}

/** What grows while one operation passes through. */
export interface Work {
  readonly request: Asked
  /** An observer puts its own span into it while a stage runs. */
  context: RequestContext
  /** Our own document (prefill, inquiries), not a client's: limits do not apply, access does. */
  readonly trusted: boolean
  /** Over GET nothing may change (GraphQL over HTTP §6.2.1). */
  readonly readOnly: boolean
  readonly accepts: Accepts
  operation?: CheckedOperation
  variables?: Readonly<Record<string, unknown>>
  filtered?: Filtered
  /** The sign-in was not enough for all that was asked. */
  challenge?: Challenge
  plan?: PlanNode
  answer?: Answer
  /** What comes after the answer, if parts of it are deferred. Must be read to its end or returned. */
  later?: AsyncIterable<LaterPart>
  /** In place of an answer: the events of a subscription, until it is over or its request aborted. */
  events?: AsyncIterable<Answer>
  /** The answer is that of several requests. */
  shared?: true
  /** The request that the answer was made for, if that was another. */
  sharedWith?: string
  /** Why the work ended early. */
  refusal?: Refusal
  /** What an observer notes; no stage looks at it. */
  seen?: Seen
}

interface Seen {
  /** Milliseconds of each stage. */
  readonly stages: Record<string, number>
  /** For each cache whether it knew. */
  readonly caches: Record<string, 'hit' | 'miss'>
}

/** What the one who asks can read beside one whole answer. */
export interface Accepts {
  /** Parts of an answer after it (`@defer`); where not, the answer comes whole. */
  readonly later: boolean
  /** The events of a subscription. */
  readonly events: boolean
}

export const ONE_ANSWER: Accepts = { later: false, events: false }

interface Refusal {
  readonly kind: 'invalid' | 'mutation-over-get' | 'events-not-accepted' | 'unauthorized'
  /** For counting; the kind decides how it is answered. */
  readonly reason: RefusalReason
  readonly errors: readonly AnswerError[]
}

export interface Stage {
  readonly name: string
  run(work: Work): void | Promise<void>
}

export interface Parts {
  readonly check: CheckOperation
  readonly coerce: CoerceVariables
  readonly access: Access
  /** Is an operation refused as a whole because of one field that its caller may not read? */
  readonly rejects?: boolean | undefined
  /** Of assurance, lowest first. */
  readonly levels: AssuranceLevels
  /** Whose case a request names. */
  readonly findCase: FindCase
  /** By what right one acts for another; absent: nobody does. */
  readonly findMandate?: FindMandate | undefined
  readonly plan: PlanOperation
  readonly execute: ExecuteOperation
  readonly subscribe: SubscribeOperation
  readonly mayIntrospect: (caller: Caller) => boolean
  /** May it send known documents only? */
  readonly documentsOnly: (caller: Caller) => boolean
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
    const running = stage.run(work)
    if (running !== undefined) await running
    if (work.refusal !== undefined) return work
  }
  return work
}

/** Checks and plans an operation, as far as it can be without variables, so that its first request finds it done. */
export async function warmUp(
  parts: Parts,
  request: OperationRequest,
  caller: Caller,
): Promise<void> {
  const { operation } = parts.check(request, trustOf(parts, caller))
  if (operation === undefined) return
  for (const one of new Set([operation, withoutDefer(operation)])) {
    const asking = { caller, variables: {}, nowMs: Date.now() }
    const { document, key } = parts.access(one.document, accessKey(one), asking)
    await parts.plan(document, key)
  }
}

function trustOf(parts: Parts, caller: Caller, trusted = false): Parameters<CheckOperation>[1] {
  const documentsOnly = parts.documentsOnly(caller)
  return { introspection: parts.mayIntrospect(caller), trusted, documentsOnly }
}

function checkStage(work: Work, parts: Parts): void {
  const { request, context, trusted } = work
  const checked = parts.check(request, trustOf(parts, context.caller, trusted))
  const { operation } = checked
  if (operation === undefined) return refuse(work, checked.reason, checked.findings)
  work.operation = operation
  if (refuseKind(work, operation)) return undefined
  const coerced = parts.coerce(operation.operation, request.variables ?? {})
  const { variables } = coerced
  if (variables === undefined) return refuse(work, coerced.reason, coerced.findings)
  const tooCostly = operation.refuseCost?.(variables)
  if (tooCostly !== undefined) return refuse(work, 'cost', [tooCostly])
  work.variables = variables
  return undefined
}

/** Can this client be answered an operation of this kind? */
function refuseKind(work: Work, operation: CheckedOperation): boolean {
  const { operation: kind } = operation.operation
  const { later, events } = work.accepts
  const isSubscription = kind === OperationTypeNode.SUBSCRIPTION
  if (isSubscription && !events) {
    refuse(work, 'subscription', [NOT_ACCEPTED], 'events-not-accepted')
  } else if (kind === OperationTypeNode.MUTATION && work.readOnly) {
    refuse(work, 'mutation-over-get', [NEEDS_POST], 'mutation-over-get')
  }
  if (!later || isSubscription) work.operation = withoutDefer(operation)
  return work.refusal !== undefined
}

/** A case is looked up only where nothing else is wanting. */
function accessStage(work: Work, parts: Parts): void | Promise<void> {
  const filtered = accessOf(work, parts)
  const mayName = filtered.wantsCase && work.context.issue !== undefined
  return mayName ? filterByCase(work, parts) : takeFiltered(work, filtered, parts)
}

async function filterByCase(work: Work, parts: Parts): Promise<void> {
  work.context = { ...work.context, caseOf: await caseOf(parts.findCase, work.context) }
  takeFiltered(work, accessOf(work, parts), parts)
}

function takeFiltered(work: Work, filtered: Filtered, parts: Parts): void {
  const { operation, variables, trusted } = work
  invariant(operation && variables, 'access comes after operation')
  work.filtered = filtered
  const rejects = parts.rejects === true && !trusted
  if (!filtered.mayChallenge && !rejects) return
  const refused = filtered.refused(variables)
  const challenge = challengeOf(refused, parts.levels)
  const { operation: kind } = operation.operation
  if (challenge !== undefined) work.challenge = challenge
  // Whoever signs in again sends all of it again: what changes something must not have happened before, and a stream of
  // nothing must not be waited for.
  const mayNotBegin =
    kind === OperationTypeNode.MUTATION ||
    (kind === OperationTypeNode.SUBSCRIPTION && refused.isAll)
  const mustRefuse = rejects || (mayNotBegin && challenge !== undefined)
  if (mustRefuse && refused.fields.length > 0) refuseWhole(work, refused)
}

function accessOf({ operation, variables, context }: Work, { access }: Parts): Filtered {
  invariant(operation && variables, 'access comes after operation')
  const { caller, purpose, caseOf: named } = context
  const asking = { caller, purpose, caseOf: named, variables, nowMs: Date.now() }
  return access(operation.document, accessKey(operation), asking)
}

function refuseWhole(work: Work, refused: RefusedFields): void {
  if (work.challenge !== undefined) work.challenge = { ...work.challenge, whole: true }
  refuse(work, 'access', refusalErrors(refused, work.context.requestId), 'unauthorized')
}

function accessKey({ hash, whole }: CheckedOperation): string {
  return whole === true ? `${hash} whole` : hash
}

function planStage(work: Work, { plan }: Parts): void | Promise<void> {
  const { filtered, context } = work
  invariant(filtered, 'plan comes after access')
  const planned = plan(filtered.document, filtered.key, context.signal)
  if (planned instanceof Promise) return takePlan(work, planned)
  work.plan = planned
  return undefined
}

/** Planning is not cut short, because others may wait for the same plan; but nobody waits for it beyond his time. */
async function takePlan(work: Work, planned: Promise<PlanNode>): Promise<void> {
  const { signal } = work.context
  const ended = Promise.withResolvers<never>()
  const onAbort = () => ended.reject(new SystemError('SYSTEM_TIMEOUT', 'gateway'))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    work.plan = await Promise.race([planned, ended.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function executeStage(work: Work, parts: Parts): Promise<void> {
  const { operation, variables, filtered, plan, context } = work
  invariant(operation && variables && filtered && plan, 'execute comes after plan')
  const execution = {
    plan,
    operation: operation.operation,
    fragments: operation.fragments,
    denied: filtered.denied,
    variables,
    context: operation.provenance ? { ...context, provenance: true } : context,
  }
  if (operation.operation.operation === OperationTypeNode.SUBSCRIPTION) {
    work.events = whileAllowed(work, await parts.subscribe(execution), parts)
    return
  }
  const { answer, later } = await parts.execute(execution)
  work.answer = answer
  if (later !== undefined) work.later = later
}

/** A sign-in grows old, a case or a mandate ends while events come: rights are looked at again before each. */
async function* whileAllowed(
  work: Work,
  events: AsyncIterable<Answer>,
  parts: Parts,
): AsyncGenerator<Answer, void, void> {
  for await (const event of events) {
    const isAllowed =
      accessOf(work, parts).rights === work.filtered?.rights &&
      (await isSameCase(work, parts)) &&
      (await isStillActing(work, parts))
    if (!isAllowed) return yield NOT_ANY_MORE
    yield event
  }
}

async function isSameCase({ context }: Work, { findCase }: Parts): Promise<boolean> {
  if (context.caseOf === undefined) return true
  return (await caseOf(findCase, context))?.applicant === context.caseOf.applicant
}

/** Whoever gave the mandate may have ended it; its time ends the request as that of a token does. */
async function isStillActing({ context }: Work, { findMandate }: Parts): Promise<boolean> {
  const mandate = context.caller.actor?.mandate
  return mandate === undefined || (await lookUpMandate(findMandate, mandate.id)) !== undefined
}

function refuse(
  work: Work,
  reason: RefusalReason,
  errors: readonly AnswerError[],
  kind: Refusal['kind'] = 'invalid',
): void {
  work.refusal = { kind, reason, errors }
}

const NOT_ACCEPTED = toError('A subscription is answered as text/event-stream; accept that.')
const NOT_ANY_MORE: Answer = {
  errors: [
    {
      message: 'The rights that this subscription began with have ended. Subscribe again.',
      extensions: { code: 'FORBIDDEN' },
    },
  ],
}
const NEEDS_POST = toError('A mutation needs POST.')

function toError(message: string): AnswerError {
  return { message, extensions: { code: 'OPERATION_INVALID' } }
}
