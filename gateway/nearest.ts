// Help for a misspelt name.

import { editDistance } from '../schema/edit-distance.ts'

/** The known name that is nearest, if any is near enough to be meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly away: number } | undefined
  for (const name of known) {
    const away = editDistance(written, name)
    if (best === undefined || away < best.away) best = { name, away }
  }
  return best !== undefined && best.away <= Math.max(2, written.length / 3) ? best.name : undefined
}
