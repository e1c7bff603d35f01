// Who does it, and for whom: the citizen themselves, or somebody by a mandate. In: a caller. Out: whose applications are
// meant and, under a mandate, by what right. What a mandate allows now is decided in the transaction (use-mandate.ts).

import type { Caller } from '../../schema/caller.ts'
import type { RequestContext } from '../../schema/context.ts'
import { CallerError, ERRORS } from '../../schema/errors.ts'

export interface Applicant {
  readonly nationalId: string
  readonly acting: Acting | undefined
}

export interface Acting {
  readonly mandate: string
  /** `sub` of the one who acts. */
  readonly actor: string
  /** National codes; undefined for all. */
  readonly services: readonly string[] | undefined
}

/**
 * Throws CallerError: UNAUTHENTICATED for nobody, FORBIDDEN for anybody who is not a citizen; the gateway enforces `@policy`,
 * this holds when somebody else serves the subgraph. An actor without a mandate is nobody's.
 */
export function applicantOf({ caller }: RequestContext): Applicant {
  const { kind, nationalId, actor } = caller
  if (kind === 'citizen' && nationalId !== undefined) {
    if (actor === undefined) return { nationalId, acting: undefined }
    if (actor.mandate !== undefined) {
      const { id, services } = actor.mandate
      return { nationalId, acting: { mandate: id, actor: actor.subject, services } }
    }
  }
  const code = kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
  throw new CallerError(code, ERRORS[code].text)
}

/** Throws CallerError(MANDATE_REFUSED) for a service that the mandate is not about: nothing is asked of any register then. */
export function refuseOtherService(acting: Acting | undefined, service: string): void {
  if (acting?.services === undefined || acting.services.includes(service)) return
  throw new CallerError('MANDATE_REFUSED', ERRORS.MANDATE_REFUSED.text)
}

/**
 * A clerk sees what the form of the service shows and nothing else of the citizen: the roles of a counter mandate open no
 * register. The form is filled by our own document, which may ask what the citizen may.
 */
export function asCitizen(context: RequestContext): RequestContext {
  const { caller } = context
  if (caller.actor?.mandate?.kind !== 'COUNTER') return context
  const known = RAISED.get(caller)
  const raised: Caller = known ?? Object.freeze({ ...caller, roles: new Set(['citizen']) })
  RAISED.set(caller, raised)
  return { ...context, caller: raised }
}

const RAISED = new WeakMap<Caller, Caller>()
