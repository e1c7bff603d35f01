// What is known of a mutation that brought no answer that can be read. In: why there is none. Out: the code for the caller,
// who must not take a failure for leave to repeat what may have been done.

import type { SystemErrorCode } from '../../schema/errors.ts'
import type { Failure } from './exchange.ts'

const SILENT: ReadonlySet<SystemErrorCode> = new Set([
  'SYSTEM_TIMEOUT',
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_REPLY_INVALID',
])
/** Nothing was sent, or the subgraph said by its status that it did nothing. */
const NOT_DONE =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|status (?:4\d\d|503))$/

export function codeOfMutation({ code, reason }: Failure): SystemErrorCode {
  return SILENT.has(code) && !NOT_DONE.test(reason) ? 'SYSTEM_OUTCOME_UNKNOWN' : code
}
