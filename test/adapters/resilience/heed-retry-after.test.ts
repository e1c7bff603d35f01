import { expect, test } from 'vitest'

import type { ExchangeReply, Transport } from '../../../adapters/adapter.ts'
import { heedRetryAfter } from '../../../adapters/resilience/heed-retry-after.ts'
import { callContext } from '../wire.ts'

const NOW = Date.UTC(2026, 10, 22, 6, 0, 0)
const REQUEST = { method: 'GET', path: '', headers: {} } as const

function exchanged(status: number, headers: Record<string, string>): Promise<ExchangeReply> {
  const inner: Transport = {
    exchange: async () => ({ status, headers, body: new Uint8Array() }),
    close: async () => undefined,
  }
  const transport = heedRetryAfter(inner, { system: 'sys', now: () => NOW })
  return transport.exchange(REQUEST, callContext())
}

test.each([
  ['seconds', 429, '120', '2026-11-22T06:02:00.000Z'],
  ['seconds of a 503', 503, ' 1 ', '2026-11-22T06:00:01.000Z'],
  ['a date', 429, 'Sun, 22 Nov 2026 06:00:30 GMT', '2026-11-22T06:00:30.000Z'],
  ['a date that is over', 429, 'Sun, 22 Nov 2020 06:00:30 GMT', '2026-11-22T06:00:00.000Z'],
  ['a year at most', 429, '999999999', '2027-11-22T06:00:00.000Z'],
  ['a date within a year', 429, 'Mon, 22 Nov 9999 06:00:30 GMT', '2027-11-22T06:00:00.000Z'],
])('%s', async (_, status, retryAfter, until) => {
  const exchange = exchanged(status, { 'retry-after': retryAfter })
  await expect(exchange).rejects.toMatchObject({ code: 'SYSTEM_BUSY', until, retryable: true })
})

test.each([
  ['no time', 429, {}],
  ['no time that can be read', 503, { 'retry-after': 'soon' }],
  ['negative seconds', 429, { 'retry-after': '-1' }],
  ['a date without zone', 429, { 'retry-after': '2026-11-22T06:00:00' }],
  ['an answer', 200, { 'retry-after': '5' }],
  ['a fault', 500, { 'retry-after': '5' }],
])('%s is left to the codec', async (_, status, headers) => {
  expect(await exchanged(status, headers)).toMatchObject({ status })
})

test('what is not read of a refusal does not hold the connection', async () => {
  let isGivenUp = false
  const rest = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      return: async () => {
        isGivenUp = true
        return { done: true as const, value: undefined }
      },
    }),
  }
  const headers = { 'retry-after': '1' }
  const inner: Transport = {
    exchange: async () => ({ status: 429, headers, body: new Uint8Array(), rest }),
    close: async () => undefined,
  }
  const transport = heedRetryAfter(inner, { system: 'sys', now: () => NOW })
  await expect(transport.exchange(REQUEST, callContext())).rejects.toMatchObject({
    code: 'SYSTEM_BUSY',
  })
  expect(isGivenUp).toBe(true)
})
