// A mutation that was sent and brought no answer that can be read: it may have been done. In: the error of a call, and how
// far the call came. Out: the same error, or one that says so and that nobody takes for leave to repeat it.

import { setImmediate as turnOfTheLoop } from 'node:timers/promises'

import { CallerError, SystemError, type SystemErrorCode } from '../../schema/errors.ts'
import { AbandonedError } from './flight.ts'

/** How far a mutation came. */
export interface Errand {
  /** The system may have been asked. */
  isOut: boolean
}

/** Any other says itself that nothing was done. */
const SILENT: ReadonlySet<SystemErrorCode> = new Set([
  'SYSTEM_TIMEOUT',
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_REPLY_INVALID',
])

/** An input that was refused here, a connection that was never made, a system that says that it did not. */
export function isNotDone(error: unknown): boolean {
  if (error instanceof SystemError) return error.notDone || !SILENT.has(error.code)
  return error instanceof CallerError
}

export async function withOutcome(
  error: unknown,
  system: string,
  errand: Errand,
): Promise<unknown> {
  const reason = silence(error)
  if (reason === undefined || !errand.isOut) return error
  // Whoever was told to stop waiting is told so before the call itself has ended; how it ended is known in this turn.
  await turnOfTheLoop()
  if (!errand.isOut) return error
  return new SystemError('SYSTEM_OUTCOME_UNKNOWN', system, { detail: { reason }, cause: error })
}

/** Why nobody knows; undefined: somebody does. */
function silence(error: unknown): string | undefined {
  if (error instanceof AbandonedError) return 'abandoned'
  if (!(error instanceof SystemError) || isNotDone(error)) return undefined
  return String(error.detail['reason'] ?? error.code)
}
