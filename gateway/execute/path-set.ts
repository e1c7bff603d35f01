// Paths, and the question whether something is known at or below one.

import type { Path } from '../../schema/provenance.ts'

/** A path while walking down: cheap to extend, made an array only when needed. */
export interface Trail {
  readonly key: string | number
  readonly up: Trail | undefined
}

export function trailToPath(trail: Trail): Path {
  const path = []
  for (let at: Trail | undefined = trail; at !== undefined; at = at.up) path.push(at.key)
  return path.toReversed()
}

const SEPARATOR = '\u0000'

export class PathSet {
  readonly #prefixes = new Set<string>()

  constructor(paths: Iterable<Path>) {
    for (const path of paths) this.add(path)
  }

  add(path: Path): void {
    for (let length = path.length; length > 0; length -= 1) {
      const prefix = path.slice(0, length).join(SEPARATOR)
      if (this.#prefixes.has(prefix)) return
      this.#prefixes.add(prefix)
    }
  }

  /** Is this path, or one below it, in the set? */
  has(path: Path): boolean {
    return this.#prefixes.has(path.join(SEPARATOR))
  }
}
