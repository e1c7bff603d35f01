// Reports of a later part, found by the place of each of its objects without looking at all of them for each.

import type { Path } from '../../schema/provenance.ts'
import { pathKey } from './path-set.ts'
import { noReports, type Reports } from './run.ts'

const NONE = noReports()

export class ReportsByPlace {
  readonly #all: readonly Reports[]
  /** By number of steps, then by the steps: objects of one fragment stand equally deep, or nearly. */
  readonly #byDepth = new Map<number, ReadonlyMap<string, Reports>>()

  constructor(all: readonly Reports[]) {
    this.#all = all
  }

  /** Those of the place itself, too. */
  below(path: Path): Reports {
    const known = this.#byDepth.get(path.length)
    const byPlace = known ?? this.#byPlace(path.length)
    if (known === undefined) this.#byDepth.set(path.length, byPlace)
    return byPlace.get(pathKey(path)) ?? NONE
  }

  #byPlace(depth: number): ReadonlyMap<string, Reports> {
    const byPlace = new Map<string, Reports>()
    const at = (path: Path): Reports => {
      const key = pathKey(path.slice(0, depth))
      const known = byPlace.get(key) ?? noReports()
      byPlace.set(key, known)
      return known
    }
    for (const { errors, provenance } of this.#all) {
      for (const error of errors) {
        const { path = [] } = error
        if (path.length >= depth) at(path).errors.push(error)
      }
      for (const entry of provenance) {
        if (entry.path.length >= depth) at(entry.path).provenance.push(entry)
      }
    }
    return byPlace
  }
}
