// What several answers say of the same objects, without changing any answer. At a joint, a position where calls complete
// objects, each object has a spot: the object as it first came and what was added since. One overlay per request.

import type { Position } from './position.ts'
import { isTree, setValue, type Tree, valueAt } from './tree.ts'

/** One object at a joint. Objects known to be equal share theirs. */
export class Spot {
  readonly base: Tree
  /** Later ones go before earlier ones, and before the base. */
  readonly extras: Tree[] = []
  /** The last collection of objects that has met it, and the last walk that has been through it. */
  mark = 0
  walked = 0
  /** The objects that this one has been made part of. */
  heirs: Spot[] | undefined
  /** Has a call that was to complete it said, without any error, that there is no such object? */
  unknown = false
  /** What was made of it for the client, and as what. */
  shown: Record<string, unknown> | undefined
  shownAs: object | undefined

  constructor(base: Tree) {
    this.base = base
  }
}

/** A null never hides a value that another answer gave. */
export function read(spot: Spot, key: string): unknown {
  const { extras } = spot
  let found = valueAt(spot.base, key)
  for (let index = extras.length - 1; index >= 0; index -= 1) {
    const extra = extras[index]
    const value = extra === undefined ? undefined : valueAt(extra, key)
    if (value === undefined) continue
    if (value !== null) return value
    if (found === undefined) found = null
  }
  return found
}

export class Overlay {
  readonly #spots: Map<Tree, Spot>[] = []
  readonly root: Spot
  readonly #isObjectType: (name: string) => boolean
  #marks = 0

  constructor(root: Position, isObjectType: (name: string) => boolean) {
    this.#isObjectType = isObjectType
    this.root = this.enter(root, {})
  }

  /** A number that no spot bears yet. */
  nextMark(): number {
    this.#marks += 1
    return this.#marks
  }

  /** The spot of an object; undefined if nothing was added to it. */
  spotAt(joint: number | undefined, tree: Tree): Spot | undefined {
    return joint === undefined ? undefined : this.#spots[joint]?.get(tree)
  }

  /** The spot of an object at a joint, from now on. */
  enter(position: Position, tree: Tree): Spot {
    const known = this.spotAt(position.joint, tree)
    if (known !== undefined) return known
    const spot = new Spot(tree)
    this.share(position, tree, spot)
    return spot
  }

  /** From now on the object is the same as another one. */
  share({ joint = 0 }: Position, tree: Tree, spot: Spot): void {
    let spots = this.#spots[joint]
    if (spots === undefined) {
      spots = new Map()
      this.#spots[joint] = spots
    }
    spots.set(tree, spot)
  }

  attach(position: Position, spot: Spot, extra: Tree): void {
    const settled = this.#settled(position, spot, extra)
    spot.extras.push(extra)
    if (settled !== undefined) spot.extras.push(settled)
    for (const heir of spot.heirs ?? []) this.attach(position, heir, extra)
  }

  /** Where both say something, and the later does not simply go before the earlier. */
  #settled(position: Position, spot: Spot, extra: Tree): Tree | undefined {
    let settled: Record<string, unknown> | undefined
    if (this.#isVaguer(spot, extra)) settled = { __typename: read(spot, '__typename') }
    for (const key of position.disputed) {
      const value = valueAt(extra, key)
      const present = read(spot, key)
      const below = position.below(key)
      if (below === undefined || !isBranch(value) || !isBranch(present)) continue
      settled ??= {}
      setValue(settled, key, this.#merge(below, present, value))
    }
    return settled
  }

  /** To a subgraph with an interface object, every object is of the interface. */
  #isVaguer(spot: Spot, extra: Tree): boolean {
    const name = extra['__typename']
    if (typeof name !== 'string' || this.#isObjectType(name)) return false
    const present = read(spot, '__typename')
    return typeof present === 'string' && this.#isObjectType(present)
  }

  /** Lists that two calls gave are the same list: items are merged by their place. */
  #merge(position: Position, present: unknown, value: unknown): unknown {
    if (Array.isArray(present) && Array.isArray(value)) {
      const length = Math.max(present.length, value.length)
      return Array.from({ length }, (_, at) => this.#merge(position, present[at], value[at]))
    }
    if (isTree(present) && isTree(value)) return this.#mergeTrees(position, present, value)
    return latest(present, value)
  }

  #mergeTrees(position: Position, present: Tree, value: Tree): Tree {
    if (present === value) return present
    const merged = { ...present }
    for (const key of Object.keys(value)) {
      const below = position.below(key)
      const [before, after] = [valueAt(present, key), value[key]]
      setValue(
        merged,
        key,
        below === undefined ? latest(before, after) : this.#merge(below, before, after),
      )
    }
    if (position.joint !== undefined) this.#inherit(position, merged, [present, value])
    return merged
  }

  /** What was added to the parts belongs to the whole, and so does what is still under way to them. */
  #inherit(position: Position, merged: Tree, parts: readonly Tree[]): void {
    const heir = this.enter(position, merged)
    for (const part of parts) {
      const spot = this.enter(position, part)
      for (const extra of spot.extras) this.attach(position, heir, extra)
      spot.heirs ??= []
      spot.heirs.push(heir)
    }
  }
}

/** A null is more than nothing, and less than any value. */
function latest(before: unknown, after: unknown): unknown {
  return after ?? (before === undefined ? after : before)
}

/** The type as the latest answer that knows it names it. */
export function typenameAt(tree: Tree, spot: Spot | undefined): string | undefined {
  const name = spot === undefined ? tree['__typename'] : read(spot, '__typename')
  return typeof name === 'string' ? name : undefined
}

function isBranch(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
