// Whose case a request names, looked up once and only when it decides something: it names a case, and asks for what nothing
// else but a case is wanting for.

import type { CaseOf, FindCase } from '../../schema/case.ts'
import type { RequestContext } from '../../schema/context.ts'
import { ServiceError, SystemError } from '../../schema/errors.ts'

const KEEPER = 'applications'

/** Undefined if the request names none. Rejects with SystemError when nobody can tell. */
export async function caseOf(
  find: FindCase,
  { caller, issue, purpose }: RequestContext,
): Promise<CaseOf | undefined> {
  if (issue === undefined) return undefined
  try {
    return { applicant: await find({ issue, clientId: caller.clientId, purpose }) }
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause
    throw new SystemError('SYSTEM_UNAVAILABLE', KEEPER, { cause })
  }
}
