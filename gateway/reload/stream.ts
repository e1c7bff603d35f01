// Parts or events of an answer, with a watch on their end: by themselves, by whoever reads them, or cut off from outside.

export interface StreamOptions {
  /** Called once, however it ends. */
  readonly ended: () => void
}

const OVER = { done: true, value: undefined } as const

export class Stream<Part> implements AsyncIterableIterator<Part> {
  readonly #parts: AsyncIterator<Part>
  readonly #ended: () => void
  #isOpen = true
  /** Of a cut stream, until it was read. */
  #last: Part | undefined
  #cut: ((result: IteratorResult<Part>) => void) | undefined

  constructor(parts: AsyncIterable<Part>, { ended }: StreamOptions) {
    this.#parts = parts[Symbol.asyncIterator]()
    this.#ended = ended
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Part>> {
    if (!this.#isOpen) return this.#takeLast()
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Part>>()
    this.#cut = resolve
    this.#parts.next().then(resolve, reject)
    try {
      const result = await promise
      this.#cut = undefined
      if (result.done === true) this.#end()
      return result
    } catch (error) {
      this.#end()
      throw error
    }
  }

  async return(): Promise<IteratorResult<Part>> {
    this.#end()
    await this.#parts.return?.()
    return OVER
  }

  /** Whoever reads gets this as the last part. */
  cut(last: Part): void {
    if (!this.#isOpen) return
    const waiting = this.#cut
    this.#end()
    if (waiting === undefined) this.#last = last
    else waiting({ done: false, value: last })
    // Not awaited: a source in the middle of its next() would hold up its own end.
    this.#parts.return?.().catch(() => undefined)
  }

  #takeLast(): IteratorResult<Part> {
    const value = this.#last
    this.#last = undefined
    return value === undefined ? OVER : { done: false, value }
  }

  #end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#cut = undefined
    this.#ended()
  }
}
