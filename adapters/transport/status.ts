// What an HTTP status of a system means to us. The one table for all protocols (RFC 9110 §15).

import { SystemError, type SystemErrorCode } from '../../schema/errors.ts'

const MEANINGS: Readonly<Record<number, SystemErrorCode>> = {
  408: 'SYSTEM_TIMEOUT',
  425: 'SYSTEM_BUSY',
  429: 'SYSTEM_BUSY',
  504: 'SYSTEM_TIMEOUT',
}

/**
 * The fault that a status stands for; undefined for 2xx. A redirect is no answer of a contract. Other 4xx (400 and
 * 422 input, 401 and 403 access, 404 unknown) are SYSTEM_REFUSED: repeating the same call cannot mend them.
 */
export function statusFault(
  status: number,
  system: string,
  operation?: string,
): SystemError | undefined {
  if (status >= 200 && status < 300) return undefined
  return new SystemError(statusMeaning(status), system, {
    operation,
    detail: { status },
  })
}

/** Of a status that is no success. */
export function statusMeaning(status: number): SystemErrorCode {
  return MEANINGS[status] ?? byClass(status)
}

function byClass(status: number): SystemErrorCode {
  if (status >= 500) return 'SYSTEM_UNAVAILABLE'
  return status >= 400 ? 'SYSTEM_REFUSED' : 'SYSTEM_REPLY_INVALID'
}
