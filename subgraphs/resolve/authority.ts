// On whose authority a system is asked. In: the caller. Out: a text that is equal for callers who may be given each other's
// answers. Adapters join and keep questions by it; it is never sent, logged or shown.

import type { Caller } from '../../schema/caller.ts'

const KNOWN = new WeakMap<Caller, string>()

/**
 * Class of the caller (kind, client), purposes (roles such as `inquiry:identity`, and scopes), and the person where a person
 * asks: citizens and staff share nothing with each other, an agency's machines do. About whom is in the question itself.
 * Undefined for anonymous callers, of whom nothing is known: their questions are never joined.
 */
export function authorityOf(caller: Caller): string | undefined {
  if (caller.kind === 'anonymous') return undefined
  const known = KNOWN.get(caller)
  if (known !== undefined) return known
  const { kind, clientId, subject, nationalId, roles, scopes } = caller
  const person = kind === 'agency' ? [] : [subject, nationalId ?? '']
  // A person without any name is nobody in particular.
  if (person.length > 0 && person.every((name) => name === '')) return undefined
  const purposes = [[...roles].toSorted(), [...scopes].toSorted()]
  const authority = JSON.stringify([kind, clientId, person, ...purposes])
  KNOWN.set(caller, authority)
  return authority
}
