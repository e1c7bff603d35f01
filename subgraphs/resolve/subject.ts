// A citizen reaches only their own person, and who acts for a company only that company. In: a caller. Out: a check that
// runs before any call. What agencies and staff may ask is decided by `@policy` at the gateway.

import type { Caller } from '../../schema/caller.ts'
import { CallerError, ERRORS } from '../../schema/errors.ts'
import type { View } from '../compile/mapping.ts'

/** Throws CallerError. The second argument gives a key of the object at hand by its name. */
export type Permit = (view: View, keyOf: (key: string) => unknown) => void

const COMPANY = 'legalNationalId'

export function permitFor(caller: Caller): Permit {
  const { kind, nationalId, legalNationalId } = caller
  return (view, keyOf) => {
    if (kind === 'agency' || kind === 'staff') return
    if (view.subject !== undefined) {
      if (kind === 'anonymous') {
        throw new CallerError('UNAUTHENTICATED', ERRORS.UNAUTHENTICATED.text)
      }
      const named = keyOf(view.subject)
      const isOwn = named !== undefined && (named === nationalId || named === legalNationalId)
      if (!isOwn) throw new CallerError('FORBIDDEN', ERRORS.FORBIDDEN.text)
    }
    // Companies lead to companies, and the mandate is for one.
    if (legalNationalId === undefined || !view.keys.has(COMPANY)) return
    if (keyOf(COMPANY) !== legalNationalId)
      throw new CallerError('FORBIDDEN', ERRORS.FORBIDDEN.text)
  }
}
