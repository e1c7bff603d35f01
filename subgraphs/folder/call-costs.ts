// What the calls of a system cost, by the places of its schema that make them. The gateway estimates operations with it.

import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql'

import type { SystemSettings } from '../../adapters/settings.ts'

/**
 * With a limit of 10,000 for an operation, one operation makes at most 200 calls: what the queue before a system takes.
 */
const CALL = 50

/** `Person` for the call that fetches an object, `Person.deeds` for one that a field makes. Batches are not counted on. */
export function callCosts(
  { definitions }: DocumentNode,
  { cost = CALL }: SystemSettings,
): ReadonlyMap<string, number> {
  const costs = new Map<string, number>()
  for (const node of definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) {
      continue
    }
    const type = node.name.value
    if (calls(node.directives)) costs.set(type, cost)
    for (const { name, directives } of node.fields ?? []) {
      if (calls(directives)) costs.set(`${type}.${name.value}`, cost)
    }
  }
  return costs
}

function calls(directives: readonly ConstDirectiveNode[] = []): boolean {
  return directives.some(({ name }) => name.value === 'call')
}
