// Fields whose arguments name a person, and whom they name in one request.

import { type FieldNode, Kind, type ValueNode } from 'graphql'

export interface NamingField {
  readonly node: FieldNode
  /** Arguments that name one, or a list of them. */
  readonly arguments: readonly string[]
  /** May it return what agencies and staff reach because of a case only? */
  readonly ofCase: boolean
}

/** Of each argument that is given: one that is absent or null names nobody. */
export function namedBy(
  { node, arguments: names }: NamingField,
  variables: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const values: unknown[] = []
  for (const { name, value } of node.arguments ?? []) {
    if (!names.includes(name.value)) continue
    const named = valueOf(value, variables)
    if (named !== undefined && named !== null) values.push(named)
  }
  return values
}

/** What is neither a text nor a list of texts stays as syntax: it is nobody's own name. */
function valueOf(node: ValueNode, variables: Readonly<Record<string, unknown>>): unknown {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value
    return Object.hasOwn(variables, name) ? variables[name] : undefined
  }
  if (node.kind === Kind.STRING) return node.value
  if (node.kind === Kind.NULL) return null
  return node.kind === Kind.LIST ? node.values.map((value) => valueOf(value, variables)) : node
}
