// What went wrong below HTTP → SystemError. The original error is not kept as cause: a parser's error carries the
// bytes it could not parse and a connection's error the address; its code says as much as may be said.

import { errors } from 'undici'

import { SystemError, type SystemErrorCode } from '../../schema/errors.ts'

const NOT_HTTP = 'not HTTP'

const CODES: Readonly<Record<string, SystemErrorCode>> = {
  UND_ERR_HEADERS_TIMEOUT: 'SYSTEM_TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'SYSTEM_TIMEOUT',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'SYSTEM_REPLY_INVALID',
  [NOT_HTTP]: 'SYSTEM_REPLY_INVALID',
  UND_ERR_HEADERS_OVERFLOW: 'SYSTEM_REPLY_INVALID',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'SYSTEM_REPLY_INVALID',
}

export interface ExchangeState {
  readonly system: string
  readonly signal: AbortSignal
  /** Nothing of the request has gone out. */
  readonly unsent?: boolean
}

/** `detail.reason`: `too large`, `not HTTP`, `aborted`, or the code of Node or undici (ECONNREFUSED, CERT_HAS_EXPIRED…). */
export function toFault(error: unknown, { system, signal, unsent }: ExchangeState): SystemError {
  if (error instanceof SystemError) return error
  const notDone = unsent === true
  if (signal.aborted) {
    return new SystemError('SYSTEM_TIMEOUT', system, { notDone, detail: { reason: 'aborted' } })
  }
  const reason = codeOf(error)
  const code = CODES[reason] ?? 'SYSTEM_UNAVAILABLE'
  const shown = reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? 'too large' : reason
  return new SystemError(code, system, { notDone, detail: { reason: shown } })
}

function codeOf(error: unknown): string {
  if (error instanceof errors.HTTPParserError) return NOT_HTTP
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'connection failed'
}
