// What each act about mandates is given, and who may do it.

import type { Kysely } from 'kysely'

import type { Caller } from '../../schema/caller.ts'
import { CallerError, type CallerErrorCode, ERRORS } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import type { Sms } from './sms.ts'
import type { MandateTables } from './store/tables.ts'

export interface Desk {
  readonly db: Kysely<MandateTables>
  /** Titles in Persian, by national code. */
  readonly services: ReadonlyMap<string, string>
  /** Undefined: no messages can be sent, so counter mandates are not offered. */
  readonly sms: Sms | undefined
  readonly secret: Uint8Array
  readonly guardians: Guardians
  readonly log: Log
  /** Epoch milliseconds; read once per act. */
  readonly now: () => number
  /** Six digits. */
  readonly newCode: () => string
  /** A mandate has changed: what is remembered of it in this process is forgotten. */
  readonly changed: (id: string) => void
}

/** Whom the civil registry's word makes the guardian of a child. */
export type Guardians = 'father' | 'parents'

export interface Clerk {
  readonly subject: string
  readonly nationalId: string
  readonly office: string
}

export interface Citizen {
  readonly subject: string
  readonly nationalId: string
}

const CLERK = 'counter-clerk'
/** As the sign-on has it: it stands in the message to the citizen, who decides by it. */
const OFFICE = /^[0-9-]{3,20}$/

/** Throws CallerError: UNAUTHENTICATED for nobody, FORBIDDEN for who is no clerk. How surely they signed in is `@assurance`'s. */
export function clerkOf(caller: Caller): Clerk {
  const { kind, subject, nationalId, officeId, roles, actor } = caller
  if (kind === 'anonymous') throw refused('UNAUTHENTICATED')
  const isPerson = kind === 'citizen' || kind === 'staff'
  // A clerk of unknown national id could serve themselves, and one without an office would be nobody's.
  if (!isPerson || actor !== undefined || !roles.has(CLERK)) throw refused('FORBIDDEN')
  if (nationalId === undefined || !OFFICE.test(officeId ?? '') || subject === '') {
    throw refused('FORBIDDEN')
  }
  return { subject, nationalId, office: officeId ?? '' }
}

/** In their own name: who acts for another cannot give, take or end mandates in that person's name. */
export function citizenOf(caller: Caller): Citizen {
  const { kind, subject, nationalId, actor } = caller
  if (kind === 'anonymous') throw refused('UNAUTHENTICATED')
  if (kind !== 'citizen' || actor !== undefined) throw refused('FORBIDDEN')
  if (nationalId === undefined || subject === '') throw refused('FORBIDDEN')
  return { subject, nationalId }
}

export function refused(code: CallerErrorCode, text: string = ERRORS[code].text): CallerError {
  return new CallerError(code, text)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** PostgreSQL would answer any other text with an error instead of nothing. */
export function isMandateId(text: string): boolean {
  return UUID.test(text)
}
