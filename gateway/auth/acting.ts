// Acting for someone. In: who has signed in, and the mandate that the request or the token names. Out: the principal as a
// caller, with the one who acts beside them, or the caller as they are when no mandate is named. What is refused is refused
// in the same words, whosever mandate it is and whether there is one.

import type { ActingMandate, Actor, Caller } from '../../schema/caller.ts'
import { CallerError, ERRORS, SystemError } from '../../schema/errors.ts'
import type { FindMandate, FoundMandate } from '../../schema/mandate.ts'
import { type AssuranceLevels, isAssured, levelOf } from './assurance.ts'

/** Throws or rejects with CallerError MANDATE_REFUSED, UNAUTHENTICATED or INSUFFICIENT_AUTHENTICATION; SystemError. */
export type ActFor = (caller: Caller, header: Header) => Caller | Promise<Caller>

type Header = string | readonly string[] | undefined

/** `Panjareh-Mandate: <id of the mandate>`, as Node names it. */
export const MANDATE_HEADER = 'panjareh-mandate'

const CLERK = 'counter-clerk'
const STRONG = 'substantial'
/** Seconds. So old may a sign-in be with which a mandate begins (`@assurance` of subgraphs/mandates/schema.graphql). */
const SIGN_IN_S = 900

/**
 * What each kind may. A clerk gets no role of a citizen: the forms of the mandate's services are open to them, the citizen's
 * registers are not. An officer reads what is the company's.
 */
const ROLES: Readonly<Record<ActingMandate['kind'], ReadonlySet<string>>> = {
  COUNTER: new Set(['counter-mandate']),
  GUARDIAN: new Set(['citizen']),
  OFFICER: new Set(['company-officer']),
}

export interface ActForParts {
  /** Absent: there are no mandates here, and whoever names one is refused. */
  readonly find?: FindMandate | undefined
  readonly levels: AssuranceLevels
  /** Epoch milliseconds. Default: the clock. */
  readonly now?: () => number
}

export function buildActFor({ find, levels, now = Date.now }: ActForParts): ActFor {
  // One object per token and mandate as it stands: equal questions are known by it, and those of others are not equal.
  const known = new WeakMap<FoundMandate, WeakMap<Caller, Caller>>()
  return (caller, header) => {
    const id = idOf(caller, header)
    if (id === undefined) return caller
    if (caller.kind === 'anonymous') {
      throw new CallerError('UNAUTHENTICATED', ERRORS.UNAUTHENTICATED.text)
    }
    return lookUpMandate(find, id).then((mandate) => {
      if (mandate === undefined || !isFor(mandate, caller)) throw refusal()
      refuseWeak(caller, mandate, { levels, nowMs: now() })
      const derived = known.get(mandate) ?? new WeakMap<Caller, Caller>()
      known.set(mandate, derived)
      const acting = derived.get(caller) ?? derive(caller, mandate)
      derived.set(caller, acting)
      return acting
    })
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A header sent twice comes as one text with a comma, which is no id. */
function idOf({ actor, mandateId }: Caller, header: Header): string | undefined {
  if (header === undefined && mandateId === undefined && actor === undefined) return undefined
  const id = header ?? mandateId
  const isOne = typeof id === 'string' && UUID.test(id)
  // A token that says who acts must say by what right, and a request may not choose another right for it.
  const isTokens = actor === undefined ? true : mandateId !== undefined
  if (!isOne || !isTokens || (mandateId !== undefined && mandateId !== id)) throw refusal()
  return id
}

/** Undefined: it is none, or none any more. Rejects with SystemError when nobody can tell. */
export async function lookUpMandate(
  find: FindMandate | undefined,
  id: string,
): Promise<FoundMandate | undefined> {
  try {
    return await find?.(id)
  } catch (cause) {
    throw new SystemError('SYSTEM_UNAVAILABLE', 'mandates', { cause })
  }
}

function isFor(mandate: FoundMandate, caller: Caller): boolean {
  return caller.actor === undefined
    ? isOwn(mandate, caller)
    : isExchanged(mandate, caller, caller.actor)
}

/** Machines have no mandates, and nobody acts for themselves. */
function isOwn({ kind, actorSubject, principal, officeId }: FoundMandate, caller: Caller): boolean {
  const { subject, nationalId, roles } = caller
  if (subject === '' || subject !== actorSubject) return false
  if (nationalId !== undefined && nationalId === principal.nationalId) return false
  if (kind !== 'COUNTER') return caller.kind === 'citizen'
  const isPerson = caller.kind === 'citizen' || caller.kind === 'staff'
  return isPerson && roles.has(CLERK) && caller.officeId === officeId
}

/** Of a token that was exchanged for the principal's, the person who acts stands in `act`. */
function isExchanged(
  { actorSubject, principal }: FoundMandate,
  { nationalId, legalNationalId }: Caller,
  actor: Actor,
): boolean {
  if (actor.subject === '' || actor.subject !== actorSubject) return false
  const isPerson = principal.nationalId !== undefined && principal.nationalId === nationalId
  return (
    isPerson ||
    (principal.legalNationalId !== undefined && principal.legalNationalId === legalNationalId)
  )
}

/**
 * Whoever acts did sign in for it, whichever of their sessions asks: as surely as for the mandate itself, and not before the
 * sign-in that it can have begun with. A session of the morning must not serve what another one began.
 */
function refuseWeak(
  caller: Caller,
  { sinceMs }: FoundMandate,
  { levels, nowMs }: { readonly levels: AssuranceLevels; readonly nowMs: number },
): void {
  const maxAgeS = SIGN_IN_S + (nowMs - sinceMs) / 1000
  const demand = { acr: STRONG, level: levelOf(STRONG, levels), maxAgeS }
  if (isAssured(caller, demand, levels, nowMs)) return
  throw new CallerError('INSUFFICIENT_AUTHENTICATION', ERRORS.INSUFFICIENT_AUTHENTICATION.text, {
    extensions: { acrValues: STRONG, maxAge: SIGN_IN_S },
  })
}

/** Session, assurance and time of sign-in are those of the one who acts: nothing is known of the principal's. */
function derive(caller: Caller, found: FoundMandate): Caller {
  const { id, kind, services, expiresAtMs, principal, officeId } = found
  const { subject, clientId, scopes, sessionId, acr, authTimeMs } = caller
  const mandate: ActingMandate = { id, kind, services, expiresAtMs }
  const actor = caller.actor ?? { subject, clientId, kind: caller.kind }
  return Object.freeze({
    kind: 'citizen',
    subject: `mandate ${id}`,
    clientId,
    nationalId: principal.nationalId,
    legalNationalId: principal.legalNationalId,
    mobile: undefined,
    roles: ROLES[kind],
    scopes,
    sessionId,
    acr,
    authTimeMs,
    officeId,
    actor: Object.freeze({ ...actor, mandate: Object.freeze(mandate) }),
    expiresAtMs: Math.min(expiresAtMs, caller.expiresAtMs ?? expiresAtMs),
  })
}

function refusal(): CallerError {
  return new CallerError('MANDATE_REFUSED', ERRORS.MANDATE_REFUSED.text)
}
