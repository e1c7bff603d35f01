// Small changes a plan asks for: a type name set before a call, a field renamed after it.

import type { Rewrite } from '../plan/plan.ts'
import { isTree, setValue, typenameOf } from './tree.ts'
import type { MeetsCondition } from './types.ts'

const CONDITION = '... on '

export function applyRewrites(
  rewrites: readonly Rewrite[],
  value: unknown,
  meets: MeetsCondition,
): void {
  for (const rewrite of rewrites) apply(rewrite, rewrite.path, value, meets)
}

function apply(
  rewrite: Rewrite,
  path: readonly string[],
  value: unknown,
  meets: MeetsCondition,
): void {
  if (Array.isArray(value)) {
    for (const item of value) apply(rewrite, path, item, meets)
    return
  }
  const [head, ...rest] = path
  if (!isTree(value) || head === undefined) return
  if (head.startsWith(CONDITION)) {
    const name = typenameOf(value)
    if (name !== undefined && meets(name, head.slice(CONDITION.length))) {
      apply(rewrite, rest, value, meets)
    }
  } else if (rest.length > 0) apply(rewrite, rest, value[head], meets)
  else if (rewrite.kind === 'set') value[head] = rewrite.value
  else if (Object.hasOwn(value, head)) {
    setValue(value, rewrite.to, value[head])
    delete value[head]
  }
}
