// Puts what a subgraph answered into the data gathered so far.

import { isTree, setValue, type Tree, valueAt } from './tree.ts'

/** Merges in place. A null never hides a value that another subgraph gave. */
export function mergeInto(target: Tree, source: Tree): void {
  for (const [key, value] of Object.entries(source)) {
    const present = valueAt(target, key)
    if (isTree(present) && isTree(value)) mergeInto(present, value)
    else if (Array.isArray(present) && Array.isArray(value)) mergeItems(present, value)
    else if (present === undefined || value !== null) setValue(target, key, value)
  }
}

/** Two subgraphs that both gave a list gave the same one: items are merged by their place. */
function mergeItems(target: unknown[], source: readonly unknown[]): void {
  for (const [index, value] of source.entries()) {
    const present = target[index]
    if (isTree(present) && isTree(value)) mergeInto(present, value)
    else if (Array.isArray(present) && Array.isArray(value)) mergeItems(present, value)
    else if (present === undefined || present === null) target[index] = value
  }
}
