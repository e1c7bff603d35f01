// One call under way and those who wait for it. In: the task, its time, and the signals of whoever waits. Out: to each the
// task's answer, or why nobody gives it. It ends with its answer, at its deadline, or when the last who waited has gone.

import { SystemError } from '../../schema/errors.ts'
import { whenLate } from '../../schema/when-late.ts'

/** The caller went away, or its own time was spent, before the system answered. No fault of the system. */
export class AbandonedError extends Error {
  constructor() {
    super('the caller no longer waits')
    this.name = 'AbandonedError'
  }
}

/** What is under way for one call. */
export interface Span {
  /** Aborted at the deadline, or with the last caller's signal. */
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly endsAt: number
}

export interface FlightOptions<T> {
  readonly system: string
  readonly timeoutMs: number
  readonly now: () => number
  readonly task: (span: Span) => Promise<T>
  /** Called once, when nobody may join any more. */
  readonly ended?: (() => void) | undefined
}

interface Waiting<T> {
  readonly signal: AbortSignal
  resolve(value: T): void
  reject(reason: unknown): void
  readonly leave: () => void
}

export class Flight<T> {
  readonly startedAt: number
  readonly #options: FlightOptions<T>
  readonly #controller = new AbortController()
  readonly #waiting = new Set<Waiting<T>>()
  readonly #inTime: () => void
  #isOver = false

  /** The deadline holds even for a task that does not heed its signal: those who wait get SYSTEM_TIMEOUT. */
  constructor(options: FlightOptions<T>) {
    const { timeoutMs, system, now } = options
    this.#options = options
    this.startedAt = now()
    this.#inTime = whenLate(timeoutMs, () => {
      const detail = { reason: 'deadline', timeoutMs }
      this.#end(new SystemError('SYSTEM_TIMEOUT', system, { detail }))
    })
  }

  /** Once, after the first has joined: a task may be over before it returns. */
  start(): void {
    const { task, timeoutMs } = this.#options
    const { signal } = this.#controller
    const endsAt = this.startedAt + timeoutMs
    task({ signal, startedAt: this.startedAt, endsAt }).then(
      (value) => this.#settle((waiting) => waiting.resolve(value)),
      (error: unknown) => this.#settle((waiting) => waiting.reject(error)),
    )
  }

  /** Rejects with AbandonedError when that signal is aborted; the others go on waiting. */
  join(signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting<T> = { signal, resolve, reject, leave: () => this.#leave(waiting) }
      this.#waiting.add(waiting)
      signal.addEventListener('abort', waiting.leave, { once: true })
    })
  }

  #leave(waiting: Waiting<T>): void {
    this.#waiting.delete(waiting)
    const error = new AbandonedError()
    waiting.reject(error)
    if (this.#waiting.size === 0) this.#end(error)
  }

  #end(error: Error): void {
    this.#controller.abort(error)
    this.#settle((waiting) => waiting.reject(error))
  }

  #settle(tell: (waiting: Waiting<T>) => void): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#inTime()
    this.#options.ended?.()
    for (const waiting of this.#waiting) {
      waiting.signal.removeEventListener('abort', waiting.leave)
      tell(waiting)
    }
    this.#waiting.clear()
  }
}
