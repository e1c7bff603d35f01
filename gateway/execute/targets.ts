// The objects of the gathered data that a flatten path reaches, each with its response path.

import type { Path } from '../../schema/provenance.ts'
import type { PlanPath } from '../plan/plan.ts'
import { isTree, type Tree, typenameOf, valueAt } from './tree.ts'
import type { MeetsCondition } from './types.ts'

export interface Target {
  readonly tree: Tree
  readonly path: Path
}

/** What is null or missing is not reached, nor an object of another type than a step names. */
export function reach(
  from: readonly Target[],
  path: PlanPath,
  meets: MeetsCondition,
): readonly Target[] {
  const found: Target[] = []
  for (const target of from) step(target.tree, { at: target.path, path, meets }, found)
  return found
}

interface Way {
  readonly at: Path
  readonly path: PlanPath
  readonly meets: MeetsCondition
}

function step(value: unknown, { at, path, meets }: Way, found: Target[]): void {
  const [head, ...rest] = path
  if (Array.isArray(value)) {
    const next = head?.kind === 'items' ? rest : path
    for (const [index, item] of value.entries()) {
      step(item, { at: [...at, index], path: next, meets }, found)
    }
    return
  }
  if (!isTree(value)) return
  if (head === undefined) found.push({ tree: value, path: at })
  else if (head.kind === 'key') {
    step(valueAt(value, head.name), { at: [...at, head.name], path: rest, meets }, found)
  } else if (head.kind === 'types') {
    const name = typenameOf(value)
    if (name !== undefined && !head.names.some((type) => meets(name, type))) return
    step(value, { at, path: rest, meets }, found)
  }
}
