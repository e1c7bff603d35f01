import { expect, test } from 'vitest'

import { windowEnd } from '../../../adapters/resilience/maintenance.ts'

const NIGHT = { from: '22:00', to: '02:30', zone: 'Asia/Tehran' }
const EARLY = { from: '01:00', to: '05:00', zone: 'Asia/Tehran' }

test.each([
  ['inside', [EARLY], '2026-03-10T01:00+03:30', '2026-03-10T01:30:00Z'],
  ['before', [EARLY], '2026-03-10T00:59:59+03:30', undefined],
  ['at the end', [EARLY], '2026-03-10T05:00+03:30', undefined],
  ['before midnight', [NIGHT], '2026-03-10T23:00+03:30', '2026-03-10T23:00:00Z'],
  ['after midnight', [NIGHT], '2026-03-11T01:00+03:30', '2026-03-10T23:00:00Z'],
  ['after a window past midnight', [NIGHT], '2026-03-11T02:30+03:30', undefined],
  ['in two windows', [NIGHT, EARLY], '2026-03-11T01:00+03:30', '2026-03-11T01:30:00Z'],
  [
    'all day',
    [{ from: '00:00', to: '00:00', zone: 'UTC' }],
    '2026-03-10T12:00Z',
    '2026-03-11T00:00:00Z',
  ],
  [
    'over a change of clocks',
    [{ from: '01:00', to: '04:00', zone: 'Europe/Berlin' }],
    '2026-03-29T01:30+01:00',
    '2026-03-29T02:00:00Z',
  ],
  ['none', [], '2026-03-10T01:00Z', undefined],
])('%s: the window ends as declared', (_name, windows, instant, end) => {
  expect(windowEnd(windows, Date.parse(instant))).toBe(end)
})
