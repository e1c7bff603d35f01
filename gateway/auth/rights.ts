// Does a requirement hold for one who asks, and if not, why not. Refusals are few objects, so that they can be compared.

import type { Caller } from '../../schema/caller.ts'
import type { CaseOf } from '../../schema/case.ts'
import type { FieldRefusal } from '../../schema/errors.ts'
import { type Assurance, type AssuranceLevels, isAssured } from './assurance.ts'
import type { Alternatives, Requirement } from './requirements.ts'
import { isOther } from './subjects.ts'

/** All that rights depend on. */
export interface Asking {
  readonly caller: Caller
  /** What the data is asked for, if the request says so. */
  readonly purpose?: string | undefined
  /** Whose case the request names, once that was looked up. */
  readonly caseOf?: CaseOf | undefined
  readonly variables: Readonly<Record<string, unknown>>
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/** Before the code of a purpose in the name of its role. */
const INQUIRY = 'inquiry:'

export const UNAUTHENTICATED: FieldRefusal = { code: 'UNAUTHENTICATED' }
export const FORBIDDEN: FieldRefusal = { code: 'FORBIDDEN' }
const CASE_REQUIRED: FieldRefusal = {
  code: 'CASE_REQUIRED',
  extensions: { header: 'X-Road-Issue' },
}

const insufficient = new WeakMap<Assurance, FieldRefusal>()
const purposeless = new WeakMap<Requirement, FieldRefusal>()

/** Undefined if it holds. The same object for the same requirement and reason. */
export function refusalOf(
  requirement: Requirement,
  asking: Asking,
  levels: AssuranceLevels,
): FieldRefusal | undefined {
  const { caller, purpose, nowMs } = asking
  const { scopes, policies, purposes, assurance, ofCase } = requirement
  if (caller.kind === 'anonymous') return refusalOfNobody(requirement)
  if (!scopes.every((one) => holds(one, caller.scopes))) return FORBIDDEN
  if (!policies.every((one) => holdsFor(one, caller.roles, purpose))) return FORBIDDEN
  const unfit = purposes.length === 0 ? undefined : refusalOfPurpose(requirement, asking)
  if (unfit !== undefined) return unfit
  if (assurance !== undefined && !isAssured(caller, assurance, levels, nowMs)) {
    return insufficientOf(assurance)
  }
  // Whose case it is, and whether there is one, decides about objects (subjects.ts): the same is asked in any case.
  return ofCase && mustNameCase(asking) ? CASE_REQUIRED : undefined
}

function refusalOfPurpose(
  requirement: Requirement,
  { caller, purpose }: Asking,
): FieldRefusal | undefined {
  const { purposes } = requirement
  if (caller.kind === 'citizen') return undefined
  if (purpose === undefined) return purposeRequired(requirement)
  if (!purposes.every((codes) => codes.includes(purpose))) return FORBIDDEN
  return caller.roles.has(INQUIRY + purpose) ? undefined : FORBIDDEN
}

/** Names the codes that would do for whoever has their roles. Where none would, there is nothing to be named. */
function purposeRequired(requirement: Requirement): FieldRefusal {
  const known = purposeless.get(requirement)
  if (known !== undefined) return known
  const { policies, purposes } = requirement
  const [first = [], ...others] = purposes
  const codes = first.filter(
    (code) =>
      others.every((list) => list.includes(code)) &&
      policies.every((one) => one.some((names) => names.every((name) => isFor(name, code)))),
  )
  const extensions = { purposes: codes, header: 'Panjareh-Purpose' }
  const refusal: FieldRefusal =
    codes.length === 0 ? FORBIDDEN : { code: 'PURPOSE_REQUIRED', extensions }
  purposeless.set(requirement, refusal)
  return refusal
}

function mustNameCase({ caller, caseOf }: Asking): boolean {
  return caseOf === undefined && isOther(caller)
}

/** Nobody has roles or scopes, but an alternative may ask for none. */
function refusalOfNobody(requirement: Requirement): FieldRefusal | undefined {
  const { authenticated, scopes, policies, purposes, assurance, ofCase } = requirement
  const demands = authenticated || purposes.length > 0 || assurance !== undefined || ofCase
  const met = [...scopes, ...policies].every((one) => one.some((names) => names.length === 0))
  return demands || !met ? UNAUTHENTICATED : undefined
}

function holds(alternatives: Alternatives, held: ReadonlySet<string>): boolean {
  return alternatives.some((names) => names.every((name) => held.has(name)))
}

/** Of the roles of inquiries only the one counts that the request is made for, if it says so. */
function holdsFor(
  alternatives: Alternatives,
  roles: ReadonlySet<string>,
  purpose: string | undefined,
): boolean {
  if (purpose === undefined) return holds(alternatives, roles)
  return alternatives.some((names) =>
    names.every((name) => roles.has(name) && isFor(name, purpose)),
  )
}

function isFor(role: string, purpose: string): boolean {
  if (!role.startsWith(INQUIRY)) return true
  return role.length === INQUIRY.length + purpose.length && role.endsWith(purpose)
}

function insufficientOf(assurance: Assurance): FieldRefusal {
  const known = insufficient.get(assurance)
  if (known !== undefined) return known
  const { acr: acrValues, maxAgeS: maxAge } = assurance
  const extensions = maxAge === undefined ? { acrValues } : { acrValues, maxAge }
  const refusal: FieldRefusal = { code: 'INSUFFICIENT_AUTHENTICATION', extensions }
  insufficient.set(assurance, refusal)
  return refusal
}

/** The codes of purposes that some field of these requirements is read for. */
export function purposesOf(requirements: Iterable<Requirement>): ReadonlySet<string> {
  const codes = new Set<string>()
  for (const { policies, purposes } of requirements) {
    for (const code of purposes.flat()) codes.add(code)
    for (const name of policies.flat(2)) {
      if (name.startsWith(INQUIRY)) codes.add(name.slice(INQUIRY.length))
    }
  }
  return codes
}
