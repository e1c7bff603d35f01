// What stands between a mapping and a system that may be slow, down, closed for the night or overrun. In: an adapter
// and the system's settings. Out: the same port with deadline, bulkhead, breaker, retries and joined questions, and
// what the system's health is. Never: a mutation sent twice, an answer given to another caller.

import { SystemError } from '../../schema/errors.ts'
import type { SystemState } from '../../schema/subgraph.ts'
import type { Adapter, CallContext, Reply, Tree } from '../adapter.ts'
import type { OperationSettings, SystemSettings } from '../settings.ts'
import { toMilliseconds } from '../units.ts'
import { Breaker, isUnwell, NOT_TRIED } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { AbandonedError, type Span, withDeadline } from './deadline.ts'
import { windowEnd } from './maintenance.ts'
import { withRetries } from './retry.ts'
import { SingleFlight } from './single-flight.ts'

interface Health {
  readonly state: SystemState
  /** ISO 8601 in UTC of the last answer that was understood. */
  readonly lastSuccessAt: string | undefined
  readonly lastErrorCode: string | undefined
}

export interface ResilientAdapter extends Adapter {
  state(): Health
}

export interface ResilienceOptions {
  readonly system: string
  /** Clock in epoch milliseconds, for maintenance windows and health. */
  readonly now?: () => number
  /** 0 ≤ x < 1, for the jitter of retries. */
  readonly random?: () => number
}

export function withResilience(
  adapter: Adapter,
  settings: SystemSettings,
  options: ResilienceOptions,
): ResilientAdapter {
  return new Resilience(adapter, settings, options)
}

/** One call on its way through the layers. */
interface Call {
  readonly operation: string
  readonly input: Tree
  readonly context: CallContext
  readonly timeoutMs: number
  readonly isQuery: boolean
}

class Resilience implements ResilientAdapter {
  readonly #adapter: Adapter
  readonly #settings: SystemSettings
  readonly #system: string
  readonly #now: () => number
  readonly #random: () => number
  readonly #bulkhead: Bulkhead
  readonly #breaker: Breaker
  readonly #flights = new SingleFlight<Reply>()
  #lastSuccess: number | undefined
  #lastError: SystemError | undefined

  constructor(adapter: Adapter, settings: SystemSettings, options: ResilienceOptions) {
    this.#adapter = adapter
    this.#settings = settings
    this.#system = options.system
    this.#now = options.now ?? Date.now
    this.#random = options.random ?? Math.random
    this.#bulkhead = new Bulkhead(settings.limits.concurrency, settings.limits.queue)
    this.#breaker = new Breaker(options.system, settings.breaker)
  }

  async call(operation: string, input: Tree, context: CallContext): Promise<Reply> {
    const settings: OperationSettings | undefined = this.#settings.operations[operation]
    const call = {
      operation,
      input,
      context,
      timeoutMs: toMilliseconds(settings?.timeout ?? this.#settings.limits.timeout),
      // What is not declared a query is never sent twice.
      isQuery: settings?.kind === 'query',
    }
    try {
      return await (call.isQuery ? this.#joined(call) : this.#within(call))
    } catch (error) {
      throw this.#toFault(error, call)
    }
  }

  state(): Health {
    return {
      state: this.#systemState(),
      lastSuccessAt:
        this.#lastSuccess === undefined ? undefined : new Date(this.#lastSuccess).toISOString(),
      lastErrorCode: this.#lastError?.code,
    }
  }

  /**
   * Joined within one request only, so the key holds its id: an answer that another caller's question fetched would
   * carry that caller's authority, and its inquiry would be missing from this caller's record.
   */
  #joined(call: Call): Promise<Reply> {
    const { context, operation, input } = call
    const key = `${context.requestId} ${operation} ${canonical(input)}`
    return this.#flights.join(key, context.signal, (signal) =>
      this.#within({ ...call, context: { ...context, signal } }),
    )
  }

  #within(call: Call): Promise<Reply> {
    const { timeoutMs, context } = call
    return withDeadline({ signal: context.signal, timeoutMs, system: this.#system }, (span) =>
      this.#retried(call, span),
    )
  }

  #retried(call: Call, span: Span): Promise<Reply> {
    const rule = {
      ...span,
      retries: call.isQuery ? this.#settings.retries : 0,
      random: this.#random,
      isRetryable: (error: unknown) => isRetryable(error) && this.#windowEnd() === undefined,
    }
    return withRetries(rule, () => this.#admitted(call, span))
  }

