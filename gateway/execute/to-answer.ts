// Errors and origins told by places that the client can see: GraphQL §7.1.2, a path names a place of the answer. What was
// fetched only for a plan is not there.

import type { Answer, AnswerError } from '../../schema/context.ts'
import type { Path, ProvenanceEntry } from '../../schema/provenance.ts'
import { isTree, type Tree } from './tree.ts'

export interface Told {
  readonly data: Tree | null
  readonly errors: readonly AnswerError[]
  /** Undefined if nobody asked for it. */
  readonly provenance: readonly ProvenanceEntry[] | undefined
}

/** `base`: where the data stand in the whole answer; all paths begin with it. */
export function toAnswer(
  { data, errors, provenance }: Told,
  base: Path = [],
): Answer & Pick<Told, 'data'> {
  const visible = each(errors.map((error) => withVisiblePath(error, data, base.length)))
  const held = provenance?.filter(({ path }) => holds(path.slice(base.length), data))
  return {
    ...(visible.length > 0 ? { errors: visible } : {}),
    data,
    ...(held === undefined ? {} : { extensions: { provenance: held } }),
  }
}

/** Does the path lead to a value, or a null, of the data? */
function holds(path: Path, data: unknown): boolean {
  return path.length > 0 && valueAtPath(path, data) !== undefined
}

/** What stands at the path; undefined if nothing does. */
export function valueAtPath(path: Path, data: unknown): unknown {
  let at = data
  for (const key of path) at = step(at, key)
  return at
}

/** Two calls that failed for the same field in the same way are told once. */
function each(errors: readonly AnswerError[]): readonly AnswerError[] {
  if (errors.length < 2) return errors
  const told = new Map<string, AnswerError>()
  for (const error of errors) {
    const key = JSON.stringify([error.path, error.message, error.extensions?.['code']])
    if (!told.has(key)) told.set(key, error)
  }
  return [...told.values()]
}

function withVisiblePath(error: AnswerError, data: unknown, skipped: number): AnswerError {
  const { path = [], ...rest } = error
  const below = path.slice(skipped)
  const visible = path.slice(0, skipped + stepsInto(data, below))
  return visible.length > 0 ? { ...rest, path: visible } : rest
}

/** How many steps of the path lead to a place of the answer; a null on the way explains what was below it. */
function stepsInto(data: unknown, path: Path): number {
  let at = data
  for (const [index, key] of path.entries()) {
    if (at === null) return path.length
    at = step(at, key)
    if (at === undefined) return index
  }
  return path.length
}

function step(at: unknown, key: string | number): unknown {
  return (Array.isArray(at) || isTree(at)) && Object.hasOwn(at, key)
    ? Reflect.get(at, key)
    : undefined
}
