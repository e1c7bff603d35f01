// Where a subgraph declares several keys of a type, Apollo's planner comes back to it by the first that it can fill, and
// does not ask whether the subgraph resolves it. The order of keys has no other meaning.

import { type ConstDirectiveNode, type DocumentNode, Kind, parse, print, visit } from 'graphql'

/** A supergraph in, the same out with every type's keys in the order resolvable, not resolvable. */
export function resolvableKeysFirst(supergraph: string): string {
  if (!supergraph.includes('resolvable: false')) return supergraph
  const document: DocumentNode = parse(supergraph, { noLocation: true })
  return print(
    visit(document, {
      ObjectTypeDefinition: (node) => ({ ...node, directives: ordered(node.directives) }),
      InterfaceTypeDefinition: (node) => ({ ...node, directives: ordered(node.directives) }),
    }),
  )
}

function ordered(directives: readonly ConstDirectiveNode[] = []): readonly ConstDirectiveNode[] {
  return directives.toSorted((a, b) => Number(isUnresolvable(a)) - Number(isUnresolvable(b)))
}

function isUnresolvable({ name, arguments: given = [] }: ConstDirectiveNode): boolean {
  if (name.value !== 'join__type') return false
  const value = given.find((one) => one.name.value === 'resolvable')?.value
  return value?.kind === Kind.BOOLEAN && !value.value
}
