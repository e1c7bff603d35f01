// The same operation with some of its fragments put off.

import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql'

import type { Random } from '../fuzz/random.ts'

const DEFER: DirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'defer' } }

export function withDefer(document: DocumentNode, random: Random): DocumentNode {
  const put = <Node extends { readonly directives?: readonly DirectiveNode[] | undefined }>(
    node: Node,
  ): Node | undefined =>
    random.chance(0.5) ? { ...node, directives: [...(node.directives ?? []), DEFER] } : undefined
  return visit(document, { InlineFragment: { leave: put }, FragmentSpread: { leave: put } })
}
