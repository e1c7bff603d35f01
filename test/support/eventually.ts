// Waits for what must come true. The ceiling costs nothing where it does, so it is one for all and far above what a starved
// machine needs: a bound that the test is about is a bound of the product, told to it as an option.

import { vi } from 'vitest'

const CEILING_MS = 20_000

/** Until the check throws no more; what it threw last if that takes too long. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: CEILING_MS })
}
