// What a subgraph says of places in its own answer, moved to the places in ours.

import type { AnswerError } from '../../schema/context.ts'
import type { Path, ProvenanceEntry } from '../../schema/provenance.ts'
import type { Fetch } from '../plan/plan.ts'
import { toShownError } from './shown-error.ts'
import type { Target } from './targets.ts'
import { typenameOf } from './tree.ts'
import type { MeetsCondition } from './types.ts'

/** Where one call's answer goes: `targets[i]` are the objects that `_entities[i]` completes. */
export interface Placement {
  readonly fetch: Fetch
  readonly targets: readonly (readonly Target[])[]
  readonly meets: MeetsCondition
  readonly reference: string
}

/** An error of a shared representation is shown at each of its objects; one of a whole call at each field it was to fill. */
export function rebaseErrors(
  errors: readonly AnswerError[],
  placement: Placement,
): readonly AnswerError[] {
  return errors.flatMap((error) => {
    const shown = toShownError(error, placement.reference)
    return places(error.path ?? [], placement).map((path) => ({ ...shown, path }))
  })
}

export function rebaseProvenance(
  entries: readonly ProvenanceEntry[],
  placement: Placement,
): readonly ProvenanceEntry[] {
  return entries.flatMap((entry) =>
    places(entry.path, placement).map((path) => ({ ...entry, path })),
  )
}

function places(path: Path, placement: Placement): readonly Path[] {
  const { fetch, targets } = placement
  const own = renamed(path, fetch)
  if (fetch.requires === undefined) {
    const [root] = targets
    return own.length > 0 ? [own] : (root ?? []).flatMap((target) => filled(target, placement))
  }
  const [, index, ...rest] = own
  if (typeof index !== 'number')
    return targets.flat().flatMap((target) => filled(target, placement))
  const shared = targets[index] ?? []
  if (rest.length > 0) return shared.map((target) => [...target.path, ...rest])
  return shared.flatMap((target) => filled(target, placement))
}

/** The object itself if its type is not known well enough to tell which fields it would have had. */
function filled(target: Target, { fetch, meets }: Placement): readonly Path[] {
  const name = typenameOf(target.tree)
  const fields = fetch.fills.filter(
    ({ type }) => type === undefined || name === undefined || meets(name, type),
  )
  if (fields.length === 0) return [target.path]
  return fields.map((field) => [...target.path, ...renamed([field.name], fetch)])
}

/** A planner may give a field another name inside one call; clients know only their own. */
function renamed(path: Path, { outputRewrites }: Fetch): Path {
  if (outputRewrites.length === 0) return path
  const names = new Map<string | number, string>()
  for (const rewrite of outputRewrites) {
    const from = rewrite.path.at(-1)
    if (rewrite.kind === 'rename' && from !== undefined) names.set(from, rewrite.to)
  }
  return path.map((key) => names.get(key) ?? key)
}
