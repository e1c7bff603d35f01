// What stands between a mapping and a system that may be slow, down, closed for the night or overrun. In: an adapter
// and the system's settings. Out: the same port with deadline, fair queue, breaker, retries, joined questions and kept
// answers, and what the system's health is. Never: a mutation sent twice, an answer given on another authority.

import { SystemError } from '../../schema/errors.ts'
import type { SystemCalls } from '../../schema/subgraph.ts'
import type { Adapter, CallContext, Reply, Tree } from '../adapter.ts'
import type { SystemSettings } from '../settings.ts'
import { toBytes } from '../units.ts'
import { isUnwell } from './breaker.ts'
import { AbandonedError, Flight, type FlightOptions, type Span } from './flight.ts'
import { Flights } from './flights.ts'
import type { HealthReport } from './health.ts'
import { KeptAnswers } from './kept-answers.ts'
import { withOutcome } from './outcome-unknown.ts'
import { isShareable, Names, questionKey } from './question.ts'
import type { Entry } from './reply-cache.ts'
import { Rules } from './rules.ts'
import { type Call, Sending } from './sending.ts'
import type { SharedState } from './shared/shared-state.ts'

interface SystemReport extends HealthReport {
  readonly calls: SystemCalls
}

export interface ResilientAdapter extends Adapter {
  state(): SystemReport
  /** Those who wait are refused; what is kept is forgotten. */
  close(): void
}

export interface ResilienceOptions {
  readonly system: string
  /** Clock in epoch milliseconds. */
  readonly now?: () => number
  /** 0 ≤ x < 1, for pauses. */
  readonly random?: () => number
  /** This system's part of what the copies know together. */
  readonly shared?: SharedState | undefined
  /** Whatever decides what an answer looks like: copies that differ in it share no answers. */
  readonly version?: string
}

export function withResilience(
  adapter: Adapter,
  settings: SystemSettings,
  options: ResilienceOptions,
): ResilientAdapter {
  return new Resilience(adapter, settings, options)
}

/** An answer with the request whose call it is. */
interface Fetched {
  readonly reply: Reply
  readonly askedBy: string
}

/** A query, and the names that its answer has while it comes and when it is kept. */
interface Question extends Call {
  readonly key: string
  /** Absent: not to be kept. */
  readonly name: string | undefined
}

const CACHE_ENTRIES = 10_000
const CACHE_SIZE = '4MB'
/** After a question in the background that brought no answer. */
const ASK_AGAIN_MS = 5_000
/** Of whoever asks anew in the background. */
const NOBODY = new AbortController().signal

class Resilience implements ResilientAdapter {
  readonly #system: string
  readonly #now: () => number
  readonly #rules: Rules
  readonly #sending: Sending
  readonly #flights = new Flights<Fetched>()
  readonly #kept: KeptAnswers
  readonly #names: Names

