// Which progressive overrides a request follows. Requests whose draw makes no difference share their plans.

import { NO_OVERRIDES, type Overrides } from './plan.ts'

interface Choice {
  readonly overrides: Overrides
  /** Tells plans of one document apart; empty if there is nothing to choose. */
  readonly variant: string
}

/** `draw` gives 0 to 100; there are as many variants as different percentages, and one. */
export function buildChooseOverrides(
  percentages: readonly number[],
  labels: ReadonlySet<string>,
  draw: () => number,
): () => Choice {
  const bounds = [...new Set(percentages)].toSorted((a, b) => a - b)
  if (bounds.length === 0) {
    const only = { overrides: { ...NO_OVERRIDES, labels }, variant: '' }
    return () => only
  }
  const choices = [0, ...bounds].map((percent) => ({
    overrides: { percent, labels },
    variant: String(percent),
  }))
  return () => {
    const drawn = draw()
    const choice = choices.findLast(({ overrides }) => overrides.percent <= drawn)
    return choice ?? { overrides: NO_OVERRIDES, variant: '' }
  }
}
