// The objects of the gathered data that a flatten path reaches, each with its response path.

import type { Path } from '../../schema/provenance.ts'
import { isTree, type Tree, valueAt } from './tree.ts'

export interface Target {
  readonly tree: Tree
  readonly path: Path
}

/** `@` steps into each item of a list (of a list). What is null or missing is not reached. */
export function reach(from: readonly Target[], path: readonly string[]): readonly Target[] {
  const found: Target[] = []
  for (const target of from) step(target.tree, target.path, path, found)
  return found
}

function step(value: unknown, at: Path, path: readonly string[], found: Target[]): void {
  if (Array.isArray(value)) {
    const rest = path[0] === '@' ? path.slice(1) : path
    for (const [index, item] of value.entries()) step(item, [...at, index], rest, found)
    return
  }
  if (!isTree(value)) return
  const [key, ...rest] = path
  if (key === undefined) found.push({ tree: value, path: at })
  else step(valueAt(value, key), [...at, key], rest, found)
}
