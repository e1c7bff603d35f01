// Which calls give what to which positions, read from their documents when a plan is compiled.

import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

import type { EntityPart, Fetch, Rewrite } from '../plan/plan.ts'
import type { Position } from './position.ts'
import { responseKey } from './response-key.ts'

interface Survey {
  readonly giver: object
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly renamed: ReadonlyMap<string, string>
}

export function surveyFetch(root: Position, fetch: Fetch): void {
  const { set, fragments } = read(fetch.document)
  const survey = { giver: fetch, fragments, renamed: renamedBy(fetch.outputRewrites) }
  if (set !== undefined) walk(root, set, survey, false)
}

export function surveyPart(position: Position, part: EntityPart, document: DocumentNode): void {
  const { set, fragments } = read(document)
  const survey = { giver: part, fragments, renamed: renamedBy(part.outputRewrites) }
  for (const node of set?.selections ?? []) {
    if (node.kind !== Kind.FIELD || responseKey(node) !== part.key) continue
    if (node.selectionSet !== undefined) walk(position, node.selectionSet, survey, false)
  }
}

/** `owns`: the call brings the objects here; else it adds to objects that others bring. */
function walk(position: Position, set: SelectionSetNode, survey: Survey, owns: boolean): void {
  for (const node of set.selections) {
    if (node.kind !== Kind.FIELD) {
      const below =
        node.kind === Kind.INLINE_FRAGMENT ? node : survey.fragments.get(node.name.value)
      if (below !== undefined) walk(position, below.selectionSet, survey, owns)
      continue
    }
    const key = survey.renamed.get(responseKey(node)) ?? responseKey(node)
    if (owns) position.own(key, survey.giver)
    if (node.selectionSet === undefined) continue
    position.giveBelow(key, survey.giver)
    walk(position.enter(key), node.selectionSet, survey, true)
  }
}

function read(document: DocumentNode) {
  let set: SelectionSetNode | undefined
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (isOperation(node)) set = node.selectionSet
    else if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  return { set, fragments }
}

function isOperation(node: DocumentNode['definitions'][number]): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION
}

/** A planner may give a field another name inside one call. */
export function renamedBy(rewrites: readonly Rewrite[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const rewrite of rewrites) {
    const from = rewrite.path.at(-1)
    if (rewrite.kind === 'rename' && from?.kind === 'key') names.set(from.name, rewrite.to)
  }
  return names
}
