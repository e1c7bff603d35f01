// What the parts of the encoder have in common: how an input is taken apart, and how it is refused.
// Never: an input's value in an error.

import { CallerError } from '../../schema/errors.ts'
import type { Tree, Value } from '../adapter.ts'
import { isList, isTree } from '../tree.ts'

export function own(record: Tree, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

export function toTree(value: Value, path: string): Tree {
  return isTree(value) ? value : refuse(path, 'must be an object')
}

/** One value where a list is due stands for a list of one. */
export function toList(value: Value | undefined): readonly Value[] {
  if (value === undefined) return []
  return isList(value) ? value : [value]
}

export function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null && !(isList(value) && value.length === 0)
}

export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

export function refuse(path: string, reason: string): never {
  const name = path === '' ? 'The input' : `"${path}"`
  throw new CallerError('INPUT_REJECTED', `${name} ${reason}.`, { fields: [path] })
}
