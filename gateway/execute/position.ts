// The positions of a plan's data: one per path of keys from the root, lists not counted. Known when the plan is compiled,
// so that objects at positions where no further call adds anything are read as they stand.

/** One call, or one part of it: what gives data to a position. */
type Giver = object

export class Position {
  /** Number of the joint, where calls complete objects; undefined where none does. */
  joint: number | undefined
  /** Are equal objects here kept apart, because it matters what stands above each (context.ts)? */
  apart = false
  readonly #below = new Map<string, Position>()
  readonly #givers = new Map<string, Set<Giver>>()
  readonly #ownKeys = new Set<string>()
  readonly #owners = new Set<Giver>()
  #disputed: readonly string[] | undefined

  below(key: string): Position | undefined {
    return this.#below.get(key)
  }

  enter(key: string): Position {
    const known = this.#below.get(key)
    if (known !== undefined) return known
    const fresh = new Position()
    this.#below.set(key, fresh)
    return fresh
  }

  /** The call brings objects with this key here. */
  own(key: string, giver: Giver): void {
    this.#ownKeys.add(key)
    this.#owners.add(giver)
  }

  /** The call gives what this key of the objects here holds, which is objects. */
  giveBelow(key: string, giver: Giver): void {
    const givers = this.#givers.get(key) ?? new Set()
    this.#givers.set(key, givers.add(giver))
  }

  /** Keys whose objects more than one call may give: they are made one. Asked only when all calls are known. */
  get disputed(): readonly string[] {
    this.#disputed ??= [...this.#givers].filter(([, { size }]) => size > 1).map(([key]) => key)
    return this.#disputed
  }

  /** All keys an object can have before anything completes it; undefined if several calls bring such objects. */
  get ownKeys(): ReadonlySet<string> | undefined {
    return this.#owners.size === 1 ? this.#ownKeys : undefined
  }
}
