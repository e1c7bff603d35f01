// A valid document and the operation that is meant, as the later stages get it.

import { createHash } from 'node:crypto'

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'

import { PROVENANCE } from '../../schema/compose/api-schema.ts'
import type { CheckedOperation } from './operation.ts'
import { selectionsOf } from './rules/bounded-selections.ts'

/** Text of a document, and the name of the operation that is meant, if there are several. */
export interface Asked {
  readonly query: string
  readonly operationName?: string | undefined
}

export function toChecked(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { query, operationName = '' }: Asked,
): CheckedOperation {
  const hash = createHash('sha256').update(`${operationName}\n${query}`)
  const directives =
    operation.directives?.filter(({ name }) => name.value !== PROVENANCE.name) ?? []
  const own = { ...operation, directives }
  const fragments = usedBy(own, document)
  const used: DocumentNode = { kind: Kind.DOCUMENT, definitions: [own, ...fragments] }
  return {
    document: used,
    operation: own,
    fragments,
    hash: hash.digest('base64url'),
    provenance: directives.length !== (operation.directives?.length ?? 0),
    selections: selectionsOf(used),
  }
}

function usedBy(
  operation: OperationDefinitionNode,
  { definitions }: DocumentNode,
): readonly FragmentDefinitionNode[] {
  const unused = new Map<string, FragmentDefinitionNode>()
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) unused.set(node.name.value, node)
  }
  const used: FragmentDefinitionNode[] = []
  const open: (OperationDefinitionNode | FragmentDefinitionNode)[] = [operation]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const found = unused.get(name.value)
        if (found === undefined) return
        unused.delete(name.value)
        used.push(found)
        open.push(found)
      },
    })
  }
  return used
}
