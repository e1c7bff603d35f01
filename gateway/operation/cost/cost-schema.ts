// What a supergraph says of costs, read once at start into tables: weights and list sizes (`@cost`, `@listSize`), which
// subgraphs answer a field, and what a call to the system behind a subgraph costs.

import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'

import { argumentsOf, costNames } from './cost-names.ts'
import { type InputCost, toInputCost, type WeightOf } from './input-cost.ts'
import { levelsOf, type ListSize, toListSize } from './list-size.ts'

/**
 * What calls of a subgraph's system cost, by coordinate: `Person` for the call that fetches an object, `Person.deeds` for
 * one that a field makes. A subgraph that is not named calls no legacy system: each of its fetches costs 1.
 */
export type CallCosts = ReadonlyMap<string, ReadonlyMap<string, number>>

export interface CostSchema {
  readonly query: CostType | undefined
  readonly mutation: CostType | undefined
  readonly subscription: CostType | undefined
  readonly types: ReadonlyMap<string, CostType>
  /** Assumed length of a list that says nothing of itself. */
  readonly listSize: number
}

export interface CostType {
  readonly name: string
  readonly fields: ReadonlyMap<string, CostField>
  /** What it costs to ask each subgraph for an object of this type. */
  readonly entries: ReadonlyMap<string, Entry>
}

/** One and the same object for one type and subgraph, so that a set counts it once. */
export interface Entry {
  readonly cost: number
}

export interface CostField {
  readonly definition: GraphQLField<unknown, unknown>
  /** Of one value. */
  readonly weight: number
  /** Name of the type behind it; undefined for a leaf. */
  readonly type: string | undefined
  /** Lists within lists. */
  readonly levels: number
  readonly listSize: ListSize | undefined
  /** Subgraphs that answer it, in the supergraph's order. */
  readonly graphs: readonly string[]
  /** What its own call to a legacy system costs, by subgraph. */
  readonly calls: ReadonlyMap<string, number>
  readonly inputs: ReadonlyMap<string, InputCost>
}

/** The schema is built from the whole supergraph, syntax nodes included. */
export function buildCostSchema(
  supergraph: GraphQLSchema,
  { calls, listSize }: { readonly calls: CallCosts; readonly listSize: number },
): CostSchema {
  const reading = new Reading(supergraph, calls)
  const types = new Map<string, CostType>()
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (isCompositeType(type)) types.set(type.name, reading.type(type))
  }
  const rootOf = (type: GraphQLNamedType | null | undefined) => types.get(type?.name ?? '')
  return {
    query: rootOf(supergraph.getQueryType()),
    mutation: rootOf(supergraph.getMutationType()),
    subscription: rootOf(supergraph.getSubscriptionType()),
    types,
    listSize,
  }
}

const OWN_FETCH = 1
const COMPOSITE_WEIGHT = 1

class Reading {
  readonly #schema: GraphQLSchema
  readonly #calls: CallCosts
  /** By the name of the enum value that stands for it in `join__` directives. */
  readonly #graphs: ReadonlyMap<string, string>
  readonly #listSizeName: string | undefined
  readonly #weightOf: WeightOf

  constructor(schema: GraphQLSchema, calls: CallCosts) {
    const names = costNames(schema)
    this.#schema = schema
    this.#calls = calls
    this.#graphs = graphsOf(schema)
    this.#listSizeName = names?.listSize
    this.#weightOf = ({ astNode }) => {
      const directive = astNode?.directives?.find(({ name }) => name.value === names?.cost)
      const weight = directive && argumentsOf(directive)['weight']
      return typeof weight === 'number' ? weight : undefined
    }
  }

  type(type: GraphQLNamedType): CostType {
    const owners = this.#joined(type.astNode?.directives, 'join__type')
    const all = owners.length > 0 ? owners : [...this.#graphs.values()]
    const fields = new Map<string, CostField>()
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        fields.set(field.name, this.#field(type.name, field, all))
      }
    }
    const entries = new Map(all.map((graph) => [graph, { cost: this.#entry(graph, type.name) }]))
    return { name: type.name, fields, entries }
  }

  #entry(graph: string, type: string): number {
    const calls = this.#calls.get(graph)
    return calls === undefined ? OWN_FETCH : (calls.get(type) ?? 0)
  }

  #field(parent: string, field: GraphQLField<unknown, unknown>, all: readonly string[]): CostField {
    const type = getNamedType(field.type)
    const owners = this.#joined(field.astNode?.directives, 'join__field')
    const graphs = owners.length > 0 ? owners : all
    const calls = graphs.map((graph): [string, number] => [
      graph,
      this.#calls.get(graph)?.get(`${parent}.${field.name}`) ?? 0,
    ])
    return {
      definition: field,
      weight: this.#weightOf(field) ?? this.#weightOfType(type),
      type: isLeafType(type) ? undefined : type.name,
      levels: levelsOf(field.type),
      listSize: this.#listSize(field),
      graphs,
      calls: new Map(calls.filter(([, cost]) => cost > 0)),
      inputs: this.#inputs(field),
    }
  }

  /** Behind an interface or union stands the most costly of its types. */
  #weightOfType(type: GraphQLNamedType): number {
    const standard = isLeafType(type) ? 0 : COMPOSITE_WEIGHT
    if (!isAbstractType(type)) return this.#weightOf(type) ?? standard
    const behind = this.#schema.getPossibleTypes(type)
    return Math.max(0, ...behind.map((one) => this.#weightOf(one) ?? standard))
  }

  #listSize(field: GraphQLField<unknown, unknown>): ListSize | undefined {
    const directive = field.astNode?.directives?.find(
      ({ name }) => name.value === this.#listSizeName,
    )
    return directive && toListSize(argumentsOf(directive))
  }

  #inputs(field: GraphQLField<unknown, unknown>): ReadonlyMap<string, InputCost> {
    const inputs = new Map<string, InputCost>()
    for (const argument of field.args) {
      const cost = toInputCost(argument, this.#weightOf)
      if (cost !== undefined) inputs.set(argument.name, cost)
    }
    return inputs
  }

  /** Subgraphs that answer it: not those that only know its name (`external`) or have given it up (`@override`). */
  #joined(directives: readonly ConstDirectiveNode[] = [], kind: string): readonly string[] {
    const graphs = new Set<string>()
    for (const directive of directives) {
      if (directive.name.value !== kind) continue
      const { graph, external, usedOverridden } = argumentsOf(directive)
      const name = this.#graphs.get(String(graph))
      if (name !== undefined && external !== true && usedOverridden !== true) graphs.add(name)
    }
    return [...graphs]
  }
}

function graphsOf(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const type = schema.getType('join__Graph')
  const values = isEnumType(type) ? (type.astNode?.values ?? []) : []
  const graphs = new Map<string, string>()
  for (const { name, directives = [] } of values) {
    const directive = directives.find((one) => one.name.value === 'join__graph')
    const said = directive && argumentsOf(directive)['name']
    graphs.set(name.value, typeof said === 'string' ? said : name.value)
  }
  return graphs
}
