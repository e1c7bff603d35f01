// Small changes a plan asks for in an answer: a field renamed, a value set. The answer itself is left alone: what lies on
// the way to a change is copied.

import type { PlanPath, Rewrite } from '../plan/plan.ts'
import { isTree, setValue, type Tree, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

export function rewritten(rewrites: readonly Rewrite[], tree: Tree, meets: MeetsCondition): Tree {
  let changed: unknown = tree
  for (const rewrite of rewrites) changed = apply(rewrite, rewrite.path, changed, meets)
  return isTree(changed) ? changed : tree
}

function apply(rewrite: Rewrite, path: PlanPath, value: unknown, meets: MeetsCondition): unknown {
  if (Array.isArray(value)) return value.map((item) => apply(rewrite, path, item, meets))
  const [head, ...rest] = path
  if (!isTree(value) || head === undefined) return value
  if (head.kind === 'items') return apply(rewrite, rest, value, meets)
  if (head.kind === 'types') {
    const name = valueAt(value, '__typename')
    // Entities are seldom asked for their type. What is renamed has a name of its own, so that any object with it is meant.
    const isMeant =
      typeof name === 'string'
        ? head.names.some((type) => meets(name, type))
        : rewrite.kind === 'rename'
    return isMeant ? apply(rewrite, rest, value, meets) : value
  }
  const present = valueAt(value, head.name)
  if (rest.length > 0) {
    return present === undefined
      ? value
      : withValue(value, head.name, apply(rewrite, rest, present, meets))
  }
  if (rewrite.kind === 'set') return withValue(value, head.name, rewrite.value)
  return present === undefined ? value : renamed(value, head.name, rewrite.to)
}

function withValue(tree: Tree, key: string, value: unknown): Tree {
  if (tree[key] === value) return tree
  const copy = { ...tree }
  setValue(copy, key, value)
  return copy
}

function renamed(tree: Tree, from: string, to: string): Tree {
  const { [from]: value, ...copy } = tree
  setValue(copy, to, value)
  return copy
}
