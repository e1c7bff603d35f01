// The gathered data made what the client asked for: GraphQL §6.4 "Executing Fields" with every field's value already
// there. Nulls, errors and abstract types are decided here, along shapes that were compiled before.

import type { FieldNode } from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import { ERRORS, type FieldRefusal, invariant } from '../../schema/errors.ts'
import type { Path } from '../../schema/provenance.ts'
import { completeLeaf } from './leaf.ts'
import { type Overlay, read, type Spot, typenameAt } from './overlay.ts'
import { PathSet, pathKey } from './path-set.ts'
import type { DeferredShape, Field, Shape, Shapes, Value } from './shape.ts'
import { isTree, setValue, type Tree, valueAt } from './tree.ts'

/** An object of the answer that has a part to come later. */
export interface Postponed {
  readonly shape: DeferredShape
  readonly tree: Tree
  readonly path: Path
}

export interface Projecting {
  readonly overlay: Overlay
  readonly reference: string
  readonly introspect: (nodes: readonly FieldNode[]) => unknown
}

const INTERNAL: FieldRefusal = { code: 'INTERNAL' }

/** Stands for a null that a non-null type passes to its parent. */
const BROKEN = undefined

export class Projection {
  readonly postponed: Postponed[] = []
  readonly #projecting: Projecting
  readonly #errors: AnswerError[]
  readonly #base: Path
  /** Keys from the base to where the projection is. Below `depth` only. */
  readonly #path: (string | number)[] = []
  #explained: PathSet | undefined
  /** Exactly where subgraphs reported errors. */
  #faulty: Set<string> | undefined
  /** Grows with whatever must be told of each place anew. */
  #incidents = 0

  /** `errors` are those of the subgraphs, their paths in place; the projection adds its own. */
  constructor(projecting: Projecting, errors: readonly AnswerError[], base: Path = []) {
    this.#projecting = projecting
    this.#errors = [...errors]
    this.#base = base
  }

  get errors(): readonly AnswerError[] {
    return this.#errors
  }

  /** Null if a null had to be passed up to here. */
  run(shapes: Shapes, tree: Tree): Tree | null {
    const spot = this.#projecting.overlay.spotAt(shapes.joint, tree)
    const shape = shapes.only ?? shapes.of(typenameAt(tree, spot))
    invariant(shape, 'the object had a shape when its part was put off')
    return this.#object(shape, tree, spot, 0)
  }

  #object(shape: Shape, tree: Tree, spot: Spot | undefined, depth: number): Tree | null {
    const shown: Record<string, unknown> = {}
    let broken = false
    for (const field of shape.fields) {
      const value = this.#field(field, tree, spot, depth)
      if (value === BROKEN) broken = true
      else if (field.key === '__proto__') setValue(shown, field.key, value)
      else shown[field.key] = value
    }
    for (const later of shape.deferred) this.#postpone(later, tree, depth)
    return broken ? null : shown
  }

  #field(field: Field, tree: Tree, spot: Spot | undefined, depth: number): unknown {
    const { key, from, source, value } = field
    switch (source.kind) {
      case 'data': {
        const data = spot === undefined ? valueAt(tree, from) : read(spot, from)
        if (data === undefined && source.completed) this.#noteAbsent(key, depth, spot)
        return this.#value(value, data, key, depth)
      }
      case 'typename':
        return source.name ?? this.#value(value, this.#refuse(key, depth), key, depth)
      case 'introspection':
        return this.#projecting.introspect(source.nodes)
      case 'denied':
        this.#explain(key, depth, source.refusal)
        return value.nonNull ? BROKEN : null
    }
  }

  #value(value: Value, data: unknown, key: string | number, depth: number): unknown {
    const completed =
      data === null || data === undefined ? null : this.#present(value, data, key, depth)
    if (completed !== null || !value.nonNull) return completed
    this.#explain(key, depth, INTERNAL, 'A value that must not be null is missing.')
    return BROKEN
  }

  #present(value: Value, data: unknown, key: string | number, depth: number): unknown {
    switch (value.kind) {
      case 'leaf':
        return completeLeaf(value.leaf, data) ?? this.#refuse(key, depth)
      case 'list':
        if (!Array.isArray(data)) return this.#refuse(key, depth)
        this.#path[depth] = key
        return this.#list(value.of, data, depth + 1)
      case 'composite':
        if (!isTree(data)) return this.#refuse(key, depth)
        return this.#composite(value.shapes, data, key, depth)
    }
  }

  #list(of: Value, data: readonly unknown[], depth: number): readonly unknown[] | null {
    const items: unknown[] = []
    let broken = false
    for (let index = 0; index < data.length; index += 1) {
      const item = this.#value(of, data[index], index, depth)
      if (item === BROKEN) broken = true
      items.push(item)
    }
    return broken ? null : items
  }

  /** An object that stands in many places is projected once, unless something must be said of each place. */
  #composite(shapes: Shapes, tree: Tree, key: string | number, depth: number): Tree | null {
    const spot = this.#projecting.overlay.spotAt(shapes.joint, tree)
    const shape = shapes.only ?? shapes.of(typenameAt(tree, spot))
    if (shape === undefined) return this.#refuse(key, depth)
    if (spot?.shownAs === shape && spot.shown !== undefined) return spot.shown
    const before = this.#incidents
    this.#path[depth] = key
    const shown = this.#object(shape, tree, spot, depth + 1)
    if (spot !== undefined && shown !== null && this.#incidents === before) {
      spot.shownAs = shape
      spot.shown = shown
    }
    return shown
  }

  #postpone(shape: DeferredShape, tree: Tree, depth: number): void {
    this.#incidents += 1
    this.postponed.push({ shape, tree, path: this.#pathTo(depth) })
  }

  /**
   * No call gave the value: one could not be made, for want of what it needs, or its subgraph left the field out. Unless an
   * error of the object says why, or a subgraph does not know the object, which is no error.
   */
  #noteAbsent(key: string, depth: number, spot: Spot | undefined): void {
    if (spot?.unknown === true) return
    this.#incidents += 1
    this.#faulty ??= new Set(this.#errors.map((error) => pathKey(error.path ?? [])))
    if (!this.#faulty.has(pathKey(this.#pathTo(depth)))) this.#explain(key, depth, INTERNAL)
  }

  /** A subgraph gave a value that its schema does not allow. The value itself is never named. */
  #refuse(key: string | number, depth: number): null {
    this.#explain(key, depth, INTERNAL)
    return null
  }

  /** GraphQL §6.4.4: a null already explained by an error at or below its place is not explained twice. */
  #explain(
    key: string | number,
    depth: number,
    { code, extensions }: FieldRefusal,
    message: string = ERRORS[code].text,
  ): void {
    this.#incidents += 1
    const path = [...this.#pathTo(depth), key]
    this.#explained ??= new PathSet(this.#errors.map((error) => error.path ?? []))
    if (this.#explained.has(path)) return
    this.#explained.add(path)
    const { reference } = this.#projecting
    this.#errors.push({ message, path, extensions: { code, ...extensions, reference } })
  }

  #pathTo(depth: number): Path {
    return [...this.#base, ...this.#path.slice(0, depth)]
  }
}
