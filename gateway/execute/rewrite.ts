// Small changes a plan asks for: a type name set before a call, a field renamed after it.

import type { PlanPath, Rewrite } from '../plan/plan.ts'
import { isTree, setValue, typenameOf } from './tree.ts'
import type { MeetsCondition } from './types.ts'

export function applyRewrites(
  rewrites: readonly Rewrite[],
  value: unknown,
  meets: MeetsCondition,
): void {
  for (const rewrite of rewrites) apply(rewrite, rewrite.path, value, meets)
}

function apply(rewrite: Rewrite, path: PlanPath, value: unknown, meets: MeetsCondition): void {
  if (Array.isArray(value)) {
    for (const item of value) apply(rewrite, path, item, meets)
    return
  }
  const [head, ...rest] = path
  if (!isTree(value) || head === undefined) return
  if (head.kind === 'items') apply(rewrite, rest, value, meets)
  else if (head.kind === 'types') {
    const name = typenameOf(value)
    if (name === undefined || !head.names.some((type) => meets(name, type))) return
    apply(rewrite, rest, value, meets)
  } else if (rest.length > 0) apply(rewrite, rest, value[head.name], meets)
  else if (rewrite.kind === 'set') value[head.name] = rewrite.value
  else if (Object.hasOwn(value, head.name)) {
    setValue(value, rewrite.to, value[head.name])
    delete value[head.name]
  }
}
