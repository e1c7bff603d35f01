// Equal queries in flight are answered once. In: work that is to run through the stages. Out: the same work with an answer,
// its own or that of an equal one that was under way. Nothing is kept beyond the flight.
//
// Equal is what cannot be answered differently: the same operation with the same variables, from the same caller object
// (one for each token, so the same person, rights and end of them), with the same headers that go on to subgraphs. Never
// mutations, which each must happen, nor subscriptions and deferred answers, which are read piece by piece.

import { OperationTypeNode } from 'graphql'

import type { Caller } from '../schema/caller.ts'
import { canonical } from './canonical.ts'
import { withoutDefer } from './operation/without-defer.ts'
import { runStages, type Stage, type Work } from './pipeline.ts'

type Run = (work: Work) => Promise<Work>

interface Flight {
  /** That of the request which came first. */
  readonly work: Work
  readonly requestId: string
  readonly startedAtMs: number
  readonly done: Promise<unknown>
  readonly controller: AbortController
  waiting: number
}

/** The first stage finds out what is asked, the rest is done for all who ask it. */
export function buildShareAnswers([first, ...rest]: readonly Stage[]): Run {
  const flights = new Map<string, Flight>()
  const numbers = new CallerNumbers()
  return async (work) => {
    if (first !== undefined) await runStages([first], work)
    if (work.refusal !== undefined) return work
    const key = keyOf(work, numbers)
    if (key === undefined) return runAlone(work, rest, flights)
    const { signal } = work.context
    const under = joinable(flights.get(key))
    const flight = under ?? begin(work, rest)
    if (under === undefined) keep(flights, key, flight)
    else flight.work.shared = true
    await wait(flight, signal)
    return under === undefined ? work : give(work, flight)
  }
}

/** Whoever has seen what a mutation answered must also see what it changed: nobody joins what began before. */
async function runAlone(
  work: Work,
  stages: readonly Stage[],
  flights: Map<string, Flight>,
): Promise<Work> {
  try {
    return await runStages(stages, work)
  } finally {
    if (work.operation?.operation.operation === OperationTypeNode.MUTATION) flights.clear()
  }
}

/** An older one has used up so much of its deadline that whoever joined would be told of a timeout too soon. */
const YOUNG_MS = 2000

function joinable(flight: Flight | undefined): Flight | undefined {
  const isYoung = flight !== undefined && performance.now() - flight.startedAtMs < YOUNG_MS
  return isYoung ? flight : undefined
}

/** On a signal of its own: the first who asks may go and leave others waiting. */
function begin(work: Work, stages: readonly Stage[]): Flight {
  const controller = new AbortController()
  work.context = { ...work.context, signal: controller.signal }
  const done = runStages(stages, work)
  const startedAtMs = performance.now()
  return { work, requestId: work.context.requestId, startedAtMs, done, controller, waiting: 0 }
}

/** Until it has landed, or everybody has left: nobody may join it then. */
function keep(flights: Map<string, Flight>, key: string, flight: Flight): void {
  flights.set(key, flight)
  const forget = () => {
    if (flights.get(key) === flight) flights.delete(key)
  }
  flight.done.then(forget, forget)
  flight.controller.signal.addEventListener('abort', forget, { once: true })
}

/**
 * The first deadline that passes is that of the first who asked, and ends it for all: they get what there is by then, with
 * errors for the rest. One whose client has gone only stops waiting.
 */
async function wait(flight: Flight, signal: AbortSignal): Promise<void> {
  const { controller, done } = flight
  flight.waiting += 1
  const onAbort = () => {
    flight.waiting -= 1
    if (flight.waiting === 0 || isDeadline(signal)) controller.abort(signal.reason)
  }
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await done
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function isDeadline({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}

function give(work: Work, { work: done, requestId }: Flight): Work {
  const { filtered, plan, answer, refusal } = done
  const given = { filtered, plan, answer, refusal, shared: true, sharedWith: requestId }
  return Object.assign(work, given)
}

/** Undefined: this work is done for its own request alone. */
function keyOf(work: Work, numbers: CallerNumbers): string | undefined {
  const { operation, variables, context, accepts } = work
  if (operation?.operation.operation !== OperationTypeNode.QUERY) return undefined
  if (accepts.later && withoutDefer(operation) !== operation) return undefined
  const given = canonical(variables)
  const headers = canonical(context.headers)
  if (given === undefined || headers === undefined) return undefined
  const caller = numbers.of(context.caller)
  return `${caller} ${operation.hash} ${context.provenance} ${headers} ${given}`
}

/** By them callers are told apart without a word of who they are. */
class CallerNumbers {
  readonly #numbers = new WeakMap<Caller, number>()
  #last = 0

  of(caller: Caller): number {
    const known = this.#numbers.get(caller)
    if (known !== undefined) return known
    this.#last += 1
    this.#numbers.set(caller, this.#last)
    return this.#last
  }
}
