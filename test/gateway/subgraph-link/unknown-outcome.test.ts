import { expect, test } from 'vitest'

import type { Failure } from '../../../gateway/subgraph-link/exchange.ts'
import { codeOfMutation } from '../../../gateway/subgraph-link/unknown-outcome.ts'

test.each<[Failure['code'], string, Failure['code']]>([
  ['SYSTEM_TIMEOUT', 'timeout', 'SYSTEM_OUTCOME_UNKNOWN'],
  ['SYSTEM_UNAVAILABLE', 'ECONNRESET', 'SYSTEM_OUTCOME_UNKNOWN'],
  ['SYSTEM_UNAVAILABLE', 'status 502', 'SYSTEM_OUTCOME_UNKNOWN'],
  ['SYSTEM_REPLY_INVALID', 'not JSON', 'SYSTEM_OUTCOME_UNKNOWN'],
  ['SYSTEM_REPLY_INVALID', 'status 500', 'SYSTEM_OUTCOME_UNKNOWN'],
  ['SYSTEM_UNAVAILABLE', 'ECONNREFUSED', 'SYSTEM_UNAVAILABLE'],
  ['SYSTEM_UNAVAILABLE', 'UND_ERR_CONNECT_TIMEOUT', 'SYSTEM_UNAVAILABLE'],
  ['SYSTEM_UNAVAILABLE', 'status 503', 'SYSTEM_UNAVAILABLE'],
  ['SYSTEM_REPLY_INVALID', 'status 400', 'SYSTEM_REPLY_INVALID'],
  ['SYSTEM_BUSY', 'queue full', 'SYSTEM_BUSY'],
  ['SYSTEM_REFUSED', 'status 401', 'SYSTEM_REFUSED'],
])('a mutation that ended with %s, %s, is %s', (code, reason, expected) => {
  expect(codeOfMutation({ code, reason })).toBe(expected)
})
