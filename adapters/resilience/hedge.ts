// A second call for one that takes long: whichever answers first counts, and the other is ended. Only for what may be asked
// twice.

/** The other call of a hedge has answered. No fault of the system. */
export class OutrunError extends Error {
  constructor() {
    super('another call has answered')
    this.name = 'OutrunError'
  }
}

export interface HedgeRule<T> {
  readonly afterMs: number
  readonly signal: AbortSignal
  readonly first: (signal: AbortSignal) => Promise<T>
  /** Undefined where there is no room for a second call. */
  readonly second: (signal: AbortSignal) => Promise<T> | undefined
}

/** Rejects with the first call's fault when no call has an answer. A call that failed before its time is not hedged. */
export async function hedged<T>({ afterMs, signal, first, second }: HedgeRule<T>): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const controllers: AbortController[] = []
    let underWay = 0
    let firstFault: unknown
    const leave = (): void => {
      for (const each of controllers) each.abort(signal.reason)
    }
    const finish = (tell: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      for (const each of controllers) each.abort(new OutrunError())
      tell()
    }
    const begin = (call: (own: AbortSignal) => Promise<T> | undefined): void => {
      const controller = new AbortController()
      const isFirst = controllers.length === 0
      const answer = call(controller.signal)
      if (answer === undefined) return
      controllers.push(controller)
      underWay += 1
      answer.then(
        (value) => finish(() => resolve(value)),
        (fault: unknown) => {
          underWay -= 1
          if (isFirst) firstFault = fault
          if (underWay === 0) finish(() => reject(firstFault))
        },
      )
    }
    const timer = setTimeout(() => begin(second), afterMs)
    signal.addEventListener('abort', leave, { once: true })
    begin(first)
  })
}
