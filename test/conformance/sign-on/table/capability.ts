import { it } from 'vitest'

import type { EngineName } from '../engine.ts'

/** Why an engine lacks a capability, by engine. */
export type Lacks = Partial<Record<EngineName, string>>

/** What stands between a capability and the reason why an engine lacks it, in a test's title. */
export const NO = ' — no: '
export const NOT_OFFERED = ' — not offered: '

/**
 * One row of the table. An engine that lacks it is tried all the same and must fail, so that the row is corrected on the
 * day when it no longer lacks it.
 */
export function capability(
  engine: EngineName,
  title: string,
  run: () => Promise<void>,
  lacks: Lacks = {},
): void {
  const reason = lacks[engine]
  if (reason === undefined) it(title, run)
  else it.fails(`${title}${NO}${reason}`, run)
}

/** A row for what neither engine offers here; `run` proves that it is really not offered. */
export function notOffered(title: string, reason: string, run: () => Promise<void>): void {
  it(`${title}${NOT_OFFERED}${reason}`, run)
}
