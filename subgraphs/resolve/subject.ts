// A citizen reaches only their own person. In: a caller. Out: a check that runs before any call.
// What agencies and staff may ask is decided by `@policy` at the gateway.

import type { Caller } from '../../schema/caller.ts'
import { CallerError, ERRORS } from '../../schema/errors.ts'
import type { View } from '../compile/mapping.ts'

/** Throws CallerError. The second argument is the key that stands for the person. */
export type Permit = (view: View, subject: unknown) => void

export function permitFor(caller: Caller): Permit {
  return (view, subject) => {
    if (view.subject === undefined || caller.kind === 'agency' || caller.kind === 'staff') return
    if (caller.kind === 'anonymous') {
      throw new CallerError('UNAUTHENTICATED', ERRORS.UNAUTHENTICATED.text)
    }
    if (caller.nationalId !== undefined && caller.nationalId === subject) return
    throw new CallerError('FORBIDDEN', ERRORS.FORBIDDEN.text)
  }
}
