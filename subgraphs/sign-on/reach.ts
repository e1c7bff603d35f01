// Who may administer what. In: a caller. Out: their reach, which every question and every change is held against. What
// lies outside it is answered like what does not exist.

import type { Caller } from '../../schema/caller.ts'
import { refused } from './refusal.ts'

export const ADMINISTRATOR = 'sign-on-admin'
const OF_AGENCY = 'agency-admin:'

export interface Reach {
  /** The whole realm. */
  readonly all: boolean
  /** Codes of the agencies whose clients are within reach; of no meaning beside `all`. */
  readonly agencies: ReadonlySet<string>
}

/** Throws CallerError UNAUTHENTICATED or FORBIDDEN. */
export function reachOf(caller: Caller): Reach {
  if (caller.kind === 'anonymous') throw refused('UNAUTHENTICATED')
  // Nobody administers in another's name: what an administrator may do is not theirs to hand on.
  if (caller.kind !== 'staff' || caller.actor?.mandate !== undefined) throw refused('FORBIDDEN')
  const agencies = new Set(
    [...caller.roles]
      .filter((role) => role.startsWith(OF_AGENCY))
      .map((role) => role.slice(OF_AGENCY.length)),
  )
  const all = caller.roles.has(ADMINISTRATOR)
  if (!all && agencies.size === 0) throw refused('FORBIDDEN')
  return { all, agencies }
}

/** Throws CallerError UNAUTHENTICATED or FORBIDDEN for whoever administers less than the whole realm. */
export function wholeReachOf(caller: Caller): Reach {
  const reach = reachOf(caller)
  if (reach.all) return reach
  throw refused('FORBIDDEN')
}

export function reaches({ all, agencies }: Reach, agency: string | undefined): boolean {
  return agency !== undefined && (all || agencies.has(agency))
}

/** The role by which somebody comes to a target of that agency; an own one where the target is out of reach. */
export function roleFor({ all, agencies }: Reach, agency: string | undefined): string {
  if (all) return ADMINISTRATOR
  const [first] = agencies
  return `${OF_AGENCY}${agency !== undefined && agencies.has(agency) ? agency : first}`
}

/** The subject of a person about their own account. Throws CallerError. */
export function ownSubjectOf(caller: Caller): string {
  if (caller.kind === 'anonymous') throw refused('UNAUTHENTICATED')
  const isPerson = caller.kind === 'citizen' || caller.kind === 'staff'
  if (isPerson && caller.actor === undefined) return caller.subject
  throw refused('FORBIDDEN')
}
