// Another try for what may be tried again. In: a task and a rule. Out: its first answer or its last fault.

import { SystemError } from '../../schema/errors.ts'

export interface RetryRule {
  /** Tries after the first. */
  readonly retries: number
  /** Epoch milliseconds by which an answer is of use. */
  readonly endsAt: number
  readonly signal: AbortSignal
  readonly isRetryable: (error: unknown) => boolean
  /** Takes one of the calls that nobody asked for; false when there is none left. */
  readonly mayRetry: () => boolean
  /** 0 ≤ x < 1. */
  readonly random: () => number
  readonly now: () => number
}

const LONGEST_FIRST_PAUSE_MS = 200

/**
 * Pauses between tries by chance, up to a length that doubles ("full jitter": tries that failed together must not come again
 * together), after the time that the system itself named. A pause that would end after `endsAt` is not begun.
 */
export async function withRetries<T>(rule: RetryRule, task: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task()
    } catch (error) {
      if (attempt >= rule.retries || rule.signal.aborted || !rule.isRetryable(error)) throw error
      const pause = waitOf(error, rule.now()) + jitter(attempt, rule.random)
      if (rule.now() + pause >= rule.endsAt || !rule.mayRetry()) throw error
      await sleep(pause, rule.signal)
    }
  }
}

function jitter(attempt: number, random: () => number): number {
  return LONGEST_FIRST_PAUSE_MS * 2 ** attempt * random()
}

function waitOf(error: unknown, now: number): number {
  if (!(error instanceof SystemError) || error.until === undefined) return 0
  return Math.max(0, Date.parse(error.until) - now)
}

/** Ends early, and quietly, with the signal. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const wake = (): void => resolve()
  signal.addEventListener('abort', wake, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', wake)
}
