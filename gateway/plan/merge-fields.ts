// A field that is asked for sure in one place of a set is asked once. What is asked of it under conditions elsewhere stands
// below it under them: a planner would put all of the field under the condition of one.

import {
  type DirectiveNode,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export function toSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: mergeFields(selections) }
}

export function toFragment(
  selections: readonly SelectionNode[],
  directives: readonly DirectiveNode[],
  typeCondition?: InlineFragmentNode['typeCondition'],
): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(typeCondition && { typeCondition }),
    directives,
    selectionSet: toSet(selections),
  }
}

/** A fragment that is only a condition: each of its fields has it, if they have none of their own. */
export function conditional(
  selections: readonly SelectionNode[],
  directives: readonly DirectiveNode[],
): readonly SelectionNode[] {
  if (directives.length === 0) return selections
  if (!directives.every(isCondition) || !selections.every(isUnconditional)) {
    return [toFragment(selections, directives)]
  }
  return selections.map((one) => ({ ...one, directives }))
}

export function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include'
}

export function isUnconditional({ directives = [] }: SelectionNode): boolean {
  return directives.length === 0
}

function mergeFields(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  const groups = new Map<string, FieldNode[]>()
  for (const node of selections) {
    if (node.kind !== Kind.FIELD) continue
    const group = groups.get(keyOf(node))
    if (group === undefined) groups.set(keyOf(node), [node])
    else group.push(node)
  }
  return selections.flatMap((node): readonly SelectionNode[] => {
    const group = node.kind === Kind.FIELD ? (groups.get(keyOf(node)) ?? []) : []
    const sure = group.length > 1 ? group.find(isUnconditional) : undefined
    if (sure === undefined) return [node]
    return node === group[0] ? [merged(sure, group)] : []
  })
}

/** GraphQL has them agree in all but their directives and what is below them. */
function merged(sure: FieldNode, group: readonly FieldNode[]): FieldNode {
  if (sure.selectionSet === undefined) return sure
  const below = group.flatMap(({ selectionSet, directives = [] }) =>
    conditional(selectionSet?.selections ?? [], directives),
  )
  return { ...sure, selectionSet: toSet(below) }
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}
