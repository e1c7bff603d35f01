// How a system is, as its calls found it, and what its faults mean within a declared maintenance window.

import { SystemError } from '../../schema/errors.ts'
import type { SystemState } from '../../schema/subgraph.ts'
import type { SystemSettings } from '../settings.ts'
import { isUnwell, NOT_TRIED } from './breaker.ts'
import { windowEnd } from './maintenance.ts'

export interface HealthReport {
  readonly state: SystemState
  /** ISO 8601 in UTC of the last answer that was understood. */
  readonly lastSuccessAt: string | undefined
  readonly lastErrorCode: string | undefined
}

export interface HealthOptions {
  readonly system: string
  readonly maintenance: SystemSettings['maintenance']
  readonly now: () => number
}

export class Health {
  readonly #options: HealthOptions
  #lastSuccess: number | undefined
  #lastError: SystemError | undefined

  constructor(options: HealthOptions) {
    this.#options = options
  }

  succeeded(): void {
    this.#lastSuccess = this.#options.now()
    this.#lastError = undefined
  }

  failed(error: SystemError): void {
    this.#lastError = this.inWindow(error)
  }

  report(isOpen: boolean): HealthReport {
    return {
      state: this.#state(isOpen),
      lastSuccessAt:
        this.#lastSuccess === undefined ? undefined : new Date(this.#lastSuccess).toISOString(),
      lastErrorCode: this.#lastError?.code,
    }
  }

  isInWindow(): boolean {
    return this.#windowEnd() !== undefined
  }

  /**
   * In a declared window silence is what was to be expected, and its end is known. A call that was not tried because the
   * system had announced itself closed is told so, too. A wrong answer stays a wrong answer.
   */
  inWindow(error: SystemError): SystemError {
    const notTried = isNotTried(error)
    const expected = EXPECTED_IN_WINDOW.has(error.code) && error.until === undefined
    const until = expected || notTried ? this.#windowEnd() : undefined
    const closed = notTried && this.#lastError?.code === 'SYSTEM_MAINTENANCE'
    if (until === undefined && !closed) return error
    const { operation, detail } = error
    return new SystemError('SYSTEM_MAINTENANCE', this.#options.system, {
      operation,
      until,
      detail: { ...detail, was: error.code },
      cause: error,
    })
  }

  #windowEnd(): string | undefined {
    const { maintenance, now } = this.#options
    return maintenance.length === 0 ? undefined : windowEnd(maintenance, now())
  }

  #state(isOpen: boolean): SystemState {
    const failed = this.#lastError
    if (failed?.code === 'SYSTEM_MAINTENANCE')
      return this.#isOver(failed) ? 'unknown' : 'maintenance'
    if (isOpen) return 'open'
    if (failed && isUnwell(failed)) return 'failing'
    return failed === undefined && this.#lastSuccess === undefined ? 'unknown' : 'up'
  }

  #isOver({ until }: SystemError): boolean {
    return until !== undefined && Date.parse(until) <= this.#options.now()
  }
}

const EXPECTED_IN_WINDOW: ReadonlySet<string> = new Set([
  'SYSTEM_TIMEOUT',
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_MAINTENANCE',
])

export function isNotTried(error: SystemError): boolean {
  return error.detail['reason'] === NOT_TRIED
}
