// What is put in as it comes is taken out as it is wanted.

export interface MailboxOptions {
  /** Everything was taken: more may come. */
  readonly onEmpty: () => void
  /** Nobody will take anything any more. */
  readonly onLeft: () => void
}

export class Mailbox<Item> implements AsyncIterableIterator<Item> {
  readonly #items: Item[] = []
  #size = 0
  readonly #takers: ((taken: IteratorResult<Item, undefined>) => void)[] = []
  readonly #options: MailboxOptions
  #isOver = false

  constructor(options: MailboxOptions) {
    this.#options = options
  }

  /** Of all that was put in since it was last empty. */
  get size(): number {
    return this.#size
  }

  /** `size` in whatever unit the owner counts. */
  put(item: Item, size: number): void {
    if (this.#isOver) return
    const taker = this.#takers.shift()
    if (taker !== undefined) return taker({ value: item, done: false })
    this.#items.push(item)
    this.#size += size
  }

  /** What was put in before can still be taken. */
  end(): void {
    this.#isOver = true
    for (const taker of this.#takers.splice(0)) taker({ value: undefined, done: true })
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    const [item] = this.#items
    if (item !== undefined) {
      this.#items.shift()
      if (this.#items.length === 0) {
        this.#size = 0
        this.#options.onEmpty()
      }
      return { value: item, done: false }
    }
    if (this.#isOver) return { value: undefined, done: true }
    const { promise, resolve } = Promise.withResolvers<IteratorResult<Item, undefined>>()
    this.#takers.push(resolve)
    return promise
  }

  async return(): Promise<IteratorResult<Item, undefined>> {
    this.#items.length = 0
    this.#size = 0
    this.end()
    this.#options.onLeft()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
