// Help for a name that is not known. In: what was written and what there is. Out: words for a finding.

/** `"onset", did you mean "onSet"?`, or the list of what there is when nothing is near. */
export function closest(written: string, known: readonly string[]): string {
  const lower = written.toLowerCase()
  const begun = known.find((name) => lower.length > 3 && name.toLowerCase().startsWith(lower))
  if (begun !== undefined) return `"${written}", did you mean "${begun}"?`
  const nearest = known
    .map((name) => ({ name, distance: distance(lower, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  const near = nearest !== undefined && nearest.distance <= Math.max(2, written.length / 3)
  if (near) return `"${written}", did you mean "${nearest.name}"?`
  return known.length === 0 ? `"${written}"` : `"${written}", only ${known.join(', ')}`
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
