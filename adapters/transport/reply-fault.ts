// What the failure of a system that speaks plain HTTP looks like → SystemError. Shared by rest/ and table/.

import { SystemError } from '../../schema/errors.ts'
import type { ExchangeReply } from '../adapter.ts'
import { isHtml } from './content.ts'
import { statusFault } from './status.ts'

/** The call a reply belongs to. */
export interface Place {
  readonly system: string
  readonly operation: string
  /** Charset of bodies that declare none. */
  readonly charset: string
}

/** Throws unless the status is 2xx and the body is not a web page. */
export function assertAnswered(reply: ExchangeReply, place: Place): void {
  const fault = statusFault(reply.status, place.system, place.operation)
  if (fault) throw fault
  if (isHtml(reply)) throw invalidReply(place, 'a web page')
}

/** `reason` names places of the contract, never what stood there. */
export function invalidReply(place: Place, reason: string): SystemError {
  const { system, operation } = place
  return new SystemError('SYSTEM_REPLY_INVALID', system, { operation, detail: { reason } })
}
