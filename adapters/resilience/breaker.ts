// Stops asking a system that keeps failing, and finds out with one call at a time whether it is back.

import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel'

import { SystemError } from '../../schema/errors.ts'
import type { SystemSettings } from '../settings.ts'
import { toMilliseconds } from '../units.ts'

/** Failures that say the system is unwell. A refusal or "busy" is an answer of a system that works. */
const UNWELL: ReadonlySet<string> = new Set([
  'SYSTEM_TIMEOUT',
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_REPLY_INVALID',
  'SYSTEM_MAINTENANCE',
])

export function isUnwell(error: unknown): error is SystemError {
  return error instanceof SystemError && UNWELL.has(error.code)
}

/** `detail.reason` of a call that was not tried. */
export const NOT_TRIED = 'not tried'

export class Breaker {
  readonly #system: string
  readonly #restMs: number
  readonly #policy: CircuitBreakerPolicy
  /** Epoch milliseconds at which a call is let through again. */
  #until = 0

  constructor(system: string, settings: SystemSettings['breaker']) {
    this.#system = system
    this.#restMs = toMilliseconds(settings.halfOpenAfter)
    this.#policy = circuitBreaker(
      handleWhen((error) => this.#counts(error)),
      { breaker: new ConsecutiveBreaker(settings.failures), halfOpenAfter: this.#restMs },
    )
    this.#policy.onBreak(() => {
      // cockatiel reads the same clock.
      this.#until = Date.now() + this.#restMs
    })
  }

  get isOpen(): boolean {
    return this.#policy.state !== CircuitState.Closed
  }

  /** Throws SYSTEM_UNAVAILABLE instead of calling while open (with `until`), or while another call is the probe. */
  async run<T>(operation: string, task: () => Promise<T>): Promise<T> {
    if (this.#policy.state === CircuitState.HalfOpen) throw this.#refusal(operation)
    try {
      return await this.#policy.execute(task)
    } catch (error) {
      if (isBrokenCircuitError(error)) throw this.#refusal(operation)
      throw error
    }
  }

  /** A probe without the system's own answer (its caller went away) opens again; cockatiel would take it for a success. */
  #counts(error: unknown): boolean {
    if (this.#policy.state !== CircuitState.HalfOpen) return isUnwell(error)
    return isUnwell(error) || !(error instanceof SystemError)
  }

  #refusal(operation: string): SystemError {
    // While another call is the probe the rest is over, and nobody knows yet until when.
    const until = this.#until > Date.now() ? new Date(this.#until).toISOString() : undefined
    return new SystemError('SYSTEM_UNAVAILABLE', this.#system, {
      operation,
      until,
      detail: { reason: NOT_TRIED },
    })
  }
}
