// Documents that wait to be planned. The shortest is next: what may take long stands behind what cannot, so that one
// client's long documents hold up few. A long one that is passed again and again has the time of its request as its bound.

import type { PlanAsked } from './planning-messages.ts'

export interface Waiting<Outcome> {
  readonly asked: PlanAsked
  /** Is there still somebody who waits for it? */
  readonly isWanted: () => boolean
  readonly settle: (outcome: Outcome) => void
}

export interface QueueOptions<Outcome> {
  readonly most: number
  /** Characters of all together. */
  readonly mostLength: number
  /** What becomes of those that nobody waits for. */
  readonly unwanted: Outcome
}

export class PlanQueue<Outcome> {
  readonly #options: QueueOptions<Outcome>
  /** By length, then as they came. */
  #waiting: Waiting<Outcome>[] = []
  #length = 0

  constructor(options: QueueOptions<Outcome>) {
    this.#options = options
  }

  /** False if there is no room for it. */
  add(waiting: Waiting<Outcome>): boolean {
    const { length } = waiting.asked.text
    if (!this.#hasRoom(length)) this.#sweep()
    if (!this.#hasRoom(length)) return false
    const before = this.#waiting.findLastIndex(({ asked }) => asked.text.length <= length)
    this.#waiting.splice(before + 1, 0, waiting)
    this.#length += length
    return true
  }

  /** The next that somebody waits for stays in it. */
  peek(): Waiting<Outcome> | undefined {
    let [first] = this.#waiting
    while (first !== undefined && !first.isWanted()) {
      this.#takeFirst()
      first.settle(this.#options.unwanted)
      first = this.#waiting[0]
    }
    return first
  }

  take(): Waiting<Outcome> | undefined {
    const first = this.peek()
    if (first !== undefined) this.#takeFirst()
    return first
  }

  /** All of them get this. */
  settle(outcome: Outcome): void {
    const all = this.#waiting
    this.#waiting = []
    this.#length = 0
    for (const waiting of all) waiting.settle(outcome)
  }

  #hasRoom(length: number): boolean {
    const { most, mostLength } = this.#options
    return this.#waiting.length < most && this.#length + length <= mostLength
  }

  #takeFirst(): void {
    this.#length -= this.#waiting.shift()?.asked.text.length ?? 0
  }

  #sweep(): void {
    const all = this.#waiting
    this.#waiting = all.filter((waiting) => {
      const isWanted = waiting.isWanted()
      if (!isWanted) waiting.settle(this.#options.unwanted)
      return isWanted
    })
    this.#length = this.#waiting.reduce((sum, { asked }) => sum + asked.text.length, 0)
  }
}
