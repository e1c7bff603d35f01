// A system that takes no more calls may say when to come again (RFC 9110 §10.2.3, RFC 6585 §4). In: a transport. Out: the
// same, on which 429 and a 503 that names a time are SYSTEM_BUSY with that time. Any other reply is left to the codec: a 503
// without a time may hold a fault of the contract.

import { SystemError } from '../../schema/errors.ts'
import type { ExchangeReply, Transport } from '../adapter.ts'

export interface RetryAfterOptions {
  readonly system: string
  readonly now: () => number
}

export function heedRetryAfter(transport: Transport, options: RetryAfterOptions): Transport {
  return {
    async exchange(request, context) {
      const reply = await transport.exchange(request, context)
      if (reply.status !== 429 && reply.status !== 503) return reply
      const until = timeOf(reply, options.now())
      if (until === undefined) return reply
      // What is not read would hold the connection.
      await reply.rest?.[Symbol.asyncIterator]().return?.()
      throw new SystemError('SYSTEM_BUSY', options.system, {
        until: new Date(until).toISOString(),
        detail: { status: reply.status, reason: 'retry after' },
      })
    },
    close: () => transport.close(),
  }
}

/** A year; a date of JavaScript ends at 8.64e15 ms, and a system may say anything. */
const LONGEST_SECONDS = 31_536_000

/** Seconds, or an HTTP date, which is in GMT. */
function timeOf({ headers }: ExchangeReply, now: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^[0-9]{1,9}$/.test(text)) return now + Math.min(Number(text), LONGEST_SECONDS) * 1_000
  const date = /^[A-Za-z]{3}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date)) return undefined
  return Math.min(Math.max(date, now), now + LONGEST_SECONDS * 1_000)
}
