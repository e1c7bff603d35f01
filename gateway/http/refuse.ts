// A refusal of the HTTP door itself, before any operation is looked at.

import type { ErrorCode } from '../../schema/errors.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'

interface Refused {
  readonly code?: ErrorCode
  /** Under which it is counted. */
  readonly reason: RefusalReason
  readonly headers?: Readonly<Record<string, string>>
}

export class HttpRefusal extends Error {
  readonly status: number
  readonly code: ErrorCode
  readonly reason: RefusalReason
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, refused: Refused) {
    super(message)
    this.name = 'HttpRefusal'
    this.status = status
    this.code = refused.code ?? 'BAD_REQUEST'
    this.reason = refused.reason
    this.headers = refused.headers ?? {}
  }
}
