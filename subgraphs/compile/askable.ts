// May a call be asked about an object of which only some keys are known? In: what it asks by, and the known keys. A key
// that is left out makes a wider question, whose answer may be about somebody else.

import type { CallPlan } from './mapping.ts'

/** All that it asks by is known, or one whole `@key` of it. */
export function isAskable(
  { inputs }: Pick<CallPlan, 'inputs'>,
  known: readonly string[],
  keySets: readonly (readonly string[])[],
): boolean {
  const asked = inputs.filter(({ source }) => source === 'key').map(({ from }) => from)
  if (asked.every((key) => known.includes(key))) return true
  return keySets.some((set) => set.every((key) => asked.includes(key) && known.includes(key)))
}