  constructor(adapter: Adapter, settings: SystemSettings, options: ResilienceOptions) {
    const { system, now = Date.now, random = Math.random, shared, version = '' } = options
    this.#system = system
    this.#now = now
    this.#rules = new Rules(settings)
    this.#sending = new Sending(adapter, { system, settings, now, random, shared })
    this.#names = new Names(`${system} ${version}`, shared?.nameSecret)
    this.#kept = new KeptAnswers({
      limits: { entries: CACHE_ENTRIES, bytes: toBytes(settings.limits.cache ?? CACHE_SIZE) },
      now,
      shared,
      longestMs: this.#rules.longestMs,
    })
    shared?.heard((news) => {
      if (news.kind === 'wrote') this.#forgetBefore(news.at)
    })
  }

  async call(operation: string, input: Tree, context: CallContext): Promise<Reply> {
    const call = { rule: this.#rules.of(operation), input, context }
    this.#sending.counts.asked += 1
    try {
      if (context.signal.aborted) throw new AbandonedError()
      return await (call.rule.isQuery ? this.#asked(call) : this.#written(call))
    } catch (error) {
      throw this.#toFault(error, call)
    }
  }

  state(): SystemReport {
    const calls = { ...this.#sending.counts, ...this.#sending.inUse() }
    return { ...this.#sending.report(), calls }
  }

  close(): void {
    this.#sending.close()
    this.#kept.close()
  }

  #asked(call: Call): Promise<Reply> | Reply {
    const question = this.#toQuestion(call)
    const { name } = question
    if (name === undefined) return this.#fetched(question)
    const { counts } = this.#sending
    const entry = this.#kept.find(name)
    const now = this.#now()
    if (entry !== undefined && entry.freshUntil > now) {
      counts.cacheHits += 1
      return given(entry)
    }
    if (entry !== undefined && entry.refreshUntil > now) {
      counts.cacheStale += 1
      this.#askAnew(question, entry)
      return given(entry, true)
    }
    counts.cacheMisses += 1
    return this.#fetchedOrStale(question, name)
  }

  #toQuestion(call: Call): Question {
    const { rule, input, context } = call
    const key = questionKey({ operation: rule.operation, input, context }, rule.isPublic)
    const isKept = rule.lifetime !== undefined && isShareable(context, rule.isPublic)
    return { ...call, key, name: isKept ? this.#names.nameOf(key) : undefined }
  }

  async #fetchedOrStale(question: Question, name: string): Promise<Reply> {
    try {
      return await this.#fetched(question)
    } catch (error) {
      const entry = isOutage(error) ? this.#kept.find(name) : undefined
      if (entry === undefined || entry.staleUntil <= this.#now()) throw error
      this.#sending.counts.cacheStale += 1
      return given(entry, true)
    }
  }

  async #fetched(question: Question): Promise<Reply> {
    const { key, context } = question
    const { answer, isJoined } = this.#flights.join(key, context.signal, this.#flight(question))
    if (!isJoined) return (await answer).reply
    this.#sending.counts.joined += 1
    const { reply, askedBy } = await answer
    return { ...reply, via: reply.via ?? 'joined', askedBy }
  }

  /** In the background: who asked has a stale answer already. */
  #askAnew(question: Question, entry: Entry): void {
    // Whoever is given a stale answer would else ask a system that is in trouble already.
    if (this.#flights.has(question.key) || this.#now() < entry.askAgainAt) return
    const { answer } = this.#flights.join(question.key, NOBODY, this.#flight(question))
    // Its fault is in the system's health, and the stale answer is given as long as it may be.
    answer.catch(() => {
      entry.askAgainAt = this.#now() + ASK_AGAIN_MS
    })
  }

  #flight(question: Question): FlightOptions<Fetched> {
    const { timeoutMs } = question.rule
    const { name } = question
    const task = (span: Span): Promise<Fetched> =>
      name === undefined ? this.#sent(question, span) : this.#keptOrSent(question, name, span)
    return { system: this.#system, timeoutMs, now: this.#now, task }
  }

  async #sent(call: Call, span: Span): Promise<Fetched> {
    return { reply: await this.#sending.send(call, span), askedBy: call.context.requestId }
  }

  async #keptOrSent(call: Call, name: string, span: Span): Promise<Fetched> {
    const { lifetime } = call.rule
    if (lifetime === undefined) return this.#sent(call, span)
    const entry = await this.#kept.fetch(name, lifetime)
    if (entry !== undefined && entry.freshUntil > this.#now()) {
      this.#sending.counts.cacheHits += 1
      return { reply: given(entry), askedBy: entry.askedBy }
    }
    const fetched = await this.#sent(call, span)
    this.#kept.keep(name, { ...fetched, askedAt: span.startedAt }, lifetime)
    return fetched
  }

  async #written(call: Call): Promise<Reply> {
    const { timeoutMs } = call.rule
    const errand = { isOut: false }
    const task = (span: Span): Promise<Reply> => this.#sending.send({ ...call, errand }, span)
    const flight = new Flight({ system: this.#system, timeoutMs, now: this.#now, task })
    const answer = flight.join(call.context.signal)
    flight.start()
    try {
      return await answer
    } catch (error) {
      throw await withOutcome(error, this.#system, errand)
    } finally {
      // It may have been done even if nobody was told.
      this.#flights.takeNobodyIn()
      this.#kept.wrote()
    }
  }

  #forgetBefore(at: number): void {
    this.#flights.takeNobodyIn()
    this.#kept.forgetBefore(at)
  }

  #toFault(error: unknown, { rule, context }: Call): unknown {
    const { operation } = rule
    if (error instanceof SystemError) return this.#sending.health.inWindow(named(error, operation))
    const { aborted, reason } = context.signal
    if (!(error instanceof AbandonedError) && !(aborted && error === reason)) return error
    const detail = { reason: 'abandoned' }
    return new SystemError('SYSTEM_TIMEOUT', this.#system, { operation, detail })
  }
}

function given({ reply, askedBy }: Entry, isStale = false): Reply {
  return { ...reply, via: 'cache', askedBy, ...(isStale && { stale: true }) }
}

/** The system gives no answer; one that refuses does. */
function isOutage(error: unknown): boolean {
  return isUnwell(error) || (error instanceof SystemError && error.code === 'SYSTEM_BUSY')
}

/** Says which of our operations it was, where the layer that threw did not know or knew the contract's name only. */
function named(error: SystemError, operation: string): SystemError {
  if (error.operation === operation) return error
  const { code, system, retryable, notDone, until, faultCode, detail } = error
  return new SystemError(code, system, {
    operation,
    retryable,
    notDone,
    until,
    detail,
    cause: error,
    ...(faultCode && { faultCode }),
  })
}
