// So many at once, the others in the order they came; too many waiting are refused, for whoever comes last would wait longest.

export class Turns {
  #free: number
  readonly #most: number
  readonly #refusal: () => Error
  readonly #waiting: (() => void)[] = []

  constructor({ atOnce, waiting, refusal }: TurnsOptions) {
    this.#free = atOnce
    this.#most = waiting
    this.#refusal = refusal
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1
    else if (this.#waiting.length >= this.#most) throw this.#refusal()
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}

export interface TurnsOptions {
  readonly atOnce: number
  /** Most that wait. */
  readonly waiting: number
  readonly refusal: () => Error
}
