// Chance that can be repeated: the same seed gives the same numbers on every machine.

/** FNV-1a with a final mix: small differences of the parts change all bits. 0 … 2³²-1 */
export function hash(...parts: readonly (string | number)[]): number {
  let state = 0x811c9dc5
  for (const char of parts.join('\u0000')) {
    state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193)
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

/** The hash as a number from 0 to below 1. */
export function share(...parts: readonly (string | number)[]): number {
  return hash(...parts) / 2 ** 32
}

export class Random {
  readonly #seed: number
  #drawn = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#drawn += 1
    return hash(this.#seed, this.#drawn) % limit
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in that share of the cases. */
  chance(likelihood: number): boolean {
    return this.below(1_000_000) < likelihood * 1_000_000
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** Some of the items, at least one, in their order. */
  some<T>(items: readonly T[], likelihood = 0.5): readonly T[] {
    const chosen = items.filter(() => this.chance(likelihood))
    return chosen.length > 0 ? chosen : [this.pick(items)]
  }
}
