// On whose authority a system is asked. In: the caller. Out: a text that is equal for callers who may be given each other's
// answers. Adapters join and keep questions by it; it is never sent, logged or shown.

import type { Caller } from '../../schema/caller.ts'

/** By caller, then by purpose. */
const KNOWN = new WeakMap<Caller, Map<string, string>>()

/**
 * Class of the caller (kind, client), purposes (roles such as `inquiry:identity`, and scopes), and the person where a person
 * asks: citizens and staff share nothing with each other, an agency's machines do. Whoever acts for another shares with
 * nobody who has another mandate, nor with the principal, and an answer for one purpose is none for another. About whom is in
 * the question itself. Undefined for anonymous callers, of whom nothing is known: their questions are never joined.
 */
export function authorityOf(caller: Caller, purpose = ''): string | undefined {
  if (caller.kind === 'anonymous') return undefined
  const byPurpose = KNOWN.get(caller) ?? new Map<string, string>()
  KNOWN.set(caller, byPurpose)
  const known = byPurpose.get(purpose)
  if (known !== undefined) return known
  const { kind, clientId, subject, nationalId, legalNationalId, roles, scopes } = caller
  const person = kind === 'agency' ? [] : [subject, nationalId ?? legalNationalId ?? '']
  // A person without any name is nobody in particular.
  if (person.length > 0 && person.every((name) => name === '')) return undefined
  const purposes = [[...roles].toSorted(), [...scopes].toSorted()]
  const acting = actingOf(caller)
  const authority = JSON.stringify([kind, clientId, person, ...purposes, purpose, ...acting])
  byPurpose.set(purpose, authority)
  return authority
}

/** An agency's machine that acts for a person is that person's, too. */
function actingOf({ actor }: Caller): readonly string[] {
  if (actor === undefined) return []
  return [actor.kind, actor.clientId, actor.subject, actor.mandate?.id ?? '']
}
