import { expect, test } from 'vitest'

import { continueTrace, parentTrace } from '../../../gateway/http/traceparent.ts'

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test("continues the caller's trace with a span of its own", () => {
  const [, trace, span, flags] = continueTrace(parentTrace(GIVEN)).split('-')
  expect([trace, flags]).toEqual(['0af7651916cd43dd8448eb211c80319c', '01'])
  expect(span).not.toBe('b7ad6b7169203331')
})

test.each([undefined, '', 'x', GIVEN.toUpperCase(), `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
  'begins a new trace for %s',
  (header) => {
    expect(continueTrace(parentTrace(header))).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(continueTrace(parentTrace(header))).not.toContain('0af7651916cd43dd')
  },
)

test('gives no id twice', () => {
  const ids = Array.from({ length: 1000 }, () => continueTrace(undefined).split('-'))
  expect(new Set(ids.map(([, trace]) => trace)).size).toBe(1000)
  expect(new Set(ids.map(([, , span]) => span)).size).toBe(1000)
  expect(ids.every(([, trace, span]) => trace?.length === 32 && span?.length === 16)).toBe(true)
})
