// Makes the answer a client asked for out of the gathered data: GraphQL §6.4 "Executing Fields" with every field's value
// already there, under its plan name; null propagation and abstract types are decided here.

import {
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

import type { AnswerError } from '../../schema/context.ts'
import { ERRORS, type ErrorCode, invariant } from '../../schema/errors.ts'
import { planName } from '../plan/plan-name.ts'
import type { Composite, Fields, Selected } from './fields.ts'
import { introspect } from './introspect.ts'
import { PathSet, type Trail, trailToPath } from './path-set.ts'
import { isTree, setValue, type Tree, typenameOf, valueAt } from './tree.ts'

/** Why a field may not be read; undefined if it may. */
type Denied = (nodes: readonly FieldNode[]) => ErrorCode | undefined

export interface Shaping {
  readonly schema: GraphQLSchema
  readonly fields: Fields
  readonly denied: Denied
  readonly reference: string
}

/** Stands for a null that a non-null type passes to its parent. */
const BROKEN = Symbol('null in a non-null place')

export class Shape {
  readonly #shaping: Shaping
  readonly #errors: AnswerError[]
  readonly #explained: PathSet

  /** `errors` are those of the subgraphs, their paths in place; shaping adds its own. */
  constructor(shaping: Shaping, errors: readonly AnswerError[]) {
    this.#shaping = shaping
    this.#errors = [...errors]
    this.#explained = new PathSet(errors.map(({ path }) => path ?? []))
  }

  get errors(): readonly AnswerError[] {
    return this.#errors
  }

  root(type: GraphQLObjectType, data: Tree): Tree | null {
    const { fields } = this.#shaping
    const value = this.#object(type, fields.root(type), data, undefined)
    return value === BROKEN ? null : value
  }

  #object(
    type: Composite,
    selected: Selected,
    source: Tree,
    trail: Trail | undefined,
  ): Tree | typeof BROKEN {
    const shaped: Tree = {}
    let broken = false
    for (const [name, nodes] of selected) {
      const key = nodes[0] === undefined ? name : planName(nodes[0])
      const value = this.#field(type, nodes, valueAt(source, key), { key: name, up: trail })
      if (value === BROKEN) broken = true
      else setValue(shaped, name, value)
    }
    return broken ? BROKEN : shaped
  }

  #field(parent: Composite, nodes: readonly FieldNode[], value: unknown, trail: Trail): unknown {
    const [first] = nodes
    invariant(first !== undefined, 'a selected field has a node')
    const name = first.name.value
    if (name === '__typename') return isObjectType(parent) ? parent.name : this.#untyped(trail)
    if (name === '__schema' || name === '__type') return introspect(this.#shaping, first, nodes)
    const field = parent.getFields()[name]
    invariant(field !== undefined, 'the document was validated')
    const code = this.#shaping.denied(nodes)
    if (code === undefined) return this.#value(field.type, nodes, value, trail)
    this.#explain(trail, code, ERRORS[code].text)
    return isNonNullType(field.type) ? BROKEN : null
  }

  #value(
    type: GraphQLOutputType,
    nodes: readonly FieldNode[],
    value: unknown,
    trail: Trail,
  ): unknown {
    if (isNonNullType(type)) {
      const inner = this.#value(type.ofType, nodes, value, trail)
      if (inner !== null) return inner
      this.#explain(trail, 'INTERNAL', 'A value that must not be null is missing.')
      return BROKEN
    }
    if (value === null || value === undefined) return null
    if (isListType(type)) return this.#list(type.ofType, nodes, value, trail)
    if (isLeafType(type)) return this.#leaf(type, value, trail)
    return this.#composite(type, nodes, value, trail)
  }

  #list(
    type: GraphQLOutputType,
    nodes: readonly FieldNode[],
    value: unknown,
    trail: Trail,
  ): unknown {
    if (!Array.isArray(value)) return this.#refuse(trail)
    const items = []
    let broken = false
    for (const [index, item] of value.entries()) {
      const shaped = this.#value(type, nodes, item, { key: index, up: trail })
      if (shaped === BROKEN) broken = true
      items.push(shaped)
    }
    return broken ? null : items
  }

  #leaf(type: GraphQLLeafType, value: unknown, trail: Trail): unknown {
    try {
      return type.serialize(value) ?? this.#refuse(trail)
    } catch {
      return this.#refuse(trail)
    }
  }

  #composite(
    type: GraphQLOutputType,
    nodes: readonly FieldNode[],
    value: unknown,
    trail: Trail,
  ): unknown {
    const concrete = isTree(value) ? this.#concrete(type, value) : undefined
    if (concrete === undefined || !isTree(value)) return this.#refuse(trail)
    const selected = this.#shaping.fields.below(concrete, nodes)
    const shaped = this.#object(concrete, selected, value, trail)
    return shaped === BROKEN ? null : shaped
  }

  /** A plan asks for `__typename` wherever the answer depends on it; where it did not, the interface itself will do. */
  #concrete(type: GraphQLOutputType, value: Tree): Composite | undefined {
    if (isObjectType(type)) return type
    if (!isAbstractType(type)) return undefined
    const name = typenameOf(value) ?? type.name
    if (name === type.name) return isInterfaceType(type) ? type : undefined
    const { schema } = this.#shaping
    const found = schema.getType(name)
    if (!isObjectType(found) && !isInterfaceType(found)) return undefined
    return schema.isSubType(type, found) ? found : undefined
  }

  /** The name of an object that only a subgraph with an interface object knows: `String!`, and nobody can say it. */
  #untyped(trail: Trail): typeof BROKEN {
    this.#refuse(trail)
    return BROKEN
  }

  /** A subgraph gave a value that its schema does not allow. The value itself is never named. */
  #refuse(trail: Trail): null {
    this.#explain(trail, 'INTERNAL', ERRORS.INTERNAL.text)
    return null
  }

  /** GraphQL §6.4.4: a null already explained by an error at or below its place is not explained twice. */
  #explain(trail: Trail, code: ErrorCode, message: string): void {
    const path = trailToPath(trail)
    if (this.#explained.has(path)) return
    this.#explained.add(path)
    this.#errors.push({ message, path, extensions: { code, reference: this.#shaping.reference } })
  }
}