  async #admitted(call: Call, { signal }: Span): Promise<Reply> {
    const admission = await this.#bulkhead.enter(signal)
    if (admission !== 'admitted') throw this.#fault('SYSTEM_BUSY', call, `queue ${admission}`)
    try {
      signal.throwIfAborted()
      return await this.#breaker.run(call.operation, () => this.#sent(call, signal))
    } finally {
      this.#bulkhead.leave()
    }
  }

  /** The call itself. Its health is noted here, where one answer is one answer however many wait for it. */
  async #sent({ operation, input, context }: Call, signal: AbortSignal): Promise<Reply> {
    try {
      const reply = await this.#adapter.call(operation, input, { ...context, signal })
      this.#lastSuccess = this.#now()
      this.#lastError = undefined
      return reply
    } catch (error) {
      // A codec that was aborted reports a timeout; why it was aborted is known to the deadline alone.
      if (signal.reason instanceof AbandonedError) throw signal.reason
      if (error instanceof SystemError) this.#lastError = this.#inWindow(error)
      throw error
    }
  }

  #fault(code: SystemError['code'], { operation }: Call, reason: string): SystemError {
    return new SystemError(code, this.#system, { operation, detail: { reason } })
  }

  #toFault(error: unknown, { operation, context }: Call): unknown {
    if (error instanceof SystemError) return this.#inWindow(named(error, operation))
    const { aborted, reason } = context.signal
    if (!(error instanceof AbandonedError) && !(aborted && error === reason)) return error
    const detail = { reason: 'abandoned' }
    return new SystemError('SYSTEM_TIMEOUT', this.#system, { operation, detail })
  }

  /**
   * In a declared window silence is what was to be expected, and its end is known. A call that was not tried because the
   * system had announced itself closed is told so, too. A wrong answer stays a wrong answer.
   */
  #inWindow(error: SystemError): SystemError {
    const notTried = isNotTried(error)
    const expected = EXPECTED_IN_WINDOW.has(error.code) && error.until === undefined
    const until = expected || notTried ? this.#windowEnd() : undefined
    const closed = notTried && this.#lastError?.code === 'SYSTEM_MAINTENANCE'
    if (until === undefined && !closed) return error
    const { operation, detail } = error
    return new SystemError('SYSTEM_MAINTENANCE', this.#system, {
      operation,
      until,
      detail: { ...detail, was: error.code },
      cause: error,
    })
  }

  #windowEnd(): string | undefined {
    return windowEnd(this.#settings.maintenance, this.#now())
  }

  #systemState(): SystemState {
    const failed = this.#lastError
    if (failed?.code === 'SYSTEM_MAINTENANCE')
      return this.#isOver(failed) ? 'unknown' : 'maintenance'
    if (this.#breaker.isOpen) return 'open'
    if (failed && isUnwell(failed)) return 'failing'
    return failed === undefined && this.#lastSuccess === undefined ? 'unknown' : 'up'
  }

  #isOver({ until }: SystemError): boolean {
    return until !== undefined && Date.parse(until) <= this.#now()
  }
}

const EXPECTED_IN_WINDOW: ReadonlySet<string> = new Set([
  'SYSTEM_TIMEOUT',
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_MAINTENANCE',
])

const LATER: ReadonlySet<string> = new Set(['SYSTEM_BUSY', 'SYSTEM_MAINTENANCE'])

/** "Busy" and "closed" are not retried: another try is one more of what the system cannot take now. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof SystemError) || !error.retryable) return false
  return !LATER.has(error.code) && !isNotTried(error)
}

function isNotTried(error: SystemError): boolean {
  return error.detail['reason'] === NOT_TRIED
}

/** Says which of our operations it was, where the layer that threw did not know or knew the contract's name only. */
function named(error: SystemError, operation: string): SystemError {
  if (error.operation === operation) return error
  const { code, system, retryable, until, faultCode, detail } = error
  return new SystemError(code, system, {
    operation,
    retryable,
    until,
    detail,
    cause: error,
    ...(faultCode && { faultCode }),
  })
}

/** The same text for trees that differ only in the order of their members. */
function canonical(input: Tree): string {
  return JSON.stringify(input, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
