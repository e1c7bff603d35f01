import { expect, test } from 'vitest'

import { checkLimits } from '../../../adapters/resilience/check-limits.ts'
import type { SystemSettings } from '../../../adapters/settings.ts'
import { systemSettings } from '../wire.ts'

const limits = { timeout: '4s', concurrency: 1, queue: 1, reply: '64KB' }
const query = { kind: 'query' } as const
const night = { from: '22:00', to: '02:00', zone: 'Asia/Tehran' }

test('says nothing of what can be', () => {
  const settings = systemSettings({
    limits: { ...limits, wait: '2s', rate: { calls: 10, per: '1s' } },
    maintenance: [night],
    operations: {
      read: { ...query, freshness: '10m', stale: '1h', refresh: '1m', hedgeAfter: '800ms' },
      write: { kind: 'mutation', timeout: '10s' },
    },
  })
  expect(checkLimits(settings)).toEqual([])
})

test.each<[string, Partial<SystemSettings>, string, RegExp]>([
  [
    'a timer that would fire at once',
    { limits: { ...limits, timeout: '30d' } },
    '/limits/timeout',
    /longer than 10m/,
  ],
  ['no time at all', { limits: { ...limits, wait: '0s' } }, '/limits/wait', /leave it out/],
  [
    'a long stretch',
    { limits: { ...limits, rate: { calls: 1, per: '2d' } } },
    '/limits/rate',
    /longer than 1d/,
  ],
  [
    'a long rest',
    { breaker: { failures: 1, halfOpenAfter: '2h' } },
    '/breaker/halfOpenAfter',
    /longer than 1h/,
  ],
  [
    'a stale answer that was never fresh',
    { operations: { read: { ...query, stale: '1h' } } },
    '/operations/read/stale',
    /needs a freshness/,
  ],
  [
    'a kept write',
    { operations: { write: { kind: 'mutation', freshness: '1m' } } },
    '/operations/write/freshness',
    /"write" is a mutation/,
  ],
  [
    'a second write',
    { operations: { write: { kind: 'mutation', hedgeAfter: '100ms' } } },
    '/operations/write/hedgeAfter',
    /for queries/,
  ],
  [
    'a hedge after the end',
    { limits, operations: { read: { ...query, hedgeAfter: '4s' } } },
    '/operations/read/hedgeAfter',
    /not before the timeout of 4s/,
  ],
  ['no time of a day', { maintenance: [{ ...night, to: '24:00' }] }, '/maintenance/0/to', /24:00/],
  [
    'no zone',
    { maintenance: [{ ...night, zone: 'Asia/Teheran' }] },
    '/maintenance/0/zone',
    /write Asia\/Tehran/,
  ],
])('refuses %s', (_, changes, pointer, message) => {
  const findings = checkLimits(systemSettings(changes))
  expect(findings).toEqual([
    { file: 'system.json', pointer, message: expect.stringMatching(message) },
  ])
})
