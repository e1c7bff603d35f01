// Questions between the processes of one gateway, and their answers, over Node's own channel between them.

/** A worker as the first process sees it, or `process` as a worker sees the first one. */
export interface ChannelEnd {
  /** Without `done`, Node throws an error event for a process that is gone. */
  send(message: object, done: (error: Error | null) => void): unknown
  on(event: 'message' | 'disconnect', listener: (message?: unknown) => void): unknown
}

/** By the kind of question. What it throws is no answer. */
export type Answers = Readonly<Record<string, (value: unknown) => unknown>>

const MARK = 'panjareh'

export class WorkerChannel {
  readonly #end: ChannelEnd
  readonly #answers: Answers
  readonly #waiting = new Map<number, (value: unknown) => void>()
  #asked = 0

  constructor(end: ChannelEnd, answers: Answers) {
    this.#end = end
    this.#answers = answers
    end.on('message', (message) => void this.#take(message))
    end.on('disconnect', () => {
      for (const resolve of this.#waiting.values()) resolve(undefined)
    })
  }

  /** Undefined if there is no answer in time. Never rejects. */
  async ask(kind: string, value: unknown, withinMs: number): Promise<unknown> {
    this.#asked += 1
    const id = this.#asked
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const timer = setTimeout(() => resolve(undefined), withinMs)
    this.#waiting.set(id, resolve)
    this.#send({ [MARK]: 'ask', id, kind, value })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  async #take(message: unknown): Promise<void> {
    const mark = memberOf(message, MARK)
    const id = memberOf(message, 'id')
    if (typeof id !== 'number') return
    if (mark === 'answer') this.#waiting.get(id)?.(memberOf(message, 'value'))
    if (mark !== 'ask') return
    const answer = this.#answers[String(memberOf(message, 'kind'))]
    const value = await settled(answer, memberOf(message, 'value'))
    this.#send({ [MARK]: 'answer', id, value })
  }

  /** The other process may be gone; then nobody waits for it any more. */
  #send(message: object): void {
    this.#end.send(message, () => {})
  }
}

async function settled(answer: Answers[string] | undefined, value: unknown): Promise<unknown> {
  try {
    return await answer?.(value)
  } catch {
    return undefined
  }
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
