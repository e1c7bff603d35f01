// What a subgraph says of places in its own answer, moved to the places in ours. Only done when it says something: the
// ways to the objects are walked again for their paths. Keys stay those of the gathered data (client-paths.ts).

import type { Answer, AnswerError } from '../../schema/context.ts'
import { SystemError, toPublicError } from '../../schema/errors.ts'
import type { Path } from '../../schema/provenance.ts'
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
  /** Does anybody want to know of origins? */
  readonly withProvenance: boolean
}

export function isReporting(
  { data, errors, extensions }: Answer,
  { withProvenance }: Pick<Reporter, 'withProvenance'>,
): boolean {
  if (!data || (errors?.length ?? 0) > 0) return true
  return withProvenance && extensions?.provenance !== undefined
}

/**
 * An error of a shared object is told at each place of it; one of a whole call at each field it was to fill. The first
 * one explains all these nulls, so what else is said of the same is told at the first place only.
 */
export function placeReports(
  answer: Answer,
  placements: readonly Placement[],
  reporter: Reporter,
  into: Reports,
): void {
  const { reference, meets, withProvenance } = reporter
  const allowance = new Allowance(placements)
  const explained = new Set<string>()
  for (const error of errorsOf(answer, reporter)) {
    const { path: own = [] } = error
    const shown = toShownError(error, reference)
    const about = JSON.stringify(own)
    const everywhere = !explained.has(about)
    explained.add(about)
    for (const path of placesOf(own, placements, meets)) {
      into.errors.push({ ...shown, path })
      if (!everywhere || allowance.isSpent()) break
    }
  }
  if (!withProvenance) return
  for (const entry of answer.extensions?.provenance ?? []) {
    for (const path of placesOf(entry.path, placements, meets)) {
      into.provenance.push({ ...entry, path })
      if (allowance.isSpent()) break
    }
  }
}

/**
 * How often one call's reports are told at more than one place: in proportion to what the call was to fill, because a
 * subgraph can say as many things of one shared object as it likes.
 */
class Allowance {
  #left: number

  constructor(placements: readonly Placement[]) {
    this.#left = 1000
    for (const { targets, fills } of placements) {
      for (const { length } of targets) this.#left += 4 * length * Math.max(1, fills.length)
    }
  }

  /** Spends one. */
  isSpent(): boolean {
    this.#left -= 1
    return this.#left < 0
  }
}

/** A call without data and without a reason gets one. */
function errorsOf(answer: Answer, { subgraph, reference }: Reporter): readonly AnswerError[] {
  const { data, errors = [] } = answer
  if (data || errors.length > 0) return errors
  return [toPublicError(new SystemError('SYSTEM_REPLY_INVALID', subgraph), reference)]
}

function* placesOf(
  path: Path,
  placements: readonly Placement[],
  meets: MeetsCondition,
): Generator<Path, void, void> {
  for (const placement of placements) yield* placesOfOne(path, placement, meets)
}

/** No client's document leads deeper, lists in lists included. */
const MOST_STEPS = 200

function* placesOfOne(
  path: Path,
  placement: Placement,
  meets: MeetsCondition,
): Generator<Path, void, void> {
  const { key, targets, renamed } = placement
  const own = path.slice(0, MOST_STEPS).map((step) => renamed.get(String(step)) ?? step)
  if (key === undefined && own.length > 0) return yield own
  const [head, index, ...rest] = own
  if (head !== undefined && head !== key) return
  const about = typeof index === 'number' ? [targets[index] ?? []] : targets
  for (const objects of about) {
    for (const target of objects) {
      if (rest.length > 0 && typeof index === 'number') yield [...target.path, ...rest]
      else yield* filled(target, placement, meets)
    }
  }
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
