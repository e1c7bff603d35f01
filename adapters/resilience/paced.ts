// Calls of a system that counts them: each page of a paged answer and each retry is one.

import { SystemError } from '../../schema/errors.ts'
import type { Adapter } from '../adapter.ts'
import type { SystemSettings } from '../settings.ts'
import { toMilliseconds } from '../units.ts'
import { Rate } from './rate.ts'
import { sleep } from './retry.ts'
import type { SharedState } from './shared/shared-state.ts'

/** `detail.reason` of a call that would have come too soon for too long: our own "busy", not the system's. */
export const TOO_SOON = 'rate'

export interface PacedOptions {
  readonly system: string
  readonly now: () => number
  readonly shared?: SharedState | undefined
}

export function withRate(
  adapter: Adapter,
  { rate, wait, timeout }: SystemSettings['limits'],
  { system, now, shared }: PacedOptions,
): Adapter {
  if (rate === undefined) return adapter
  const pace = new Rate({ calls: rate.calls, perMs: toMilliseconds(rate.per), now, shared })
  const mostMs = toMilliseconds(wait ?? timeout)
  const tooSoon = (operation: string): SystemError =>
    new SystemError('SYSTEM_BUSY', system, { operation, detail: { reason: TOO_SOON } })
  return {
    async call(operation, input, context) {
      const turn = pace.turn(mostMs)
      const pause = turn instanceof Promise ? await turn : turn
      if (pause === undefined) throw tooSoon(operation)
      if (pause > 0) await sleep(pause, context.signal)
      if (context.signal.aborted) throw tooSoon(operation)
      return adapter.call(operation, input, context)
    },
  }
}
