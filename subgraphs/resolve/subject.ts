// A citizen reaches only their own person, who acts for a company only that company, and agencies and staff what is for a case
// only as that of whose case the request names. In: a request. Out: a check that runs before any call. What else agencies and
// staff may ask is decided by `@policy` at the gateway.

import type { RequestContext } from '../../schema/context.ts'
import { CallerError, ERRORS } from '../../schema/errors.ts'
import type { View } from '../compile/mapping.ts'

/**
 * Throws CallerError. The second argument gives a key of the object at hand by its name; the third is the field that is asked
 * of it, undefined where the object itself is at hand.
 */
export type Permit = (view: View, keyOf: (key: string) => unknown, field?: string) => void

const COMPANY = 'legalNationalId'

export function permitFor({ caller, caseOf }: Pick<RequestContext, 'caller' | 'caseOf'>): Permit {
  const { kind, nationalId, legalNationalId } = caller
  if (kind === 'agency' || kind === 'staff') return permitByCase(caseOf)
  return (view, keyOf) => {
    if (view.subject !== undefined) {
      if (kind === 'anonymous') throw refusal('UNAUTHENTICATED')
      const named = keyOf(view.subject)
      const isOwn = named !== undefined && (named === nationalId || named === legalNationalId)
      if (!isOwn) throw refusal('FORBIDDEN')
    }
    // Companies lead to companies, and the mandate is for one.
    if (legalNationalId === undefined || !view.keys.has(COMPANY)) return
    if (keyOf(COMPANY) !== legalNationalId) throw refusal('FORBIDDEN')
  }
}

/** A request that asks because of a case is about that person alone. */
function permitByCase(caseOf: RequestContext['caseOf']): Permit {
  return ({ subject, ofCase }, keyOf, field) => {
    if (subject === undefined || ofCase.size === 0) return
    if (caseOf === undefined) {
      if (field !== undefined && ofCase.has(field)) throw refusal('CASE_REQUIRED')
      return
    }
    const named = keyOf(subject)
    if (named === undefined || named !== caseOf.applicant) throw refusal('FORBIDDEN')
  }
}

function refusal(code: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'CASE_REQUIRED'): CallerError {
  return new CallerError(code, ERRORS[code].text)
}
