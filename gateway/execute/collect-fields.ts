// Which fields a selection asks of a type: GraphQL §6.3.2 "CollectFields", with what `@defer` takes out of it.

import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

import { argumentOf, booleanOf, type IsTrue } from './conditions.ts'
import { responseKey } from './response-key.ts'

/** An interface stands for itself where no subgraph knows the object's type: an interface object (Federation 2.3). */
export type Composite = GraphQLObjectType | GraphQLInterfaceType

export interface Selected {
  /** Response key → the nodes that ask for it, in the order of the document. */
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>
  readonly deferred: readonly DeferredFragment[]
}

export interface DeferredFragment {
  /** Where the document defers it: one and the same object for one place in the document. */
  readonly node: Exclude<SelectionNode, FieldNode>
  readonly label: string | undefined
  readonly set: SelectionSetNode
}

export interface Document {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly isTrue: IsTrue
}

export function collectFields(
  document: Document,
  type: Composite,
  sets: readonly SelectionSetNode[],
): Selected {
  const collecting = new Collecting(document, type)
  for (const set of sets) collecting.add(set)
  return collecting
}

class Collecting implements Selected {
  readonly fields = new Map<string, FieldNode[]>()
  readonly deferred: DeferredFragment[] = []
  readonly #document: Document
  readonly #type: Composite
  readonly #visited = new Set<object>()

  constructor(document: Document, type: Composite) {
    this.#document = document
    this.#type = type
  }

  add(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (!this.#included(selection)) continue
      if (selection.kind === Kind.FIELD) this.#addField(selection)
      else this.#addFragment(selection)
    }
  }

  #addField(node: FieldNode): void {
    const key = responseKey(node)
    const nodes = this.fields.get(key)
    if (nodes === undefined) this.fields.set(key, [node])
    else nodes.push(node)
  }

  #addFragment(node: DeferredFragment['node']): void {
    const fragment = this.#fragment(node)
    if (fragment === undefined || !this.#applies(fragment.typeCondition?.name.value)) return
    const defer = node.directives?.find(({ name }) => name.value === 'defer')
    if (defer !== undefined && booleanOf(defer, this.#document.isTrue, true)) {
      this.deferred.push({ node, label: labelOf(defer), set: fragment.selectionSet })
    } else if (!this.#visited.has(fragment)) {
      this.#visited.add(fragment)
      this.add(fragment.selectionSet)
    }
  }

  #fragment(node: DeferredFragment['node']) {
    if (node.kind === Kind.INLINE_FRAGMENT) return node
    return this.#document.fragments.get(node.name.value)
  }

  #applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === this.#type.name) return true
    const { schema } = this.#document
    const abstract = schema.getType(condition)
    return isAbstractType(abstract) && schema.isSubType(abstract, this.#type)
  }

  #included({ directives = [] }: SelectionNode): boolean {
    const { isTrue } = this.#document
    for (const directive of directives) {
      if (directive.name.value === 'skip' && booleanOf(directive, isTrue, false)) return false
      if (directive.name.value === 'include' && !booleanOf(directive, isTrue, true)) return false
    }
    return true
  }
}

function labelOf(defer: DirectiveNode): string | undefined {
  const label = argumentOf(defer, 'label')
  return label?.kind === Kind.STRING ? label.value : undefined
}
