import { expect, test } from 'vitest'

import { toLine } from '../../../gateway/observe/request-line.ts'

const observed = {
  requestId: 'r',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  startedAtMs: 0,
  status: 200,
}

const seen = { stages: { plan: 1 }, caches: { plan: 'hit' as const } }
const client = { name: 'portal', version: undefined }

test('counts codes by system', () => {
  const busy = { message: 'x', extensions: { code: 'SYSTEM_BUSY', system: 'a' } }
  const answer = { errors: [busy, busy, { message: 'y', extensions: { code: 'FORBIDDEN' } }] }
  const line = toLine({ ...observed, work: { answer } }, seen, client)
  expect(line).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    codes: { 'SYSTEM_BUSY a': 2, FORBIDDEN: 1 },
    stages: { plan: 1 },
  })
})

test('tells why a request was refused before its operation', () => {
  expect(toLine({ ...observed, code: 'UNAUTHENTICATED' }, seen, client)).toMatchObject({
    codes: { UNAUTHENTICATED: 1 },
  })
})

test('a name that a client chose is short and holds no long number', () => {
  const name = { value: `Q0012345679_${'x'.repeat(100)}` }
  const operation = { hash: 'h', operation: { operation: 'query', name } }
  const line = toLine({ ...observed, work: { operation } }, seen, client)
  expect(line['operation']).toBe(`Q…_${'x'.repeat(68)}`)
})
