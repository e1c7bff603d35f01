// How much a client's variables hold. Coercing takes time for each value, and whatever walks into a value afterwards
// does it by recursion: a body of 256 KB holds lists within lists a hundred thousand deep.

/** Deeper than any input type is meant to be. */
const DEEPEST = 64

/** Values with all values inside; Infinity where they are nested too deeply. Beyond `most` it need not be exact. */
export function countValues(value: unknown, most: number, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth >= DEEPEST) return Infinity
  let count = 1
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    count += countValues(inner, most - count, depth + 1)
    if (count > most) return count
  }
  return count
}
