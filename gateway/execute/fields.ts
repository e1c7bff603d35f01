// Which fields a selection asks of a type: GraphQL §6.3.2 "CollectFields", remembered per type and selection
// because lists ask the same again and again.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** Response name → the nodes that ask for it, in the order of the document. */
export type Selected = ReadonlyMap<string, readonly FieldNode[]>

/** An interface stands for itself where no subgraph knows the object's type: an interface object (Federation 2.3). */
export type Composite = GraphQLObjectType | GraphQLInterfaceType

export interface FieldsSource {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
}

export class Fields {
  readonly source: FieldsSource
  readonly #known = new WeakMap<readonly FieldNode[], Map<Composite, Selected>>()

  constructor(source: FieldsSource) {
    this.source = source
  }

  root(type: Composite): Selected {
    return this.#collect(type, [this.source.operation.selectionSet])
  }

  /** The same `nodes` array must be passed for the same field, as root() and below() give it. */
  below(type: Composite, nodes: readonly FieldNode[]): Selected {
    const byType = this.#known.get(nodes) ?? new Map<Composite, Selected>()
    this.#known.set(nodes, byType)
    const known = byType.get(type)
    if (known !== undefined) return known
    const selected = this.#collect(
      type,
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    )
    byType.set(type, selected)
    return selected
  }

  #collect(type: Composite, sets: readonly SelectionSetNode[]): Selected {
    const into = new Map<string, FieldNode[]>()
    const visited = new Set<string>()
    for (const set of sets) this.#add(type, set, into, visited)
    return into
  }

  #add(
    type: Composite,
    set: SelectionSetNode,
    into: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!this.#included(selection)) continue
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value
        const nodes = into.get(name)
        if (nodes === undefined) into.set(name, [selection])
        else nodes.push(selection)
        continue
      }
      const fragment = this.#fragment(selection, visited)
      if (fragment === undefined || !this.#applies(type, fragment.typeCondition?.name.value))
        continue
      this.#add(type, fragment.selectionSet, into, visited)
    }
  }

  #fragment(selection: Exclude<SelectionNode, FieldNode>, visited: Set<string>) {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection
    const name = selection.name.value
    if (visited.has(name)) return undefined
    visited.add(name)
    return this.source.fragments.get(name)
  }

  #applies(type: Composite, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true
    const { schema } = this.source
    const abstract = schema.getType(condition)
    return isAbstractType(abstract) && schema.isSubType(abstract, type)
  }

  #included(node: SelectionNode): boolean {
    if (node.directives === undefined || node.directives.length === 0) return true
    const { variables } = this.source
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return false
    return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false
  }
}
