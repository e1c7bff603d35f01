// Equal queries in flight are answered once. In: work that is to run through the stages. Out: the same work with an answer,
// its own or that of an equal one that was under way. Nothing is kept beyond the flight.
//
// Equal is what cannot be answered differently: the same operation with the same variables, from the same caller object
// (one for each token, so the same person, rights and end of them), for the same purpose and case, with the same headers
// that go on to subgraphs. Never
// mutations, which each must happen, nor subscriptions and deferred answers, which are read piece by piece. What the same
// caller sends in the very bytes of a query under way is equal to it, and is not looked at any further.

import { OperationTypeNode } from 'graphql'

import type { Caller } from '../schema/caller.ts'
import type { RequestContext } from '../schema/context.ts'
import { canonical } from './canonical.ts'
import { withoutDefer } from './operation/without-defer.ts'
import { runStages, type Stage, type Work } from './pipeline.ts'

interface ShareAnswers {
  readonly run: (work: Work) => Promise<Work>
  /** By the text alone, which spares reading it. Undefined: no equal query is known to be under way. */
  readonly join: (text: string, asking: Asking) => Promise<Work> | undefined
}

type Asking = Pick<Work, 'context' | 'accepts'>

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
export function buildShareAnswers([first, ...rest]: readonly Stage[]): ShareAnswers {
  const flights: Flights = new Map()
  const numbers = new CallerNumbers()
  const run = async (work: Work) => {
    const finding = first?.run(work)
    if (finding !== undefined) await finding
    if (work.refusal !== undefined) return work
    const key = keyOf(work, numbers)
    if (key === undefined) return runAlone(work, rest, flights)
    const under = joinable(flights.get(key))
    if (under !== undefined) return given(work, under)
    const { signal } = work.context
    const textKey = textKeyOf(work.request.text, work, numbers)
    const flight = begin(work, rest)
    keep(flights, textKey === undefined ? [key] : [key, textKey], flight)
    await wait(flight, signal)
    return work
  }
  const join = (text: string, asking: Asking) => {
    const key = flights.size === 0 ? undefined : textKeyOf(text, asking, numbers)
    const under = key === undefined ? undefined : joinable(flights.get(key))
    return under && given(alike(under.work, asking), under)
  }
  return { run, join }
}

/** By what is asked and, where there is one, also by the text that asked it first. */
type Flights = Map<string, Flight>

/** Whoever has seen what a mutation answered must also see what it changed: nobody joins what began before. */
async function runAlone(work: Work, stages: readonly Stage[], flights: Flights): Promise<Work> {
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
function keep(flights: Flights, keys: readonly string[], flight: Flight): void {
  for (const key of keys) flights.set(key, flight)
  const forget = () => {
    for (const key of keys) if (flights.get(key) === flight) flights.delete(key)
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

/** What is known of work, for another who asks the same. */
function alike(work: Work, asking: Asking): Work {
  const { request, trusted, readOnly, operation, variables } = work
  const same = { request, trusted, readOnly, ...asking }
  return operation && variables ? { ...same, operation, variables } : same
}

async function given(work: Work, flight: Flight): Promise<Work> {
  flight.work.shared = true
  await wait(flight, work.context.signal)
  const { filtered, challenge, plan, answer, refusal } = flight.work
  const made = { filtered, challenge, plan, answer, refusal }
  const more = { ...made, shared: true, sharedWith: flight.requestId }
  return Object.assign(work, more)
}

/** Undefined: this work is done for its own request alone. */
function keyOf(work: Work, numbers: CallerNumbers): string | undefined {
  const { operation, variables, context, accepts } = work
  if (operation?.operation.operation !== OperationTypeNode.QUERY) return undefined
  if (accepts.later && withoutDefer(operation) !== operation) return undefined
  const values = canonical(variables)
  const from = fromOf(context, numbers)
  if (values === undefined || from === undefined) return undefined
  return `${from} ${operation.hash} ${values}`
}

/** Who asks, and all that goes on to subgraphs beside what is asked. */
function fromOf(context: RequestContext, numbers: CallerNumbers): string | undefined {
  const { caller, provenance, purpose = '', issue = '' } = context
  const headers = canonical(context.headers)
  return (
    headers && `${numbers.of(caller)} ${provenance} ${JSON.stringify([purpose, issue])} ${headers}`
  )
}

/** Reading a longer text costs less than its answer, and every text would be hashed. */
const LONGEST_TEXT = 16_384

/** What is asked depends on nothing else: one text, asked of one engine by one caller. */
function textKeyOf(
  text: string | undefined,
  { context, accepts }: Asking,
  numbers: CallerNumbers,
): string | undefined {
  if (text === undefined || text.length > LONGEST_TEXT) return undefined
  const from = fromOf(context, numbers)
  return from && `${from} ${accepts.later} text ${text}`
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
