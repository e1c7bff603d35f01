// A map that forgets the entry used least recently once it is full. Bounded, because its keys come from callers. Until it
// is half full uses are not counted: while the other half fills there is time to count them.

export class BoundedCache<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #most: number
  readonly #weigh: (value: Value) => number
  #weight = 0

  /** `most`: entries, or the sum of their weights. An entry heavier than all together is not kept. */
  constructor(most: number, weigh: (value: Value) => number = () => 1) {
    this.#most = most
    this.#weigh = weigh
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    if (this.#weight * 2 > this.#most) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  set(key: Key, value: Value): void {
    this.delete(key)
    this.#entries.set(key, value)
    this.#weight += this.#weigh(value)
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#most) return
      this.delete(oldest)
    }
  }

  delete(key: Key): void {
    const value = this.#entries.get(key)
    if (value === undefined) return
    this.#entries.delete(key)
    this.#weight -= this.#weigh(value)
  }

  /** Without counting as use. */
  values(): IterableIterator<Value> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }
}
