// What a client's answer looks like at one position for objects of one type: compiled when the first such object comes.

import {
  type FieldNode,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  GraphQLString,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'

import { type FieldRefusal, invariant } from '../../schema/errors.ts'
import { planName } from '../plan/plan-name.ts'
import {
  collectFields,
  type Composite,
  type DeferredFragment,
  type Document,
} from './collect-fields.ts'
import { type Leaf, toLeaf } from './leaf.ts'
import type { Position } from './position.ts'

/** Why a field may not be read; undefined if it may. */
export type Denied = (nodes: readonly FieldNode[]) => FieldRefusal | undefined

export interface Shaping extends Document {
  readonly denied: Denied
}

export interface Shape {
  readonly joint: number | undefined
  readonly fields: readonly Field[]
  readonly deferred: readonly DeferredShape[]
}

export interface Field {
  /** In the answer. */
  readonly key: string
  /** In the gathered data. */
  readonly from: string
  readonly source: FieldSource
  readonly value: Value
}

type FieldSource =
  /** `completed`: calls complete the objects that have the field, so one that none of them gave has a reason. */
  | { readonly kind: 'data'; readonly completed: boolean }
  /** `__typename`; undefined where nobody can say it. */
  | { readonly kind: 'typename'; readonly name: string | undefined }
  | { readonly kind: 'introspection'; readonly nodes: readonly FieldNode[] }
  | { readonly kind: 'denied'; readonly refusal: FieldRefusal }

export type Value = { readonly nonNull: boolean } & (
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'list'; readonly of: Value }
  | { readonly kind: 'composite'; readonly shapes: Shapes }
)

/** A part of the shape that comes later. */
export interface DeferredShape {
  readonly fragment: DeferredFragment
  readonly shapes: Shapes
}

export interface Selection {
  readonly type: GraphQLNamedOutputType
  readonly sets: readonly SelectionSetNode[]
  /** Undefined if no call brings objects here. */
  readonly position: Position | undefined
}

/** The shapes of the objects at one position, by type. */
export class Shapes {
  readonly joint: number | undefined
  readonly #shaping: Shaping
  readonly #selection: Selection
  readonly #byName = new Map<string | undefined, Shape>()
  #only: Shape | undefined

  constructor(shaping: Shaping, selection: Selection) {
    this.#shaping = shaping
    this.#selection = selection
    this.joint = selection.position?.joint
  }

  /** Of a position where all objects are of one type: then none need be asked for it. */
  get only(): Shape | undefined {
    const { type } = this.#selection
    if (this.#only === undefined && isObjectType(type)) this.#only = this.#compile(type)
    return this.#only
  }

  /** A plan asks for `__typename` wherever the answer depends on it; where it did not, the interface itself will do. */
  of(typename: string | undefined): Shape | undefined {
    const known = this.#byName.get(typename)
    if (known !== undefined) return known
    const type = this.#concrete(typename)
    const shape = type && this.#compile(type)
    if (shape !== undefined) this.#byName.set(typename, shape)
    return shape
  }

  #concrete(typename: string | undefined): Composite | undefined {
    const { type } = this.#selection
    if (!isAbstractType(type)) return isObjectType(type) ? type : undefined
    const name = typename ?? type.name
    if (name === type.name) return isInterfaceType(type) ? type : undefined
    const { schema } = this.#shaping
    const found = schema.getType(name)
    if (!isObjectType(found) && !isInterfaceType(found)) return undefined
    return schema.isSubType(type, found) ? found : undefined
  }

  #compile(type: Composite): Shape {
    const { sets, position } = this.#selection
    const { fields, deferred } = collectFields(this.#shaping, type, sets)
    return {
      joint: this.joint,
      fields: [...fields].map(([key, nodes]) => this.#field(type, key, nodes)),
      deferred: deferred.map((fragment) => ({
        fragment,
        shapes: new Shapes(this.#shaping, { type, sets: [fragment.set], position }),
      })),
    }
  }

  #field(parent: Composite, key: string, nodes: readonly FieldNode[]): Field {
    const [first] = nodes
    invariant(first !== undefined, 'a selected field has a node')
    const from = planName(first)
    const name = first.name.value
    if (name === '__typename') {
      const known = isObjectType(parent) ? parent.name : undefined
      return { key, from, source: { kind: 'typename', name: known }, value: TYPE_NAME }
    }
    if (name === '__schema' || name === '__type') {
      return { key, from, source: { kind: 'introspection', nodes }, value: TYPE_NAME }
    }
    const field = parent.getFields()[name]
    invariant(field !== undefined, 'the document was validated')
    const refusal = this.#shaping.denied(nodes)
    return {
      key,
      from,
      source: refusal === undefined ? this.#fromData() : { kind: 'denied', refusal },
      value: this.#value(field.type, nodes, from),
    }
  }

  #fromData(): FieldSource {
    return this.joint === undefined ? FROM_ONE_CALL : FROM_CALLS
  }

  #value(type: GraphQLOutputType, nodes: readonly FieldNode[], from: string): Value {
    if (isNonNullType(type)) return { ...this.#value(type.ofType, nodes, from), nonNull: true }
    if (isListType(type)) {
      return { kind: 'list', nonNull: false, of: this.#value(type.ofType, nodes, from) }
    }
    if (isLeafType(type)) return { kind: 'leaf', nonNull: false, leaf: toLeaf(type) }
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const position = this.#selection.position?.below(from)
    const shapes = new Shapes(this.#shaping, { type, sets, position })
    return { kind: 'composite', nonNull: false, shapes }
  }
}

const FROM_ONE_CALL: FieldSource = { kind: 'data', completed: false }
const FROM_CALLS: FieldSource = { kind: 'data', completed: true }
const TYPE_NAME: Value = { kind: 'leaf', nonNull: true, leaf: toLeaf(GraphQLString) }
