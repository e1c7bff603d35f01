// A system's answer to a call that it takes for nobody's. Thrown below with-session.ts, which opens a new session and
// calls again; what leaves it is a refusal.

import { SystemError } from '../schema/errors.ts'

export class SignedOut extends SystemError {
  constructor(system: string, status?: number) {
    super('SYSTEM_REFUSED', system, {
      detail: { reason: 'signed out', ...(status !== undefined && { status }) },
    })
  }
}
