// Paths, and the question whether something is known at or below one.

import type { Path } from '../../schema/provenance.ts'

const SEPARATOR = '\u0000'

/** Equal for equal paths. */
export function pathKey(path: Path): string {
  return path.join(SEPARATOR)
}

export class PathSet {
  readonly #prefixes = new Set<string>()

  constructor(paths: Iterable<Path>) {
    for (const path of paths) this.add(path)
  }

  add(path: Path): void {
    for (let length = path.length; length > 0; length -= 1) {
      const prefix = pathKey(path.slice(0, length))
      if (this.#prefixes.has(prefix)) return
      this.#prefixes.add(prefix)
    }
  }

  /** Is this path, or one below it, in the set? */
  has(path: Path): boolean {
    return this.#prefixes.has(pathKey(path))
  }
}
