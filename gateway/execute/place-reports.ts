// What a subgraph says of places in its own answer, moved to the places in ours. Only done when it says something: the
// ways to the objects are walked again for their paths.

import type { Answer, AnswerError } from '../../schema/context.ts'
import { SystemError, toPublicError } from '../../schema/errors.ts'
import type { Path } from '../../schema/provenance.ts'
import { responseName } from '../plan/plan-name.ts'
import type { Filled } from '../plan/plan.ts'
import type { Reports } from './run.ts'
import { toShownError } from './shown-error.ts'
import type { MeetsCondition } from './types.ts'

/** Where one call's answer goes. */
export interface Placement {
  readonly fills: readonly Filled[]
  readonly renamed: ReadonlyMap<string, string>
  /** The response key of the `_entities` field; undefined for a call at the root. */
  readonly key: string | undefined
  /** `[i]`: the objects that `_entities[i]` completes; the root for a call at the root. */
  readonly targets: readonly (readonly Target[])[]
}

export interface Target {
  readonly path: Path
  readonly type: string | undefined
}

interface Reporter {
  readonly subgraph: string
  readonly reference: string
  readonly meets: MeetsCondition
}

export function isReporting({ data, errors, extensions }: Answer): boolean {
  return !data || (errors?.length ?? 0) > 0 || extensions?.provenance !== undefined
}

/** An error of a shared object is shown at each place of it; one of a whole call at each field it was to fill. */
export function placeReports(
  answer: Answer,
  placements: readonly Placement[],
  reporter: Reporter,
  into: Reports,
): void {
  const { reference, meets } = reporter
  for (const error of errorsOf(answer, reporter)) {
    const shown = toShownError(error, reference)
    for (const placement of placements) {
      for (const path of places(error.path ?? [], placement, meets)) {
        into.errors.push({ ...shown, path })
      }
    }
  }
  for (const entry of answer.extensions?.provenance ?? []) {
    for (const placement of placements) {
      for (const path of places(entry.path, placement, meets)) {
        into.provenance.push({ ...entry, path })
      }
    }
  }
}

/** A call without data and without a reason gets one. */
function errorsOf(answer: Answer, { subgraph, reference }: Reporter): readonly AnswerError[] {
  const { data, errors = [] } = answer
  if (data || errors.length > 0) return errors
  return [toPublicError(new SystemError('SYSTEM_REPLY_INVALID', subgraph), reference)]
}

function places(path: Path, placement: Placement, meets: MeetsCondition): readonly Path[] {
  return placesInData(path, placement, meets).map((place) =>
    place.map((key) => (typeof key === 'string' ? responseName(key) : key)),
  )
}

function placesInData(path: Path, placement: Placement, meets: MeetsCondition): readonly Path[] {
  const { key, targets, renamed } = placement
  const own = renamed.size === 0 ? path : path.map((step) => renamed.get(String(step)) ?? step)
  const filledOf = (target: Target) => filled(target, placement, meets)
  if (key === undefined) return own.length > 0 ? [own] : targets.flat().flatMap(filledOf)
  const [head, index, ...rest] = own
  if (head !== undefined && head !== key) return []
  if (typeof index !== 'number') return targets.flat().flatMap(filledOf)
  const shared = targets[index] ?? []
  return rest.length > 0
    ? shared.map((target) => [...target.path, ...rest])
    : shared.flatMap(filledOf)
}

/** The object itself if its type is not known well enough to tell which fields it would have had. */
function filled(
  { path, type: name }: Target,
  { fills, renamed }: Placement,
  meets: MeetsCondition,
): readonly Path[] {
  const fields = fills.filter(
    ({ type }) => type === undefined || name === undefined || meets(name, type),
  )
  if (fields.length === 0) return [path]
  return fields.map((field) => [...path, renamed.get(field.name) ?? field.name])
}
