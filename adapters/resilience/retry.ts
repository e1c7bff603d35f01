// Another try for what may be tried again. In: a task and a rule. Out: its first answer or its last fault.

export interface RetryRule {
  /** Tries after the first. */
  readonly retries: number
  /** Epoch milliseconds by which an answer is of use. */
  readonly endsAt: number
  readonly signal: AbortSignal
  readonly isRetryable: (error: unknown) => boolean
  /** 0 ≤ x < 1. */
  readonly random: () => number
}

const FIRST_PAUSE_MS = 100

/** Waits between tries, doubling, from half to one and a half of that by chance; does not start a wait that would end after `endsAt`. */
export async function withRetries<T>(rule: RetryRule, task: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task()
    } catch (error) {
      const pause = FIRST_PAUSE_MS * 2 ** attempt * (0.5 + rule.random())
      const spent = attempt >= rule.retries || Date.now() + pause >= rule.endsAt
      if (spent || rule.signal.aborted || !rule.isRetryable(error)) throw error
      await sleep(pause, rule.signal)
    }
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const wake = (): void => resolve()
  signal.addEventListener('abort', wake, { once: true })
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', wake)
}
