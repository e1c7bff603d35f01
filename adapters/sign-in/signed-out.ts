// A system's answer to a call that it takes for nobody's. Thrown below with-session.ts, which opens a new session and
// calls again; what leaves it is a refusal, or a page in the place of an answer.

import { SystemError } from '../../schema/errors.ts'

/** `page`: a web page that may be the login's, or of a system that is broken. */
export type SignedOutBy = 'status' | 'words' | 'page'

export class SignedOut extends SystemError {
  constructor(system: string, by: SignedOutBy, status: number) {
    // What comes again to whoever has just signed in is no login page.
    if (by === 'page')
      super('SYSTEM_REPLY_INVALID', system, { detail: { reason: 'a web page', status } })
    else super('SYSTEM_REFUSED', system, { detail: { reason: 'signed out', status } })
  }
}
