// Arguments of access directives as plain values. What is not of the form that its definition says grants nothing.

import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql'

export function argumentOf(directive: ConstDirectiveNode, argument: string): unknown {
  const node = directive.arguments?.find(({ name }) => name.value === argument)
  return node === undefined ? undefined : valueFromASTUntyped(node.value)
}

/** Lists within lists; one value stands for a list of it (GraphQL §3.11). */
export function listsOf(value: unknown): readonly (readonly string[])[] {
  const lists: readonly unknown[] = Array.isArray(value) ? value : []
  return lists.map(textsOf)
}

export function textsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
}
