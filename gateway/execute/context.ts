// Calls that are told of what stands above the objects they complete (`@fromContext`, Federation 2.8): one call for all
// objects that are told the same. Such objects, and those between them and what is told, are kept apart even where they
// are equal: only so each has one object above it.

import type { EntityPart, FromContext, PlanNode, PlanPath } from '../plan/plan.ts'
import { type CompiledPart, type Reached, Wanted } from './entity-part.ts'
import { type Overlay, read, typenameAt } from './overlay.ts'
import type { Position } from './position.ts'
import type { Way, WayStep } from './reach.ts'
import { callsOf } from './send.ts'
import { isTree, setValue, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

/** What one call asks, and the variables it is told. */
export interface Telling {
  readonly wanted: readonly Wanted[]
  readonly told: Readonly<Record<string, unknown>>
}

/** Before anything of the plan runs. */
export function keepApart(plan: PlanNode, root: Position): void {
  for (const call of callsOf(plan)) {
    for (const part of call.kind === 'entities' ? call.parts : []) keepPartApart(part, root)
  }
}

function keepPartApart({ paths, context }: EntityPart, root: Position): void {
  if (context === undefined) return
  const height = Math.max(...context.map(({ up }) => up))
  for (const path of paths) {
    const keys = path.filter(({ kind }) => kind === 'key').length
    let position = root
    let depth = 0
    for (const step of path) {
      if (step.kind !== 'key') continue
      position = position.enter(step.name)
      depth += 1
      if (depth > keys - height) position.apart = true
    }
  }
}

/** One for each combination of values, in the order of the data. An object about which nothing is known is left out. */
export function tellings(parts: readonly CompiledPart[], overlay: Overlay): readonly Telling[] {
  return parts.flatMap((compiled) => {
    const groups = new Map<string, { told: Telling['told']; reached: Reached[] }>()
    const variables = Map.groupBy(compiled.part.context ?? [], ({ variable }) => variable)
    for (const place of compiled.places) {
      const walk = new Climb(overlay, compiled.meets, (tree, above) => {
        const told = valuesOf(variables, above)
        if (told === undefined) return
        const key = JSON.stringify(told)
        const group = groups.get(key) ?? { told, reached: [] }
        groups.set(key, group)
        group.reached.push({ place, tree })
      })
      walk.go(place.way)
    }
    return [...groups.values()].map(({ told, reached }) => {
      return { told, wanted: [new Wanted(compiled, overlay, reached)] }
    })
  })
}

/** Undefined if what is to be told was never fetched: the reason is already known. */
function valuesOf(
  variables: ReadonlyMap<string, readonly FromContext[]>,
  above: Above,
): Telling['told'] | undefined {
  const told: Record<string, unknown> = {}
  for (const [variable, sources] of variables) {
    let value: unknown = ELSEWHERE
    for (const source of sources) {
      if (value === ELSEWHERE) value = above(source)
    }
    if (value === undefined) return undefined
    setValue(told, variable, value === ELSEWHERE ? null : value)
  }
  return told
}

/** The way leads through an object of another type. */
const ELSEWHERE = Symbol('elsewhere')

type Above = (source: FromContext) => unknown

interface Level {
  readonly tree: Tree
  readonly position: Position
}

/** A walk that knows the objects it came through. */
class Climb {
  readonly #overlay: Overlay
  readonly #meets: MeetsCondition
  readonly #meet: (tree: Tree, above: Above) => void
  readonly #levels: Level[] = []
  /** Objects above those that are told stand in many places and are walked once. */
  readonly #mark: number

  constructor(overlay: Overlay, meets: MeetsCondition, meet: (tree: Tree, above: Above) => void) {
    this.#overlay = overlay
    this.#meets = meets
    this.#meet = meet
    this.#mark = overlay.nextMark()
  }

  go({ first }: Way): void {
    this.#walk(this.#overlay.root.base, first)
  }

  #walk(value: unknown, step: WayStep | undefined): void {
    if (Array.isArray(value)) for (const item of value) this.#walk(item, step)
    else if (!isTree(value)) return
    else if (step === undefined) this.#meet(value, (source) => this.#above(source))
    else this.#step(value, step)
  }

  #step(tree: Tree, step: WayStep): void {
    const { at: position, next } = step
    if (step.kind === 'types') {
      if (this.#isOf(step.names, { tree, position })) this.#walk(tree, next)
      return
    }
    const spot = this.#overlay.spotAt(position.joint, tree)
    if (spot?.walked === this.#mark) return
    if (spot !== undefined) spot.walked = this.#mark
    this.#levels.push({ tree, position })
    this.#walk(this.#valueAt({ tree, position }, step.name), next)
    this.#levels.pop()
  }

  #above({ up, path }: FromContext): unknown {
    const level = this.#levels.at(-up)
    return level === undefined ? undefined : this.#read(level.tree, level.position, path)
  }

  #read(value: unknown, position: Position | undefined, path: PlanPath): unknown {
    const [step, ...rest] = path
    if (step === undefined || value === null || value === undefined) return value
    if (step.kind === 'items') return this.#read(value, position, rest)
    if (Array.isArray(value)) return this.#readAll(value, position, path)
    if (!isTree(value) || position === undefined) return undefined
    const level = { tree: value, position }
    if (step.kind === 'key') {
      return this.#read(this.#valueAt(level, step.name), position.below(step.name), rest)
    }
    return this.#isOf(step.names, level) ? this.#read(value, position, rest) : ELSEWHERE
  }

  #readAll(items: readonly unknown[], position: Position | undefined, path: PlanPath): unknown {
    const values = items.map((item) => this.#read(item, position, path))
    if (values.includes(undefined)) return undefined
    return values.map((value) => (value === ELSEWHERE ? null : value))
  }

  #valueAt({ tree, position }: Level, key: string): unknown {
    const spot = this.#overlay.spotAt(position.joint, tree)
    return spot === undefined ? valueAt(tree, key) : read(spot, key)
  }

  #isOf(names: readonly string[], { tree, position }: Level): boolean {
    const type = typenameAt(tree, this.#overlay.spotAt(position.joint, tree))
    return type === undefined || names.some((name) => this.#meets(type, name))
  }
}
