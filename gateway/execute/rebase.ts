// What a subgraph says of places in its own answer, moved to the places in ours.

import type { AnswerError } from '../../schema/context.ts'
import type { Path, ProvenanceEntry } from '../../schema/provenance.ts'
import { responseName } from '../plan/plan-name.ts'
import type { EntityPart, Filled, Rewrite } from '../plan/plan.ts'
import { toShownError } from './shown-error.ts'
import type { Target } from './targets.ts'
import { typenameOf } from './tree.ts'
import type { MeetsCondition } from './types.ts'

/** Where one call's answer goes: `targets[i]` are the objects that `_entities[i]` completes. */
export interface Placement {
  readonly subgraph: string
  readonly fills: readonly Filled[]
  readonly outputRewrites: readonly Rewrite[]
  /** Undefined for a call at the root. */
  readonly part: EntityPart | undefined
  readonly targets: readonly (readonly Target[])[]
  readonly meets: MeetsCondition
  readonly reference: string
}

/** An error of a shared representation is shown at each of its objects; one of a whole call at each field it was to fill. */
export function rebaseErrors(
  errors: readonly AnswerError[],
  placements: readonly Placement[],
): readonly AnswerError[] {
  return errors.flatMap((error) =>
    placements.flatMap((placement) => {
      const shown = toShownError(error, placement.reference)
      return places(error.path ?? [], placement).map((path) => ({
        ...shown,
        path: path.map(asSeen),
      }))
    }),
  )
}

export function rebaseProvenance(
  entries: readonly ProvenanceEntry[],
  placements: readonly Placement[],
): readonly ProvenanceEntry[] {
  return entries.flatMap((entry) =>
    placements.flatMap((placement) =>
      places(entry.path, placement).map((path) => ({ ...entry, path: path.map(asSeen) })),
    ),
  )
}

/** Clients know a field by its response name only. */
function asSeen(key: string | number): string | number {
  return typeof key === 'string' ? responseName(key) : key
}

function places(path: Path, placement: Placement): readonly Path[] {
  const { part, targets } = placement
  const own = renamed(path, placement)
  if (part === undefined) {
    const [root] = targets
    return own.length > 0 ? [own] : (root ?? []).flatMap((target) => filled(target, placement))
  }
  const [key, index, ...rest] = own
  if (key !== undefined && key !== part.key) return []
  if (typeof index !== 'number')
    return targets.flat().flatMap((target) => filled(target, placement))
  const shared = targets[index] ?? []
  if (rest.length > 0) return shared.map((target) => [...target.path, ...rest])
  return shared.flatMap((target) => filled(target, placement))
}

/** The object itself if its type is not known well enough to tell which fields it would have had. */
function filled(target: Target, placement: Placement): readonly Path[] {
  const name = typenameOf(target.tree)
  const { fills, meets } = placement
  const fields = fills.filter(
    ({ type }) => type === undefined || name === undefined || meets(name, type),
  )
  if (fields.length === 0) return [target.path]
  return fields.map((field) => [...target.path, ...renamed([field.name], placement)])
}

/** A planner may give a field another name inside one call; clients know only their own. */
function renamed(path: Path, { outputRewrites }: Placement): Path {
  if (outputRewrites.length === 0) return path
  const names = new Map<string | number, string>()
  for (const rewrite of outputRewrites) {
    const from = rewrite.path.at(-1)
    if (rewrite.kind === 'rename' && from?.kind === 'key') names.set(from.name, rewrite.to)
  }
  return path.map((key) => names.get(key) ?? key)
}
