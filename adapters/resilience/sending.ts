// How a call goes out: in its turn, unless the breaker is open, again if that may help, and twice at once where that is
// declared. What a system says of itself on the way (busy, unwell) is heeded by those who come after.

import { SystemError } from '../../schema/errors.ts'
import type { Adapter, CallContext, Reply, Tree } from '../adapter.ts'
import type { SystemSettings } from '../settings.ts'
import { toMilliseconds } from '../units.ts'
import { Breaker, isUnwell, type Outcome } from './breaker.ts'
import { type Counts, newCounts } from './counts.ts'
import { ExtraCalls } from './extra-calls.ts'
import { AbandonedError, type Span } from './flight.ts'
import { Gate } from './gate.ts'
import { Health, type HealthReport, isNotTried } from './health.ts'
import { hedged, OutrunError } from './hedge.ts'
import { type Errand, isNotDone } from './outcome-unknown.ts'
import { TOO_SOON } from './paced.ts'
import { withRetries } from './retry.ts'
import type { Rule } from './rules.ts'
import type { SharedState } from './shared/shared-state.ts'

/** One call on its way through the layers. */
export interface Call {
  readonly rule: Rule
  readonly input: Tree
  readonly context: CallContext
  /** Of a mutation. */
  readonly errand?: Errand | undefined
}

export interface SendingOptions {
  readonly system: string
  readonly settings: SystemSettings
  readonly now: () => number
  readonly random: () => number
  readonly shared?: SharedState | undefined
}

export class Sending {
  readonly counts: Counts = newCounts()
  readonly health: Health
  readonly #adapter: Adapter
  readonly #options: SendingOptions
  readonly #gate: Gate
  readonly #breaker: Breaker
  readonly #extra = new ExtraCalls()

