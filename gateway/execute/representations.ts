// Objects to be completed by another subgraph, as the `_entities` call wants them: each distinct one once.

import type { Rewrite, Selection } from '../plan/plan.ts'
import { applyRewrites } from './rewrite.ts'
import type { Target } from './targets.ts'
import { isTree, type Tree, typenameOf } from './tree.ts'
import type { MeetsCondition } from './types.ts'

export interface Representations {
  readonly values: readonly Tree[]
  /** By index of `values`: all objects that wait for its answer. */
  readonly targets: readonly (readonly Target[])[]
}

export interface Required {
  readonly requires: readonly Selection[]
  readonly inputRewrites: readonly Rewrite[]
}

export function represent(
  targets: readonly Target[],
  { requires, inputRewrites }: Required,
  meets: MeetsCondition,
): Representations {
  const values: Tree[] = []
  const waiting: Target[][] = []
  const indexes = new Map<string, number>()
  for (const target of targets) {
    const value = select(requires, target.tree, meets)
    if (value === undefined || value['__typename'] === undefined) continue
    applyRewrites(inputRewrites, value, meets)
    const key = JSON.stringify(value)
    const index = indexes.get(key)
    if (index === undefined) {
      indexes.set(key, values.push(value) - 1)
      waiting.push([target])
    } else waiting[index]?.push(target)
  }
  return { values, targets: waiting }
}

/** Undefined if a required value was never fetched: then the call cannot be made, and the reason is already known. */
function select(
  selections: readonly Selection[],
  tree: Tree,
  meets: MeetsCondition,
): Tree | undefined {
  const selected: Tree = {}
  for (const selection of selections) {
    if (selection.kind === 'field') {
      const value = selectValue(selection.selections, tree[selection.from], meets)
      if (value === undefined) return undefined
      selected[selection.name] = value
    } else if (matches(tree, selection.type, meets)) {
      const below = select(selection.selections, tree, meets)
      if (below === undefined) return undefined
      Object.assign(selected, below)
    }
  }
  return selected
}

function selectValue(
  selections: readonly Selection[] | undefined,
  value: unknown,
  meets: MeetsCondition,
): unknown {
  if (selections === undefined || value === null || value === undefined) return value
  if (!Array.isArray(value)) return isTree(value) ? select(selections, value, meets) : undefined
  const items = value.map((item) => selectValue(selections, item, meets))
  return items.includes(undefined) ? undefined : items
}

function matches(tree: Tree, type: string | undefined, meets: MeetsCondition): boolean {
  const name = typenameOf(tree)
  return type === undefined || (name !== undefined && meets(name, type))
}
