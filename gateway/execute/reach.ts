// From the root of the gathered data to the objects that a plan's path reaches.

import type { Path } from '../../schema/provenance.ts'
import type { PlanPath } from '../plan/plan.ts'
import { type Overlay, read, typenameAt } from './overlay.ts'
import type { Position } from './position.ts'
import { isTree, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

/** A path with the positions it leads through. Lists are walked wherever they are. */
export interface Way {
  /** Undefined: the root itself. */
  readonly first: WayStep | undefined
  readonly to: Position
}

export type WayStep = { readonly at: Position; readonly next: WayStep | undefined } & (
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'types'; readonly names: readonly string[] }
)

/** Met objects in the order of the data. */
type Meet = (tree: Tree, path: Path | undefined) => void

export function compileWay(root: Position, path: PlanPath): Way {
  const positions = [root]
  let to = root
  for (const step of path) {
    if (step.kind === 'key') to = to.enter(step.name)
    positions.push(to)
  }
  let first: WayStep | undefined
  for (const [index, step] of [...path.entries()].toReversed()) {
    if (step.kind !== 'items') first = { ...step, at: positions[index] ?? root, next: first }
  }
  return { first, to }
}

/** What is null or missing is not reached, nor an object of another type than a step names. */
export class Walk {
  readonly #overlay: Overlay
  readonly #meets: MeetsCondition
  readonly #meet: Meet
  /** Without paths, what lies below an object that stands in many places is walked once. */
  readonly #mark: number

  constructor(overlay: Overlay, meets: MeetsCondition, meet: Meet) {
    this.#overlay = overlay
    this.#meets = meets
    this.#meet = meet
    this.#mark = overlay.nextMark()
  }

  /** Paths cost: they are made only if asked for. */
  go({ first }: Way, withPaths: boolean): void {
    this.#walk(this.#overlay.root.base, first, withPaths ? [] : undefined)
  }

  #walk(value: unknown, step: WayStep | undefined, path: Path | undefined): void {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        this.#walk(value[index], step, path && [...path, index])
      }
    } else if (!isTree(value)) return
    else if (step === undefined) this.#meet(value, path)
    else this.#go(value, step, path)
  }

  #go(tree: Tree, step: WayStep, path: Path | undefined): void {
    const spot = this.#overlay.spotAt(step.at.joint, tree)
    if (step.kind === 'types') {
      const type = typenameAt(tree, spot)
      const isMet = type === undefined || step.names.some((name) => this.#meets(type, name))
      if (isMet) this.#walk(tree, step.next, path)
      return
    }
    if (spot === undefined) {
      return this.#walk(valueAt(tree, step.name), step.next, path && [...path, step.name])
    }
    if (path === undefined && spot.walked === this.#mark) return
    spot.walked = this.#mark
    this.#walk(read(spot, step.name), step.next, path && [...path, step.name])
  }
}
