// Arguments of access directives as plain values. What is not of the form that its definition says grants nothing.

import { type ConstDirectiveNode, valueFromASTUntyped } from 'graphql'

export function argumentOf(directive: ConstDirectiveNode, argument: string): unknown {
  const node = directive.arguments?.find(({ name }) => name.value === argument)
  return node === undefined ? undefined : valueFromASTUntyped(node.value)
}

/** Do agencies and staff reach it only because of a case (`@subject`)? What is not known to be less counts as this. */
export function isOfCase(directive: ConstDirectiveNode): boolean {
  const others = argumentOf(directive, 'others')
  return others !== undefined && others !== 'anyone'
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
