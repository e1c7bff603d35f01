// A call's time. In: the caller's signal and the operation's timeout. Out: the task's answer, or why nobody waits for it.

import { SystemError } from '../../schema/errors.ts'

/** The caller went away before the system answered. No fault of the system, so no SystemError yet. */
export class AbandonedError extends Error {
  constructor() {
    super('the caller no longer waits')
    this.name = 'AbandonedError'
  }
}

/** What is under way for one call. */
export interface Span {
  /** Aborted at the deadline, or with the caller's signal. */
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly endsAt: number
}

/**
 * Runs the task and rejects at the deadline even if the task does not heed its signal. Throws SYSTEM_TIMEOUT at the
 * deadline, the caller's own one included (a reason named TimeoutError), and AbandonedError when the caller went away.
 * A timer of our own: cockatiel's timeout policy costs about forty times as much.
 */
export async function withDeadline<T>(
  limit: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly system: string },
  task: (span: Span) => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs, system } = limit
  const ended = Promise.withResolvers<never>()
  const controller = new AbortController()
  const end = (error: Error): void => {
    controller.abort(error)
    ended.reject(error)
  }
  const late = (): void =>
    end(new SystemError('SYSTEM_TIMEOUT', system, { detail: { reason: 'deadline', timeoutMs } }))
  const abandoned = (): void => (isTimeout(signal.reason) ? late() : end(new AbandonedError()))
  if (signal.aborted) abandoned()
  signal.addEventListener('abort', abandoned, { once: true })
  const timer = setTimeout(late, timeoutMs)
  try {
    const span = { signal: controller.signal, endsAt: Date.now() + timeoutMs }
    return await Promise.race([ended.promise, task(span)])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abandoned)
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}
