// Help for a misspelt name.

/** The known name that is nearest, if any is near enough to be meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly away: number } | undefined
  for (const name of known) {
    const away = distance(written, name)
    if (best === undefined || away < best.away) best = { name, away }
  }
  return best !== undefined && best.away <= Math.max(2, written.length / 3) ? best.name : undefined
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
