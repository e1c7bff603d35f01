// A tree without the value at one path. What stands beside it stays; records that became empty stay, too.

import type { Tree, Value } from '../../adapters/adapter.ts'
import { parsePath } from '../../adapters/mapping/paths.ts'
import { isList, isTree } from '../../adapters/tree.ts'

export function withoutValue(tree: Tree, path: string): Tree {
  const left = remove(tree, parsePath(path)?.steps ?? [])
  return left !== undefined && isTree(left) ? left : {}
}

/** Undefined: the value itself is taken out. */
function remove(value: Value, steps: readonly (string | number)[]): Value | undefined {
  const [step, ...rest] = steps
  if (step === undefined) return undefined
  if (typeof step === 'number') {
    if (!isList(value)) return value
    return value.flatMap((item, index) => {
      const left = index === step ? remove(item, rest) : item
      return left === undefined ? [] : [left]
    })
  }
  if (!isTree(value) || !Object.hasOwn(value, step)) return value
  const { [step]: below = null, ...others } = value
  const left = remove(below, rest)
  return left === undefined ? others : { ...others, [step]: left }
}