  constructor(adapter: Adapter, options: SendingOptions) {
    const { system, settings, now, random, shared } = options
    const { limits, breaker, maintenance } = settings
    this.#adapter = adapter
    this.#options = options
    this.health = new Health({ system, maintenance, now })
    this.#gate = new Gate({
      concurrency: limits.concurrency,
      queue: limits.queue,
      waitMs: limits.wait === undefined ? Infinity : toMilliseconds(limits.wait),
      counts: this.counts,
      now,
      random,
    })
    this.#breaker = new Breaker({
      system,
      failures: breaker.failures,
      restMs: toMilliseconds(breaker.halfOpenAfter),
      now,
      opened: (until) => this.#opened(until),
    })
    shared?.heard((news) => {
      if (news.kind === 'opened') this.#breaker.warned(news.until)
    })
  }

  /** Rejects with the system's fault, with AbandonedError when nobody waits any more, or with a bug. */
  send(call: Call, span: Span): Promise<Reply> {
    this.#extra.earn()
    const { retries } = this.#options.settings
    if (!call.rule.isQuery || retries === 0) return this.#try(call, span)
    return this.#retried(call, span, retries)
  }

  report(): HealthReport {
    return this.health.report(this.#breaker.isOpen)
  }

  inUse(): Pick<Counts, 'active' | 'waiting'> {
    return { active: this.#gate.active, waiting: this.#gate.waiting }
  }

  close(): void {
    this.#gate.stop()
  }

  #retried(call: Call, span: Span, retries: number): Promise<Reply> {
    const { now, random } = this.#options
    const { signal, endsAt } = span
    const rule = {
      retries,
      signal,
      endsAt,
      now,
      random,
      isRetryable: (error: unknown) => isRetryable(error) && !this.health.isInWindow(),
      mayRetry: () => this.#takeExtra('retried'),
    }
    return withRetries(rule, () => this.#try(call, span))
  }

  #try(call: Call, span: Span): Promise<Reply> {
    const { hedgeMs } = call.rule
    if (hedgeMs === undefined) return this.#inTurn(call, span, span.signal)
    return hedged({
      afterMs: hedgeMs,
      signal: span.signal,
      first: (signal) => this.#inTurn(call, span, signal),
      second: (signal) => this.#besides(call, signal),
    })
  }

  async #inTurn(call: Call, { endsAt }: Span, signal: AbortSignal): Promise<Reply> {
    const { requestId, authority = requestId } = call.context
    // An open breaker is told at once, not after the queue.
    this.#assertTried(call)
    const entering = this.#gate.enter({ caller: authority, request: requestId, signal, endsAt })
    const admission = typeof entering === 'string' ? entering : await entering
    if (admission === 'stopped') this.#assertTried(call)
    if (admission !== 'admitted') {
      signal.throwIfAborted()
      throw this.#shed(call, `queue ${admission}`)
    }
    return this.#sentFrom(call, signal)
  }

  /** The second call of a hedge: only into a place that is free, and only while nothing is wrong. */
  #besides(call: Call, signal: AbortSignal): Promise<Reply> | undefined {
    if (this.#breaker.isOpen || !this.#gate.tryEnter()) return undefined
    if (this.#takeExtra('hedged')) return this.#sentFrom(call, signal)
    this.#gate.leave()
    return undefined
  }

  /** Has a place, and gives it back. */
  async #sentFrom(call: Call, signal: AbortSignal): Promise<Reply> {
    try {
      signal.throwIfAborted()
      return await this.#sent(call, signal)
    } finally {
      this.#gate.leave()
    }
  }

  /** The call itself. Its health is noted here, where one answer is one answer however many wait for it. */
  async #sent({ rule, input, context, errand }: Call, signal: AbortSignal): Promise<Reply> {
    const pass = this.#tried(() => this.#breaker.admit(rule.operation))
    this.counts.sent += 1
    if (errand !== undefined) errand.isOut = true
    try {
      const asked =
        errand === undefined ? { ...context, signal } : { ...context, signal, once: true as const }
      const reply = await this.#adapter.call(rule.operation, input, asked)
      this.#breaker.settle(pass, 'well')
      this.#gate.eased()
      this.health.succeeded()
      return reply
    } catch (error) {
      if (errand !== undefined && isNotDone(error)) errand.isOut = false
      const ended = reasonToLeave(signal)
      this.#breaker.settle(pass, ended === undefined ? outcomeOf(error) : 'unknown')
      // A codec that was aborted reports a timeout; why it was aborted is known to the signal alone.
      if (ended !== undefined) throw ended
      if (error instanceof SystemError) this.#heed(error)
      throw error
    }
  }

  #heed(error: SystemError): void {
    if (isOwn(error)) {
      this.counts.shed += 1
      return
    }
    this.health.failed(error)
    if (error.code !== 'SYSTEM_BUSY') return
    this.counts.busy += 1
    this.#gate.overrun(error.until === undefined ? undefined : Date.parse(error.until))
  }

  #assertTried({ rule }: Call): void {
    this.#tried(() => this.#breaker.assertTried(rule.operation))
  }

  #tried<T>(ask: () => T): T {
    try {
      return ask()
    } catch (error) {
      this.counts.notTried += 1
      throw error
    }
  }

  #opened(until: number): void {
    this.counts.opened += 1
    this.#options.shared?.tell({ kind: 'opened', until })
    this.#gate.stop()
  }

  #takeExtra(kind: 'retried' | 'hedged'): boolean {
    if (!this.#extra.take()) return false
    this.counts[kind] += 1
    return true
  }

  #shed({ rule }: Call, reason: string): SystemError {
    this.counts.shed += 1
    const { pausedUntil } = this.#gate
    const until =
      pausedUntil > this.#options.now() ? new Date(pausedUntil).toISOString() : undefined
    const { operation } = rule
    return new SystemError('SYSTEM_BUSY', this.#options.system, {
      operation,
      until,
      detail: { reason },
    })
  }
}

function reasonToLeave({ reason }: AbortSignal): Error | undefined {
  const isLeft = reason instanceof AbandonedError || reason instanceof OutrunError
  return isLeft ? reason : undefined
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof SystemError) || isOwn(error)) return 'unknown'
  return isUnwell(error) ? 'unwell' : 'well'
}

function isOwn({ detail }: SystemError): boolean {
  return detail['reason'] === TOO_SOON
}

/**
 * "Busy" is retried only when the system itself said until when, "closed" never: another try is one more of what the system
 * cannot take now.
 */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof SystemError) || !error.retryable || isNotTried(error)) return false
  if (error.code === 'SYSTEM_BUSY') return error.until !== undefined
  return error.code !== 'SYSTEM_MAINTENANCE'
}
