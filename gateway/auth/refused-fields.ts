// Which of the removed fields a request really asked for, and whether anything else is left of it: for whoever refuses an
// operation as a whole.

import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

import type { FieldRefusal } from '../../schema/errors.ts'

export interface RefusedFields {
  /** The first of them, in the order of the document; paths of response keys, without indexes of lists. */
  readonly fields: readonly RefusedField[]
  /** Does the operation ask anything else of a subgraph? */
  readonly isAll: boolean
}

interface RefusedField {
  readonly path: readonly string[]
  readonly refusal: FieldRefusal
}

/** Told at most. */
const MOST = 100

export function refusedFields(
  { definitions }: DocumentNode,
  removed: ReadonlyMap<FieldNode, FieldRefusal>,
  variables: Readonly<Record<string, unknown>>,
): RefusedFields {
  if (removed.size === 0) return NONE
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: OperationDefinitionNode | undefined
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    if (node.kind === Kind.OPERATION_DEFINITION) operation = node
  }
  const search = new Search({ fragments, removed, variables })
  if (operation !== undefined) search.go(operation.selectionSet, [])
  return { fields: search.fields, isAll: search.fields.length > 0 && !search.isLeft }
}

const NONE: RefusedFields = { fields: [], isAll: false }

interface Searching {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly removed: ReadonlyMap<FieldNode, FieldRefusal>
  readonly variables: Readonly<Record<string, unknown>>
}

class Search {
  readonly fields: RefusedField[] = []
  isLeft = false
  readonly #searching: Searching
  readonly #told = new Set<string>()

  constructor(searching: Searching) {
    this.#searching = searching
  }

  go({ selections }: SelectionSetNode, path: readonly string[]): void {
    const { fragments, variables } = this.#searching
    for (const node of selections) {
      if (this.fields.length >= MOST || !isAsked(node.directives ?? [], variables)) continue
      if (node.kind === Kind.FIELD) this.#field(node, path)
      else if (node.kind === Kind.INLINE_FRAGMENT) this.go(node.selectionSet, path)
      else {
        const fragment = fragments.get(node.name.value)
        if (fragment !== undefined) this.go(fragment.selectionSet, path)
      }
    }
  }

  #field(node: FieldNode, above: readonly string[]): void {
    const path = [...above, node.alias?.value ?? node.name.value]
    const refusal = this.#searching.removed.get(node)
    if (refusal === undefined) {
      if (above.length === 0 && !node.name.value.startsWith('__')) this.isLeft = true
      if (node.selectionSet !== undefined) this.go(node.selectionSet, path)
      return
    }
    const key = path.join('.')
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.fields.push({ path, refusal })
  }
}

function isAsked(
  directives: readonly DirectiveNode[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true
    const condition = given.find((argument) => argument.name.value === 'if')?.value
    const isTrue =
      condition?.kind === Kind.VARIABLE
        ? variables[condition.name.value] === true
        : condition?.kind === Kind.BOOLEAN && condition.value
    return isTrue === (name.value === 'include')
  })
}
