// The Boolean variables by which a document decides what it asks (`@skip`, `@include`, `@defer`): constants in a program.

import {
  type ASTNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  Kind,
  type ValueNode,
  visit,
} from 'graphql'

export type IsTrue = (variable: string) => boolean

const DECIDING = new Set(['skip', 'include', 'defer'])

/** Names, each once. */
export function decidingVariables(nodes: readonly ASTNode[]): readonly string[] {
  const names = new Set<string>()
  for (const node of nodes) {
    visit(node, {
      Directive: (directive) => {
        const value = argumentOf(directive, 'if')
        if (!DECIDING.has(directive.name.value) || value?.kind !== Kind.VARIABLE) return
        names.add(value.name.value)
      },
    })
  }
  return [...names]
}

/** The value of a directive's `if`. */
export function booleanOf(
  directive: DirectiveNode | ConstDirectiveNode,
  isTrue: IsTrue,
  byDefault: boolean,
): boolean {
  const value = argumentOf(directive, 'if')
  if (value?.kind === Kind.VARIABLE) return isTrue(value.name.value)
  return value?.kind === Kind.BOOLEAN ? value.value : byDefault
}

export function argumentOf(
  { arguments: given = [] }: DirectiveNode | ConstDirectiveNode,
  name: string,
): ValueNode | undefined {
  return given.find((one) => one.name.value === name)?.value
}
