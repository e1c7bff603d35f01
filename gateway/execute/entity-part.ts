// One `_entities` field of a call: which objects it is asked for, and how what it answers completes them.

import type { Path } from '../../schema/provenance.ts'
import type { EntityPart } from '../plan/plan.ts'
import { type Overlay, type Spot, typenameAt } from './overlay.ts'
import type { Placement, Target } from './place-reports.ts'
import type { Position } from './position.ts'
import { Walk, type Way } from './reach.ts'
import type { Representation } from './representation.ts'
import { rewritten } from './rewrite.ts'
import { renamedBy } from './survey.ts'
import { Texts } from './texts.ts'
import { isTree, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'
import type { Asked } from './withhold.ts'

export interface CompiledPart {
  readonly part: EntityPart
  /** One for each place that the part completes, with what is asked of the objects there. */
  readonly places: readonly Place[]
  readonly meets: MeetsCondition
}

interface Place {
  readonly way: Way
  readonly representation: Representation
}

/** An object that a part is to complete. */
export interface Reached {
  readonly place: Place
  readonly tree: Tree
}

/** An object that is asked for. */
interface Entry {
  readonly position: Position
  readonly spot: Spot
  /** Of its text. */
  readonly number: number
}

/** The objects that one run of a part completes: each once, equal ones together. */
export class Wanted implements Asked {
  readonly key: string
  readonly variable: string
  readonly #compiled: CompiledPart
  readonly #overlay: Overlay
  readonly #mark: number
  readonly #texts: Texts
  readonly #entries: Entry[] = []
  /** By number of the text. */
  readonly #firsts: Entry[] = []
  #values: readonly Tree[] | undefined

  /** `reached`: those that are asked for, if it is not all. */
  constructor(compiled: CompiledPart, overlay: Overlay, reached?: readonly Reached[]) {
    this.#compiled = compiled
    this.#overlay = overlay
    this.#mark = overlay.nextMark()
    this.#texts = new Texts(overlay)
    this.key = compiled.part.key
    this.variable = compiled.part.variable
    for (const { place, tree } of reached ?? []) this.#add(place, tree)
    for (const place of reached === undefined ? compiled.places : []) {
      const walk = new Walk(overlay, compiled.meets, (tree) => this.#add(place, tree))
      walk.go(place.way, false)
    }
  }

  get texts(): readonly string[] {
    return this.#texts.list
  }

  values(): readonly Tree[] {
    this.#values ??= toTrees(this.texts)
    return this.#values
  }

  #add({ way: { to: position }, representation }: Place, tree: Tree): void {
    const known = this.#overlay.spotAt(position.joint, tree)
    if (known?.mark === this.#mark) return
    const writer = representation.of(typenameAt(tree, known))
    const number = writer.typed ? this.#texts.numberOf(writer, tree, known) : undefined
    if (number === undefined) return
    const first = this.#firsts[number]
    const mayShare = known === undefined && writer.whole && !position.apart
    if (mayShare && first?.position === position) {
      return this.#overlay.share(position, tree, first.spot)
    }
    const entry = { position, spot: known ?? this.#overlay.enter(position, tree), number }
    entry.spot.mark = this.#mark
    this.#entries.push(entry)
    if (first === undefined) this.#firsts[number] = entry
  }

  /** `data`: the call's answer; `failed`: errors came with it. */
  complete(data: Tree, failed: boolean): void {
    const { part, meets } = this.#compiled
    const found = valueAt(data, part.key)
    if (!Array.isArray(found)) return
    const rewrites = part.outputRewrites
    const entities: readonly unknown[] =
      rewrites.length === 0
        ? found
        : found.map((entity) => (isTree(entity) ? rewritten(rewrites, entity, meets) : entity))
    for (const { position, spot, number } of this.#entries) {
      const entity = entities[number]
      if (isTree(entity)) {
        this.#overlay.attach(position, spot, position.apart ? structuredClone(entity) : entity)
      } else if (entity === null && !failed) spot.unknown = true
    }
  }

  /** All places where the objects stand. */
  placement(): Placement {
    const { part, places, meets } = this.#compiled
    const numbers = new Map<Spot, number>()
    for (const { spot, number } of this.#entries) addWithHeirs(spot, number, numbers)
    const targets: Target[][] = this.texts.map(() => [])
    for (const { way } of places) {
      const meet = (tree: Tree, path: Path = []) => {
        const spot = this.#overlay.spotAt(way.to.joint, tree)
        const number = spot && numbers.get(spot)
        if (number !== undefined) targets[number]?.push({ path, type: typenameAt(tree, spot) })
      }
      new Walk(this.#overlay, meets, meet).go(way, true)
    }
    return { key: part.key, fills: part.fills, renamed: renamedBy(part.outputRewrites), targets }
  }
}

/** Another answer may have made an object part of a whole while this one was under way. */
function addWithHeirs(spot: Spot, number: number, into: Map<Spot, number>): void {
  into.set(spot, number)
  for (const heir of spot.heirs ?? []) addWithHeirs(heir, number, into)
}

function toTrees(texts: readonly string[]): readonly Tree[] {
  const values: unknown = JSON.parse(`[${texts.join(',')}]`)
  return Array.isArray(values) ? values.filter(isTree) : []
}
