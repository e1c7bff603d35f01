import { editDistance } from '../../../../schema/edit-distance.ts'

/** Up to five of the names that the asked one may have meant: a part of one, or a slip of one or two letters. */
export function nearNames(asked: string, names: readonly string[]): string[] {
  const wanted = asked.toLowerCase()
  return names
    .map((name) => ({ name, distance: distanceTo(wanted, name) }))
    .filter(({ distance }) => distance <= 2)
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 5)
    .map(({ name }) => name)
}

/** The smallest edit distance to the name or to one of its words; a contained text counts as one. */
function distanceTo(wanted: string, name: string): number {
  const words = [name, ...name.split('-')]
  const slips = Math.min(...words.map((word) => editDistance(wanted, word)))
  return wanted.length >= 3 && name.includes(wanted) ? Math.min(slips, 1) : slips
}
