// The cost of one operation, estimated before anything is asked: each object counts its weight, and the fetch or legacy
// call that brings it, as often as the lists above it are long. Every fragment is weighed once for each place it stands
// in, so a bomb of nested fragments costs microseconds. The document is valid: fragments make no circle.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

import type { CostField, CostSchema, CostType, Entry } from './cost-schema.ts'
import { toSize } from './list-size.ts'

/** A valid operation, its fragments and its coerced variables. */
export interface Weighed {
  readonly operation: OperationDefinitionNode
  readonly fragments: readonly FragmentDefinitionNode[]
  readonly variables: Readonly<Record<string, unknown>>
}

/** Writing costs more than reading, as in Apollo's demand control. */
const MUTATION = 10

/** Infinity where lists multiply beyond all numbers. */
export function weigh(schema: CostSchema, weighed: Weighed): number {
  const { operation } = weighed
  const root = schema[operation.operation]
  if (root === undefined) return 0
  const base = operation.operation === OperationTypeNode.MUTATION ? MUTATION : 0
  return base + new Weighing(schema, weighed).object(operation.selectionSet, root, NOWHERE)
}

/** Where a selection set stands: what brought its object, and how long its sized lists are. */
interface Place {
  readonly graph: string | undefined
  readonly sizes: Sizes | undefined
}

interface Sizes {
  readonly fields: ReadonlySet<string>
  readonly size: number
}

const NOWHERE: Place = { graph: undefined, sizes: undefined }

/** What the selections of one object cost, without the fetches they need. */
interface Level {
  cost: number
  readonly entries: Set<Entry>
}

class Weighing {
  readonly #schema: CostSchema
  readonly #variables: Weighed['variables']
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #known = new Map<string, Map<Sizes | undefined, Level>>()
  /** One object for one field of the document, so that what stands below it is weighed once. */
  readonly #sizes = new Map<FieldNode, Sizes>()

  constructor(schema: CostSchema, { fragments, variables }: Weighed) {
    this.#schema = schema
    this.#variables = variables
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]))
  }

  /** Of one object with all that is below it. */
  object(set: SelectionSetNode, type: CostType, place: Place): number {
    const level: Level = { cost: 0, entries: new Set() }
    this.#add(set, type, place, level)
    for (const entry of level.entries) level.cost += entry.cost
    return level.cost
  }

  #add(set: SelectionSetNode, type: CostType, place: Place, into: Level): void {
    for (const node of set.selections) this.#addNode(node, type, place, into)
  }

  #addNode(node: SelectionNode, type: CostType, place: Place, into: Level): void {
    if (node.kind === Kind.FIELD) return this.#addField(node, type, place, into)
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const inner = this.#schema.types.get(node.typeCondition?.name.value ?? type.name) ?? type
      return this.#add(node.selectionSet, inner, place, into)
    }
    const { cost, entries } = this.#fragment(node.name.value, place)
    into.cost += cost
    for (const entry of entries) into.entries.add(entry)
    return undefined
  }

  #fragment(name: string, place: Place): Level {
    const key = `${name} ${place.graph ?? ''}`
    const bySizes = this.#known.get(key) ?? new Map<Sizes | undefined, Level>()
    this.#known.set(key, bySizes)
    const known = bySizes.get(place.sizes)
    if (known !== undefined) return known
    const level: Level = { cost: 0, entries: new Set() }
    bySizes.set(place.sizes, level)
    const fragment = this.#fragments.get(name)
    const type = this.#schema.types.get(fragment?.typeCondition.name.value ?? '')
    if (fragment && type) this.#add(fragment.selectionSet, type, place, level)
    return level
  }

  /** `__typename` and introspection are in no table: the gateway answers them itself. */
  #addField(node: FieldNode, type: CostType, place: Place, into: Level): void {
    const field = type.fields.get(node.name.value)
    if (field === undefined) return
    const graph = graphOf(field, place)
    if (graph !== place.graph) {
      const entry = type.entries.get(graph)
      if (entry !== undefined) into.entries.add(entry)
    }
    const values = this.#valuesOf(node, field)
    const { length, sizes } = this.#lengths(node, field, place, values)
    const inner = this.#schema.types.get(field.type ?? '')
    const below =
      node.selectionSet && inner ? this.object(node.selectionSet, inner, { graph, sizes }) : 0
    // An empty list of costly things costs nothing, and 0 × Infinity is no number.
    const objects = length === 0 ? 0 : length * (field.weight + below)
    into.cost += (field.calls.get(graph) ?? 0) + inputCost(field, values) + objects
  }

  /** Only of fields whose arguments count: coercing them is the dearest part of weighing. */
  #valuesOf(node: FieldNode, field: CostField): Readonly<Record<string, unknown>> {
    if (!hasCountedArguments(field)) return NO_VALUES
    return getArgumentValues(field.definition, node, this.#variables)
  }

  #lengths(
    node: FieldNode,
    { levels, listSize }: CostField,
    { sizes: above }: Place,
    values: Readonly<Record<string, unknown>>,
  ): { readonly length: number; readonly sizes: Sizes | undefined } {
    const standard = this.#schema.listSize
    const given = listSize && givenSize(listSize.slicing, values)
    const size = given ?? listSize?.assumed ?? standard
    const isSized = listSize !== undefined && listSize.sized.size > 0
    const sizes = isSized ? this.#sizesOf(node, { fields: listSize.sized, size }) : undefined
    if (levels === 0) return { length: 1, sizes }
    const told = above?.fields.has(node.name.value) === true ? above.size : undefined
    const outer = told ?? (isSized ? standard : size)
    return { length: outer * standard ** (levels - 1), sizes }
  }

  #sizesOf(node: FieldNode, sizes: Sizes): Sizes {
    const known = this.#sizes.get(node) ?? sizes
    this.#sizes.set(node, known)
    return known
  }
}

const NO_VALUES: Readonly<Record<string, unknown>> = {}

/** Do the values of this field's arguments change what it costs? */
export function hasCountedArguments({ inputs, listSize }: CostField): boolean {
  return inputs.size > 0 || (listSize !== undefined && listSize.slicing.length > 0)
}

/** The planner stays in a subgraph where it can. */
function graphOf({ graphs }: CostField, { graph }: Place): string {
  return graph !== undefined && graphs.includes(graph) ? graph : (graphs[0] ?? '')
}

function inputCost({ inputs }: CostField, values: Readonly<Record<string, unknown>>): number {
  let cost = 0
  for (const [name, costOf] of inputs) cost += costOf(values[name])
  return cost
}

/** Of several, the largest. */
function givenSize(
  slicing: readonly string[],
  values: Readonly<Record<string, unknown>>,
): number | undefined {
  let most: number | undefined
  for (const name of slicing) {
    const size = toSize(values[name])
    if (size !== undefined) most = Math.max(most ?? 0, size)
  }
  return most
}
