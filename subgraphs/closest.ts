// Help for a name that is not known. In: what was written and what there is. Out: words for a finding.

import { editDistance } from '../schema/edit-distance.ts'

/** `"onset", did you mean "onSet"?`, or the list of what there is when nothing is near. */
export function closest(written: string, known: readonly string[]): string {
  const lower = written.toLowerCase()
  const begun = known.find((name) => lower.length > 3 && name.toLowerCase().startsWith(lower))
  if (begun !== undefined) return `"${written}", did you mean "${begun}"?`
  const nearest = known
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  const near = nearest !== undefined && nearest.distance <= Math.max(2, written.length / 3)
  if (near) return `"${written}", did you mean "${nearest.name}"?`
  return known.length === 0 ? `"${written}"` : `"${written}", only ${known.join(', ')}`
}
