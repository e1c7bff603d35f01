// Paths through the gathered data as the client knows them. What was fetched only for the plan can have the name that a
// client gave to something else, so keys are made names where they stand, by what the client asked for there.

import type { Path } from '../../schema/provenance.ts'
import { responseName } from '../plan/plan-name.ts'
import { type Overlay, read, typenameAt } from './overlay.ts'
import type { Reports } from './run.ts'
import type { Field, Shapes, Value } from './shape.ts'
import { isTree, type Tree, valueAt } from './tree.ts'

export class ClientPaths {
  readonly #overlay: Overlay
  readonly #root: Shapes

  constructor(overlay: Overlay, root: Shapes) {
    this.#overlay = overlay
    this.#root = root
  }

  /** An error of a hidden value is one of the object; its origin is nobody's. */
  ofReports({ errors, provenance }: Reports): Reports {
    return {
      errors: errors.map((error) => ({ ...error, path: this.of(error.path ?? []) })),
      provenance: provenance
        .map((entry) => ({ ...entry, path: this.of(entry.path) }))
        .filter(({ path }, index) => path.length === provenance[index]?.path.length),
    }
  }

  /** As far as the client can see: a hidden value is said to be the object it belongs to. */
  of(path: Path): Path {
    const seen: (string | number)[] = []
    let at: unknown = this.#overlay.root.base
    let shapes: readonly Shapes[] = [this.#root]
    for (const key of path) {
      if (!isTree(at) || typeof key === 'number') {
        seen.push(typeof key === 'number' ? key : responseName(key))
        at = Array.isArray(at) ? at[Number(key)] : undefined
        continue
      }
      const fields = this.#fields(shapes, at, key)
      const [first] = fields
      if (first === undefined) return seen
      seen.push(first.key)
      at = this.#read(shapes, at, key)
      shapes = fields.flatMap(({ value }) => shapesOf(value))
    }
    return seen
  }

  /** One, or several where a part of the object comes later. */
  #fields(all: readonly Shapes[], tree: Tree, key: string): readonly Field[] {
    const found: Field[] = []
    for (const shapes of all) {
      const spot = this.#overlay.spotAt(shapes.joint, tree)
      const shape = shapes.only ?? shapes.of(typenameAt(tree, spot))
      if (shape === undefined) continue
      for (const field of shape.fields) if (field.from === key) found.push(field)
      const later = shape.deferred.map((deferred) => deferred.shapes)
      found.push(...this.#fields(later, tree, key))
    }
    return found
  }

  #read([first]: readonly Shapes[], tree: Tree, key: string): unknown {
    const spot = this.#overlay.spotAt(first?.joint, tree)
    return spot === undefined ? valueAt(tree, key) : read(spot, key)
  }
}

function shapesOf(value: Value): readonly Shapes[] {
  if (value.kind === 'list') return shapesOf(value.of)
  return value.kind === 'composite' ? [value.shapes] : []
}
