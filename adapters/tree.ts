// Which kind of value a value is.

import type { Tree, Value } from './adapter.ts'

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

export function isTree(value: Value | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that the tree has itself: `constructor` and its like are names as any other, and absent where nobody wrote them. */
export function memberOf(tree: Tree, name: string): Value | undefined {
  return Object.hasOwn(tree, name) ? tree[name] : undefined
}
