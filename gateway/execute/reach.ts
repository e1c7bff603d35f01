// From the root of the gathered data to the objects that a plan's path reaches.

import type { Path } from '../../schema/provenance.ts'
import type { PlanPath } from '../plan/plan.ts'
import { type Overlay, read, typenameAt } from './overlay.ts'
import type { Position } from './position.ts'
import { isTree, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

/** A path with the positions it leads through. Lists are walked wherever they are. */
export interface Way {
  readonly steps: readonly WayStep[]
  readonly from: Position
  readonly to: Position
}

type WayStep =
  | { readonly kind: 'key'; readonly name: string; readonly into: Position }
  | { readonly kind: 'types'; readonly names: readonly string[] }

/** Met objects in the order of the data; the same one as often as it stands somewhere. */
type Meet = (tree: Tree, path: Path | undefined) => void

export function compileWay(root: Position, path: PlanPath): Way {
  const steps: WayStep[] = []
  let position = root
  for (const step of path) {
    if (step.kind === 'types') steps.push(step)
    if (step.kind !== 'key') continue
    position = position.enter(step.name)
    steps.push({ kind: 'key', name: step.name, into: position })
  }
  return { steps, from: root, to: position }
}

/** What is null or missing is not reached, nor an object of another type than a step names. */
export class Walk {
  readonly #overlay: Overlay
  readonly #meets: MeetsCondition
  readonly #meet: Meet

  constructor(overlay: Overlay, meets: MeetsCondition, meet: Meet) {
    this.#overlay = overlay
    this.#meets = meets
    this.#meet = meet
  }

  /** Paths cost: they are made only if asked for. */
  go({ steps, from }: Way, withPaths: boolean): void {
    this.#step(
      this.#overlay.root.base,
      { steps, at: 0, position: from },
      withPaths ? [] : undefined,
    )
  }

  #step(value: unknown, place: Place, path: Path | undefined): void {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        this.#step(value[index], place, path && [...path, index])
      }
      return
    }
    if (!isTree(value)) return
    const { steps, at, position } = place
    const step = steps[at]
    if (step === undefined) return this.#meet(value, path)
    const spot = this.#overlay.spotAt(position.joint, value)
    if (step.kind === 'key') {
      const below = spot === undefined ? valueAt(value, step.name) : read(spot, step.name)
      const next = { steps, at: at + 1, position: step.into }
      return this.#step(below, next, path && [...path, step.name])
    }
    const name = typenameAt(value, spot)
    if (name !== undefined && !step.names.some((type) => this.#meets(name, type))) return
    this.#step(value, { steps, at: at + 1, position }, path)
  }
}

interface Place {
  readonly steps: readonly WayStep[]
  readonly at: number
  readonly position: Position
}
