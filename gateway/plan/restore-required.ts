// A plan over the fields that required-arguments.ts made in, the plan over the fields they stand for out. A call whose fields
// require different values under one name becomes several.

import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

import { filledBy } from './filled-by.ts'
import type { Entities, EntityPart, Fetch, PlanNode, Selection } from './plan.ts'
import { type Separated, withRequired } from './required-arguments.ts'

/** The documents of the calls have been read. */
export function restoreRequired(node: PlanNode, separated: Separated): PlanNode {
  return separated.required.size === 0 ? node : new Restoring(separated).node(node)
}

class Restoring {
  readonly #separated: Separated

  constructor(separated: Separated) {
    this.#separated = separated
  }

  node(node: PlanNode): PlanNode {
    switch (node.kind) {
      case 'sequence':
      case 'parallel':
        return { ...node, nodes: node.nodes.map((next) => this.node(next)) }
      case 'condition':
        return {
          ...node,
          whenTrue: this.#maybe(node.whenTrue),
          whenFalse: this.#maybe(node.whenFalse),
        }
      case 'defer': {
        const deferred = node.deferred.map((part) => ({ ...part, node: this.#maybe(part.node) }))
        return { ...node, primary: this.#maybe(node.primary), deferred }
      }
      case 'subscription':
        return { ...node, source: this.#fetch(node.source), rest: this.#maybe(node.rest) }
      case 'fetch':
        return this.#fetch(node)
      case 'entities':
        return this.#entities(node)
    }
  }

  #maybe(node: PlanNode | undefined): PlanNode | undefined {
    return node && this.node(node)
  }

  #fetch(node: Fetch): Fetch {
    return { ...node, ...this.#call(node.document) }
  }

  #entities(node: Entities): PlanNode {
    const calls = node.parts.map((part) => this.#groupsOf(node.document, part.key))
    if (calls.every((groups) => groups.length < 2)) return this.#whole(node)
    const nodes = node.parts.flatMap((part, index) =>
      (calls[index] ?? []).map((group) => this.#part(node, part, group)),
    )
    return { kind: 'parallel', nodes }
  }

  #whole(node: Entities): Entities {
    const parts = node.parts.map((part) => ({ ...part, requires: this.#named(part.requires) }))
    return { ...node, ...this.#call(node.document), parts }
  }

  /** One field of the call for one group of those it completes. */
  #part(node: Entities, part: EntityPart, group: Group): Entities {
    const document = only(node.document, part.key, group.fields)
    const requires = this.#named(without(part.requires, group.others))
    const one = { ...part, requires, fills: filledBy(document, part.key) }
    const variables = node.variables.filter((name) => variablesOf(document).has(name))
    return this.#whole({ ...node, document, variables, parts: [one] })
  }

  #call(document: DocumentNode): { readonly document: DocumentNode; readonly text: string } {
    const restored = withRequired(document, this.#separated.required)
    return { document: restored, text: stripIgnoredCharacters(print(restored)) }
  }

  #named(selections: readonly Selection[]): readonly Selection[] {
    return selections.map((one) => {
      if (one.kind === 'fragment') return { ...one, selections: this.#named(one.selections) }
      const name = this.#separated.required.get(one.name)?.field ?? one.name
      return { ...one, name, selections: one.selections && this.#named(one.selections) }
    })
  }

  /** Fields that may be asked in one call: none of them requires another value under a name than the others. */
  #groupsOf(document: DocumentNode, key: string): readonly Group[] {
    const groups: { fields: Set<FieldNode>; needs: Set<string> }[] = []
    for (const { field, type } of completedBy(document, key)) {
      const needs = this.#separated.needs.get(`${type}.${field.name.value}`) ?? new Set()
      const group = groups.find((one) => !this.#conflict(one.needs, needs))
      if (group === undefined) groups.push({ fields: new Set([field]), needs: new Set(needs) })
      else {
        group.fields.add(field)
        for (const name of needs) group.needs.add(name)
      }
    }
    const all = new Set(groups.flatMap(({ needs }) => [...needs]))
    return groups.map(({ fields, needs }) => ({ fields, others: all.difference(needs) }))
  }

  #conflict(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
    const { required } = this.#separated
    return [...one].some((a) =>
      [...other].some((b) => a !== b && required.get(a)?.field === required.get(b)?.field),
    )
  }
}

interface Group {
  readonly fields: ReadonlySet<FieldNode>
  /** Fields of ours that only other groups need. */
  readonly others: ReadonlySet<string>
}

interface Completed {
  readonly field: FieldNode
  readonly type: string
}

/** The fields that an `_entities` field completes objects with. */
function completedBy({ definitions }: DocumentNode, key: string): readonly Completed[] {
  const completed: Completed[] = []
  const add = (set: SelectionSetNode | undefined, type: string): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) completed.push({ field: node, type })
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        add(node.selectionSet, node.typeCondition?.name.value ?? type)
      }
    }
  }
  add(
    definitions.find(isOperation)?.selectionSet.selections.find(isEntities(key))?.selectionSet,
    '',
  )
  return completed
}

function isOperation(node: ASTNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION
}

function isEntities(key: string): (node: SelectionNode) => node is FieldNode {
  return (node): node is FieldNode =>
    node.kind === Kind.FIELD && (node.alias ?? node.name).value === key
}

/** The operation with that `_entities` field alone, completing objects with those fields alone. */
function only(document: DocumentNode, key: string, fields: ReadonlySet<FieldNode>): DocumentNode {
  const completed = new Set(completedBy(document, key).map(({ field }) => field))
  const pruned: DocumentNode = visit(document, {
    OperationDefinition: (node) => ({
      ...node,
      selectionSet: {
        ...node.selectionSet,
        selections: node.selectionSet.selections.filter(isEntities(key)),
      },
    }),
    Field: (node) => (completed.has(node) && !fields.has(node) ? null : undefined),
    InlineFragment: {
      leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
    },
  })
  const used = variablesOf(pruned)
  return visit(pruned, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  })
}

/** Those that are used. */
function variablesOf(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      used.add(name.value)
    },
  })
  return used
}

function without(
  selections: readonly Selection[],
  names: ReadonlySet<string>,
): readonly Selection[] {
  return selections.flatMap((one): readonly Selection[] => {
    if (one.kind === 'field' && names.has(one.name)) return []
    const below = one.selections && without(one.selections, names)
    if (below?.length === 0) return []
    return [{ ...one, ...(below && { selections: below }) }]
  })
}
