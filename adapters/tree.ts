// Which kind of value a value is.

import type { Tree, Value } from './adapter.ts'

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

export function isTree(value: Value | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
